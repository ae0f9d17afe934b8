// SPDX-License-Identifier: PostgreSQL
#include "state_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "wall_clock.hpp"

namespace jb::cli {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " " + path + ": " + std::strerror(errno));
}

void write_durably(const std::string& path, const std::string& text, int mode = O_TRUNC) {
  constexpr mode_t for_its_owner = 0600;  // it may hold what stands in events
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | mode, for_its_owner);
  if (fd < 0) fail("could not write", path);
  const bool ok = fchmod(fd, for_its_owner) == 0 &&
                  write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  if (close(fd) != 0 || !ok) fail("could not write", path);
}

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
}

/// Whether the text is an instant in the form that this program writes.
bool is_instant(const std::string& text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  return text.size() == form.size() && begins_like(text, form);
}

}  // namespace

std::optional<Position> StateFile::read() const {
  const auto text = read_text(path_);
  if (!text) return std::nullopt;
  std::istringstream words(*text);
  Position last{-1, ""};
  std::string rest;
  if (!(words >> last.id) || last.id < 0 || (words >> last.at && !is_instant(last.at)) || words >> rest)
    throw std::runtime_error(path_ + " does not hold the id of a rejection: mend it, or name a start with --after");
  return last;
}

void StateFile::write(const Position& last) const {
  write_line(path_, std::to_string(last.id) + (last.at.empty() ? "" : " " + last.at));
}

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    if (!std::filesystem::exists(path)) return std::nullopt;
    fail("could not read", path);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void write_line(const std::string& path, const std::string& line) {
  make_folder_of(path);
  const std::string next = path + ".new";
  write_durably(next, line + "\n");
  if (std::rename(next.c_str(), path.c_str()) != 0) fail("could not replace", path);
}

void append_line(const std::string& path, const std::string& line) {
  make_folder_of(path);
  write_durably(path, line + "\n", O_APPEND);
}

FileLock::FileLock(const std::string& path, const std::string& taken)
    : fd_((make_folder_of(path), open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))) {
  if (fd_ < 0) fail("could not write", path);
  if (flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
  const bool is_taken = errno == EWOULDBLOCK;
  close(fd_);
  if (is_taken) throw std::runtime_error(taken);
  fail("could not lock", path);
}

FileLock::~FileLock() { close(fd_); }

}  // namespace jb::cli
