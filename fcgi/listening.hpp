// SPDX-License-Identifier: PostgreSQL
//
// The socket on which nginx hands its requests over. It is this process's own, or it is inherited from systemd, which
// keeps it open from one process to the next (socket activation, sd_listen_fds(3)): what nginx sends meanwhile stands
// in its queue, and a restart refuses nobody.
#pragma once

#include <string>

namespace jb::gateway {

/// A listening socket, as long as the process. It does not block: accept(2) says EAGAIN when nobody stands in the
/// queue.
struct Listening {
  int socket;
  bool is_inherited;
};

/// Takes the inherited socket, if there is one; else listens on a Unix socket at `path`, in place of one that was left
/// over. Throws std::system_error, and std::runtime_error where what was inherited is no listening socket.
Listening listen_at(const std::string& path);

}  // namespace jb::gateway
