// SPDX-License-Identifier: PostgreSQL
#include "door.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace jb::gateway {

namespace {

int checked(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), "could not make the door");
  return result;
}

constexpr int none = -1;  ///< for what epoll tells that is no connection

void watch(int events, int descriptor, unsigned what) {
  epoll_event event{.events = what, .data = {.fd = none}};
  checked(epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event));
}

}  // namespace

// Edge-triggered: epoll(7) then wakes one thread for each event. A level would wake threads for a connection that
// another thread is just accepting. That the door is closed is told to all of them: a level.
Door::Door(int listening_socket)
    : events_(checked(epoll_create1(EPOLL_CLOEXEC))),
      woken_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      closed_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  watch(events_, listening_socket, EPOLLIN | EPOLLET);
  watch(events_, woken_, EPOLLIN | EPOLLET);
  watch(events_, closed_, EPOLLIN);
}

Door::~Door() {
  for (const int descriptor : {events_, woken_, closed_}) ::close(descriptor);
}

std::optional<int> Door::wait() {
  epoll_event event;
  if (epoll_wait(events_, &event, 1, -1) <= 0 || event.data.fd == none) return std::nullopt;
  const int connection = event.data.fd;
  const std::lock_guard lock(mutex_);
  return left_.erase(connection) == 0 ? std::nullopt : std::optional(connection);
}

// Watched until one event: a connection whose request is being read or answered wakes nobody.
void Door::leave(int connection) {
  epoll_event event{.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data = {.fd = connection}};
  const std::lock_guard lock(mutex_);
  const bool is_watched = is_kept_ && (epoll_ctl(events_, EPOLL_CTL_MOD, connection, &event) == 0 ||
                                       epoll_ctl(events_, EPOLL_CTL_ADD, connection, &event) == 0);
  if (is_watched)
    left_.insert(connection);
  else
    ::close(connection);
}

std::set<int> Door::clear() {
  const std::lock_guard lock(mutex_);
  is_kept_ = false;
  return std::exchange(left_, {});
}

void Door::wake() const { eventfd_write(woken_, 1); }

void Door::close() {
  is_closed_ = true;
  eventfd_write(closed_, 1);
}

}  // namespace jb::gateway
