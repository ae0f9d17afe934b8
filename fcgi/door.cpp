// SPDX-License-Identifier: PostgreSQL
#include "door.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

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

std::optional<int> Door::wait() const {
  epoll_event event;
  const int connection = epoll_wait(events_, &event, 1, -1) > 0 ? int{event.data.fd} : none;
  return connection == none ? std::nullopt : std::optional(connection);
}

void Door::leave(int connection) const {
  // Once: a connection whose request is being read or answered wakes nobody.
  epoll_event event{.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data = {.fd = connection}};
  if (epoll_ctl(events_, EPOLL_CTL_MOD, connection, &event) == 0) return;
  if (epoll_ctl(events_, EPOLL_CTL_ADD, connection, &event) != 0) ::close(connection);  // out of memory, most likely
}

void Door::wake() const { eventfd_write(woken_, 1); }

void Door::close() {
  is_closed_ = true;
  eventfd_write(closed_, 1);
}

}  // namespace jb::gateway
