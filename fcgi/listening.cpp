// SPDX-License-Identifier: PostgreSQL
#include "listening.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace jb::gateway {

namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("JB_SOCKET is longer than 107 bytes: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Descriptor unix_socket() {
  Descriptor descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) throw_errno("could not make a socket");
  return descriptor;
}

void refuse_if_served(const sockaddr_un& address) {
  const Descriptor probe = unix_socket();
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    throw std::runtime_error(std::string("another process listens on ") + address.sun_path);
}

Descriptor bound_to(const std::string& path) {
  const sockaddr_un address = address_of(path);
  refuse_if_served(address);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("could not remove " + path);
  Descriptor listening = unix_socket();
  const mode_t before = umask(0111);  // 0666
  const int bound = bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0) throw_errno("could not bind to " + path);
  if (listen(listening.get(), SOMAXCONN) != 0) throw_errno("could not listen on " + path);
  return listening;
}

/// sd_listen_fds(3): the first descriptor passed is 3, and LISTEN_PID says whom it was meant for.
Descriptor inherited() {
  constexpr int first = 3;
  const char* process = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (!process || !count || process != std::to_string(getpid())) return Descriptor(-1);
  if (count != std::string("1")) throw std::runtime_error("one socket is served, not LISTEN_FDS=" + std::string(count));
  int listens = 0;
  socklen_t length = sizeof listens;
  if (getsockopt(first, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0 || !listens)
    throw std::runtime_error("the descriptor that LISTEN_FDS promises is no listening socket");
  fcntl(first, F_SETFD, FD_CLOEXEC);
  return Descriptor(first);
}

void add(const Descriptor& epoll, int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) throw_errno("could not wait for a socket");
}

}  // namespace

Listening::Listening(const std::string& path) : Listening(inherited(), path) {}

Listening::Listening(Descriptor inherited, const std::string& path)
    : inherited_(inherited.get() >= 0),
      socket_(inherited_ ? std::move(inherited) : bound_to(path)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      ring_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) {
  if (fcntl(socket(), F_SETFL, fcntl(socket(), F_GETFL) | O_NONBLOCK) != 0)
    throw_errno("could not make the socket non-blocking");
}

/// shutdown(2) refuses new connections, while accept(2) still hands out the connections that have come already. An
/// inherited socket is not shut down, since shutdown(2) would end it for the next process as well.
void Listening::stop() {
  if (!inherited_) shutdown(socket(), SHUT_RDWR);
  stopping_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
}

void Listening::ring() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(ring_.get(), &one, sizeof one);
}

Doorbell::Doorbell(const Listening& listening) : listening_(listening), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_.get() < 0) throw_errno("could not wait for a socket");
  add(epoll_, listening.socket(), EPOLLIN | EPOLLEXCLUSIVE);
  add(epoll_, listening.ring_.get(), EPOLLIN | EPOLLEXCLUSIVE);
  add(epoll_, listening.stop_.get(), EPOLLIN);
}

void Doorbell::wait() const {
  epoll_event event{};
  if (epoll_wait(epoll_.get(), &event, 1, -1) < 1 || event.data.fd != listening_.ring_.get()) return;
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto got = read(listening_.ring_.get(), &ignored, sizeof ignored);
}

}  // namespace jb::gateway
