// SPDX-License-Identifier: PostgreSQL
#include "settings.hpp"

#include <charconv>
#include <cstring>
#include <stdexcept>

namespace jb::gateway {

namespace {

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

}  // namespace

Settings read_settings(const std::function<const char*(const char*)>& environment) {
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
