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
  int waiting = 1000;  ///< JB_WAITING: long polls that may wait at once, 1 to 100,000; each is a descriptor
  /// JB_LOCK_WAIT: how long a write waits for a calendar that another transaction has locked, and how long a request
  /// stands in line before: 1 to 3,600 seconds. nginx and systemd must wait for this program longer than both waits and
  /// a statement take.
  std::chrono::seconds lock_wait{5};
  /// JB_STALENESS: makes it a front end that only reads, from a standby where one is at most so far behind: 1 to 3,600
  /// seconds.
  std::optional<std::chrono::seconds> staleness;
};

/// Reads them; what is not set keeps its default. Throws std::invalid_argument that names the variable and its value.
Settings read_settings(const std::function<const char*(const char*)>& environment);

}  // namespace jb::gateway
