// SPDX-License-Identifier: PostgreSQL
#include "state_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "usage.hpp"

namespace jb::cli {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
  throw std::runtime_error(what + " " + path + ": " + std::strerror(errno));
}

void write_durably(const std::string& path, const std::string& text, int mode, bool is_for_all) {
  constexpr mode_t for_its_owner = 0600, for_all = 0644;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | mode, for_its_owner);
  if (fd < 0) fail("could not write", path);
  const bool ok = fchmod(fd, is_for_all ? for_all : for_its_owner) == 0 &&
                  write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  if (close(fd) != 0 || !ok) fail("could not write", path);
}

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
}

}  // namespace

std::optional<Position> read_position(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return std::nullopt;
  std::istringstream words(*text);
  Position last{-1, ""};
  std::string rest;
  constexpr std::size_t of_instant = 20;
  if (!(words >> last.id) || last.id < 0 ||
      (words >> last.at &&
       (last.at.size() != of_instant || last.at.find_first_not_of("0123456789-T:Z") != std::string::npos)) ||
      words >> rest)
    throw std::runtime_error(path + " does not hold the id of a rejection: mend it, or name a start with --after");
  return last;
}

void write_position(const std::string& path, const Position& last) {
  write_line(path, std::to_string(last.id) + (last.at.empty() ? "" : " " + last.at));
}

std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    if (!std::filesystem::exists(path)) return std::nullopt;
    fail("could not read", path);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void write_line(const std::string& path, const std::string& line, bool is_for_all) {
  make_folder_of(path);
  const std::string next = path + ".new";
  write_durably(next, line + "\n", O_TRUNC, is_for_all);
  if (std::rename(next.c_str(), path.c_str()) != 0) fail("could not replace", path);
}

void append_line(const std::string& path, const std::string& line) {
  make_folder_of(path);
  write_durably(path, line + "\n", O_APPEND, false);
}

void lock_file(const std::string& path, const std::string& taken) {
  make_folder_of(path);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) fail("could not write", path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) throw std::runtime_error(taken);
  fail("could not lock", path);
}

std::string default_state_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && state[0] == '/') return std::string(state) + "/jb_scheduler";
  const char* home = std::getenv("HOME");
  if (home && home[0] == '/') return std::string(home) + "/.local/state/jb_scheduler";
  throw UsageError("neither XDG_STATE_HOME nor HOME is set: name a file with --state");
}

}  // namespace jb::cli
