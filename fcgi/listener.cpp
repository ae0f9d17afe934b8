// SPDX-License-Identifier: PostgreSQL
#include "listener.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "route.hpp"

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

void set_patience(int connection, std::chrono::seconds patience) {
  const timeval time{patience.count(), 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

Request receive(FCGX_Request& fastcgi) {
  // Not by FCGX_GetParam, which compares each name with all that nginx sends.
  Request request = read_request(fastcgi.envp);
  try {
    find_route(request);
  } catch (const std::exception&) {  // the answer to the request will say what is wrong with it
  }
  return request;
}

void receive_body(FCGX_Request& fastcgi, Request& request) {
  // nginx's limit fits the largest attachment: 10 MiB in base64, with line breaks and the JSON around it.
  constexpr std::size_t longest = std::size_t{15} << 20;
  const std::string wanted = std::exchange(request.content_length, "");
  if (wanted.empty()) return;
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), length);
  request.is_cut_short = true;
  if (error != std::errc{} || *end != '\0' || length > longest) return;
  constexpr std::size_t comes_at_once = std::size_t{8} << 10;
  constexpr std::chrono::seconds slow_disk{15};  // nginx reads a longer body from a file
  if (length > comes_at_once) set_patience(fastcgi.ipcFd, slow_disk);
  request.body.resize(length);
  // By its length, since the end of libfcgi's stream is not reliable.
  const int read = FCGX_GetStr(request.body.data(), static_cast<int>(length), fastcgi.in);
  request.is_cut_short = read != static_cast<int>(length);
  if (request.is_cut_short) request.body.clear();
}

// nginx takes an answer at once, unless it exceeds nginx's buffers and the client is slow to fetch it. Such a client
// holds this thread for at most the times below.
bool send(FCGX_Request& fastcgi, const Request& request, const Response& response) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t piece = std::size_t{1} << 20;
  const auto last = Clock::now() + std::chrono::minutes{1};
  const timeval stuck{15, 0};
  setsockopt(fastcgi.ipcFd, SOL_SOCKET, SO_SNDTIMEO, &stuck, sizeof stuck);
  const auto put = [&](std::string_view text) {
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      const auto size = static_cast<int>(std::min(piece, text.size()));
      if (Clock::now() > last || FCGX_PutStr(text.data(), size, fastcgi.out) != size) return false;
    }
    return true;
  };
  const bool is_sent = put(wire_head(response)) && (request.method == "HEAD" || put(response.body));
  // A truncated answer must not look whole: nginx takes a closed connection for an error.
  if (!is_sent) shutdown(fastcgi.ipcFd, SHUT_RDWR);
  return is_sent;
}

}  // namespace jb::gateway
