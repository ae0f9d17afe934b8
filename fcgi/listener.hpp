// SPDX-License-Identifier: PostgreSQL
//
// The socket on which nginx hands requests over, and the threads that wait for them.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace jb::gateway {

// The socket on which nginx hands its requests over. It is this process's own, or it is inherited from systemd, which
// keeps it open from one process to the next (socket activation, sd_listen_fds(3)): what nginx sends meanwhile stands
// in its queue, and a restart refuses nobody.

/// A listening socket, as long as the process. It does not block: accept(2) says EAGAIN when nobody stands in the
/// queue.
struct Listening {
  int socket;
  bool is_inherited;
};

/// Takes the inherited socket, if there is one; else listens on a Unix socket at `path`, in place of one that was left
/// over. Throws std::system_error, and std::runtime_error where what was inherited is no listening socket.
Listening listen_at(const std::string& path);

// Where threads wait that have nothing to answer: for a connection of nginx, or to be woken for a request in line. The
// thread that takes a request in answers it too, where the request may begin at once: handing it to another thread cost
// a sixth of the front end's processor time. Of the threads that wait, the one that came last is woken, since its
// session with PostgreSQL is the one that was busy last.

/// Shared by all threads.
class Door {
 public:
  /// Throws std::system_error.
  explicit Door(int listening_socket);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  /// Waits until connections may have come, or another thread calls wake(). One return tells of all that have come
  /// before: the thread accepts until there are no more, or calls wake() for the rest. Returns at once when the door is
  /// closed. A connection is returned where something has come on one that was left here: to this thread alone.
  std::optional<int> wait();

  /// Takes over a connection, until something comes on it: nginx's next request, or the end.
  void leave(int connection);

  /// The connections that are left here: they are the caller's from now on, and what is left later is closed.
  std::set<int> clear();

  /// Has a thread return from wait() that has not yet: of those that wait, or else the next that would. Several calls
  /// may bring one thread only.
  void wake() const;

  /// Nobody waits any more.
  void close();
  bool is_closed() const { return is_closed_; }

 private:
  int events_, woken_, closed_;  ///< descriptors: epoll(7), and two of eventfd(2)
  std::mutex mutex_;
  std::set<int> left_;   ///< under the mutex: connections that no thread has
  bool is_kept_ = true;  ///< under the mutex: what is left is taken over
  std::atomic<bool> is_closed_ = false;
};

}  // namespace jb::gateway
