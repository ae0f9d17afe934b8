// SPDX-License-Identifier: PostgreSQL
#include "listener.hpp"

#include <fcgiapp.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace jb::gateway {

namespace {

constexpr int kFirstInherited = 3;  // sd_listen_fds(3)

/// Whether systemd passed its socket to this process (LISTEN_PID).
bool is_inherited() {
  const char* process = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (!process || !count || process != std::to_string(getpid())) return false;
  int listens = 0;
  socklen_t length = sizeof listens;
  if (count != std::string("1") || getsockopt(kFirstInherited, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0 ||
      !listens)
    throw std::runtime_error("the descriptor that LISTEN_FDS promises is no listening socket, or not the only one");
  fcntl(kFirstInherited, F_SETFD, FD_CLOEXEC);
  return true;
}

}  // namespace

Listening listen_at(const std::string& path) {
  Listening listening{kFirstInherited, is_inherited()};
  if (!listening.is_inherited) {
    unlink(path.c_str());
    listening.socket = FCGX_OpenSocket(path.c_str(), SOMAXCONN);  // on failure it ends the program and says why
  }
  if (fcntl(listening.socket, F_SETFL, fcntl(listening.socket, F_GETFL) | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "could not make the socket non-blocking");
  return listening;
}

namespace {

int checked(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), "could not make the listener");
  return result;
}

constexpr int kNone = -1;  ///< for epoll's events that are not of a connection

void watch(int events, int descriptor, unsigned what) {
  epoll_event event{.events = what, .data = {.fd = kNone}};
  checked(epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event));
}

}  // namespace

// Edge-triggered, so that epoll(7) wakes one thread per event; level-triggered, it would also wake threads for a
// connection that another is already accepting. The closed listener is level-triggered: all threads must see it.
Listener::Listener(int listening_socket)
    : events_(checked(epoll_create1(EPOLL_CLOEXEC))),
      woken_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      closed_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  watch(events_, listening_socket, EPOLLIN | EPOLLET);
  watch(events_, woken_, EPOLLIN | EPOLLET);
  watch(events_, closed_, EPOLLIN);
}

Listener::~Listener() {
  for (const int descriptor : {events_, woken_, closed_}) ::close(descriptor);
}

std::optional<int> Listener::wait() {
  epoll_event event;
  if (epoll_wait(events_, &event, 1, -1) <= 0 || event.data.fd == kNone) return std::nullopt;
  const int connection = event.data.fd;
  const std::lock_guard lock(mutex_);
  return left_.erase(connection) == 0 ? std::nullopt : std::optional(connection);
}

// One-shot: a connection whose request is being read or answered wakes nobody.
void Listener::leave(int connection) {
  epoll_event event{.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data = {.fd = connection}};
  const std::lock_guard lock(mutex_);
  const bool is_watched = is_kept_ && (epoll_ctl(events_, EPOLL_CTL_MOD, connection, &event) == 0 ||
                                       epoll_ctl(events_, EPOLL_CTL_ADD, connection, &event) == 0);
  if (is_watched)
    left_.insert(connection);
  else
    ::close(connection);
}

std::set<int> Listener::clear() {
  const std::lock_guard lock(mutex_);
  is_kept_ = false;
  return std::exchange(left_, {});
}

void Listener::wake() const { eventfd_write(woken_, 1); }

void Listener::close() {
  is_closed_ = true;
  eventfd_write(closed_, 1);
}

}  // namespace jb::gateway
