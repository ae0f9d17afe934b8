// SPDX-License-Identifier: PostgreSQL
#include "listening.hpp"

#include <fcgiapp.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace jb::gateway {

namespace {

constexpr int first_inherited = 3;  // sd_listen_fds(3)

/// Whether LISTEN_PID means this process.
bool is_inherited() {
  const char* process = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (!process || !count || process != std::to_string(getpid())) return false;
  int listens = 0;
  socklen_t length = sizeof listens;
  if (count != std::string("1") || getsockopt(first_inherited, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0 ||
      !listens)
    throw std::runtime_error("the descriptor that LISTEN_FDS promises is no listening socket, or not the only one");
  fcntl(first_inherited, F_SETFD, FD_CLOEXEC);
  return true;
}

}  // namespace

Listening listen_at(const std::string& path) {
  Listening listening{first_inherited, is_inherited()};
  if (!listening.is_inherited) {
    unlink(path.c_str());
    listening.socket = FCGX_OpenSocket(path.c_str(), SOMAXCONN);  // ends the program where it cannot, and says why
  }
  if (fcntl(listening.socket, F_SETFL, fcntl(listening.socket, F_GETFL) | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "could not make the socket non-blocking");
  return listening;
}

}  // namespace jb::gateway
