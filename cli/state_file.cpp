// SPDX-License-Identifier: PostgreSQL
#include "state_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "wall_clock.hpp"

namespace jb::cli {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " " + path + ": " + std::strerror(errno));
}

void write_durably(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) fail("could not write", path);
  const bool ok = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  if (close(fd) != 0 || !ok) fail("could not write", path);
}

/// Whether the text is an instant in the form that this program writes.
bool is_instant(const std::string& text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  return text.size() == form.size() && begins_like(text, form);
}

}  // namespace

std::optional<Position> StateFile::read() const {
  std::ifstream file(path_);
  if (!file) {
    if (!std::filesystem::exists(path_)) return std::nullopt;
    fail("could not read", path_);
  }
  Position last{-1, ""};
  std::string rest;
  if (!(file >> last.id) || last.id < 0 || (file >> last.at && !is_instant(last.at)) || file >> rest)
    throw std::runtime_error(path_ + " does not hold the id of a rejection: mend it, or name a start with --after");
  return last;
}

void StateFile::write(const Position& last) const {
  const auto folder = std::filesystem::path(path_).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  const std::string next = path_ + ".new";
  write_durably(next, std::to_string(last.id) + (last.at.empty() ? "" : " " + last.at) + "\n");
  if (std::rename(next.c_str(), path_.c_str()) != 0) fail("could not replace", path_);
}

}  // namespace jb::cli
