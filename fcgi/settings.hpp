// SPDX-License-Identifier: PostgreSQL
//
// The program's settings, from the environment; libpq reads its own PG* there.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace jb::gateway {

struct Settings {
  std::string socket;  ///< JB_SOCKET: path of the Unix socket to listen on; at most 107 bytes
  int threads = 8;     ///< JB_THREADS: 1 to 256
  int waiting = 1000;  ///< JB_WAITING: long polls that may wait at once, 1 to 100,000; each takes a descriptor
  /// JB_LOCK_WAIT: how long a write waits for a calendar that another transaction has locked, and how long a request
  /// may stand in line before that: 1 to 3,600 seconds. The timeouts of nginx and systemd must exceed both waits and a
  /// statement together.
  std::chrono::seconds lock_wait{5};
  /// JB_STALENESS: makes this a read-only front end, which prefers a standby that is at most so far behind: 1 to 3,600
  /// seconds.
  std::optional<std::chrono::seconds> staleness;
};

/// Reads them; those not set keep their default. Throws std::invalid_argument with the variable and its value.
Settings read_settings(const std::function<const char*(const char*)>& environment);

}  // namespace jb::gateway
