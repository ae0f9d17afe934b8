// SPDX-License-Identifier: PostgreSQL
//
// The socket on which nginx hands requests over, the threads that wait for them, and the requests and answers
// themselves.
#pragma once

#include <fcgiapp.h>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "message.hpp"

namespace jb::gateway {

// The socket on which nginx hands over its requests: this process's own, or one inherited from systemd, which keeps it
// open from one process to the next (socket activation, sd_listen_fds(3)). Meanwhile nginx's connections wait in its
// queue, so a restart refuses nobody.

/// A listening socket, which lives as long as the process. It is non-blocking: accept(2) says EAGAIN when its queue is
/// empty.
struct Listening {
  int socket;
  bool is_inherited;
};

/// Takes the inherited socket, if there is one; else listens on a Unix socket at `path`, replacing one that was left
/// over. Throws std::system_error, and std::runtime_error if the inherited descriptor is not a listening socket.
Listening listen_at(const std::string& path);

// Where idle threads wait: for a connection from nginx, or to be woken for a request in line. The thread that takes in
// a request also answers it, if the request may begin at once: handing it to another thread cost a sixth of the front
// end's processor time. Of the waiting threads the last to come is woken, since its PostgreSQL session was the last to
// be busy.

/// Shared by all threads.
class Listener {
 public:
  /// Throws std::system_error.
  explicit Listener(int listening_socket);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Waits until connections may have come, or another thread calls wake(). One return reports all that came before it:
  /// the thread must accept until there are no more, or call wake() for the rest. Returns at once when the listener is
  /// closed. If something has come on a connection that was left here, returns that connection, to this thread alone.
  std::optional<int> wait();

  /// Takes over a connection until something comes on it: nginx's next request, or the end.
  void leave(int connection);

  /// Returns the connections left here, which belong to the caller from now on. A connection left later is closed.
  std::set<int> clear();

  /// Makes one thread return from wait(): one that waits now, or else the next that would. Several calls may wake only
  /// one thread.
  void wake() const;

  /// Makes wait() return at once in every thread, from now on.
  void close();
  bool is_closed() const { return is_closed_; }

 private:
  int events_, woken_, closed_;  ///< descriptors: epoll(7), and two of eventfd(2)
  std::mutex mutex_;
  std::set<int> left_;   ///< under the mutex: connections that no thread has
  bool is_kept_ = true;  ///< under the mutex: whether leave() takes connections over
  std::atomic<bool> is_closed_ = false;
};

// Converts between libfcgi's requests and the gateway's.

/// Sets how long a read from the connection may wait.
void set_patience(int connection, std::chrono::seconds patience);

/// The accepted request with its route, its body still unread.
Request receive(FCGX_Request& fastcgi);

/// Reads the body, unless that was done before. A body shorter than its Content-Length is marked as cut short and
/// dropped. Call it before send(): nginx loses the answer if a connection is closed with unread data.
void receive_body(FCGX_Request& fastcgi, Request& request);

/// Writes the answer; false if it could not be sent whole.
bool send(FCGX_Request& fastcgi, const Request& request, const Response& response);

}  // namespace jb::gateway
