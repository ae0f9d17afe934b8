// SPDX-License-Identifier: PostgreSQL
#include "cursor.hpp"

#include <charconv>

namespace jb {

namespace {

std::optional<std::int64_t> number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto id = number(text.substr(comma + 1));
  if (!id) return std::nullopt;
  if (comma == 0) return Cursor{std::nullopt, *id};
  const auto seconds = number(text.substr(0, comma));
  if (!seconds) return std::nullopt;
  const Instant start{Seconds{*seconds}};
  if (start < kRepresentable.start || start >= kRepresentable.end) return std::nullopt;
  return Cursor{start, *id};
}

std::string cursor_text(const Event& event) {
  const auto start = event.time ? std::to_string(event.time->start.time_since_epoch().count()) : std::string();
  return start + "," + std::to_string(event.id);
}

}  // namespace jb
