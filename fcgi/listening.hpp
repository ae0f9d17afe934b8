// SPDX-License-Identifier: PostgreSQL
//
// The socket on which nginx hands its requests over. It is this process's own, or it is inherited from systemd, which
// keeps it open from one process to the next (socket activation, sd_listen_fds(3)): what nginx sends meanwhile stands
// in its queue, and a restart refuses nobody.
#pragma once

#include <atomic>
#include <string>

#include "descriptor.hpp"

namespace jb::gateway {

/// Shared by all threads.
class Listening {
 public:
  /// Takes the inherited socket, if there is one; else listens on a Unix socket at `path` that every user may connect
  /// to: the directory it stands in is what protects it. A socket left over from a process that was killed is replaced.
  /// Throws std::system_error, and std::runtime_error when another process still listens there.
  explicit Listening(const std::string& path);

  /// Does not block: accept(2) says EAGAIN when nobody stands in the queue.
  int socket() const noexcept { return socket_.get(); }

  /// Whether a thread may go on to accept. At the end an inherited queue is the next process's; our own is emptied.
  bool is_open() const noexcept { return !stopping_ || !inherited_; }
  bool is_stopping() const noexcept { return stopping_; }

  /// From now on no request is accepted, and no thread waits.
  void stop();

  /// Wakes one of the waiting threads, though no request has come.
  void ring();

 private:
  friend class Doorbell;
  Listening(Descriptor inherited, const std::string& path);

  const bool inherited_;
  const Descriptor socket_;
  const Descriptor stop_;
  const Descriptor ring_;
  std::atomic<bool> stopping_{false};
};

/// One thread's wait for a request. For each request that comes, and for each ring(), one of the waiting threads is
/// woken.
class Doorbell {
 public:
  explicit Doorbell(const Listening& listening);
  /// Waits until a request may be there, or ring() or stop() was called.
  void wait() const;

 private:
  const Listening& listening_;
  const Descriptor epoll_;
};

}  // namespace jb::gateway
