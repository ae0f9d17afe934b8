// SPDX-License-Identifier: PostgreSQL
//
// The program's settings, from the environment; libpq reads its own PG* there.
#pragma once

#include <charconv>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <stdexcept>
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

/// Reads the number of a variable, if it is set.
template <typename Number>
void read_number(const std::function<const char*(const char*)>& environment, const char* name, long long most,
                 Number& setting) {
  const char* text = environment(name);
  if (!text || !*text) return;
  long long value = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  if (error != std::errc{} || *end != '\0' || value < 1 || value > most)
    throw std::invalid_argument(std::string(name) + " must be a whole number from 1 to " + std::to_string(most) +
                                ", not \"" + text + "\"");
  setting = static_cast<Number>(value);
}

/// Reads them; those not set keep their default. Throws std::invalid_argument with the variable and its value.
inline Settings read_settings(const std::function<const char*(const char*)>& environment) {
  Settings settings;
  const char* socket = environment("JB_SOCKET");
  if (!socket || !*socket)
    throw std::invalid_argument("JB_SOCKET is not set: the path of the Unix socket to listen on");
  settings.socket = socket;
  read_number(environment, "JB_THREADS", 256, settings.threads);
  read_number(environment, "JB_WAITING", 100'000, settings.waiting);
  read_number(environment, "JB_LOCK_WAIT", 3600, settings.lock_wait);
  read_number(environment, "JB_STALENESS", 3600, settings.staleness);
  return settings;
}

}  // namespace jb::gateway
