// SPDX-License-Identifier: PostgreSQL
//
// A zone whose clock changes are given by the test, and short ways to write instants and wall clock times.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/values/time.hpp"

namespace jb::test {

class TableZone final : public Zone {
 public:
  struct Change {
    Instant at;
    Seconds offset;  ///< from `at` on
  };

  /// `changes` are in ascending order.
  explicit TableZone(Seconds first_offset, std::vector<Change> changes = {})
      : first_offset_(first_offset), changes_(std::move(changes)) {}

  Seconds offset_at(Instant instant) const override {
    Seconds offset = first_offset_;
    for (const Change& change : changes_)
      if (change.at <= instant) offset = change.offset;
    return offset;
  }

  std::optional<Instant> next_transition(Instant instant) const override {
    for (const Change& change : changes_)
      if (change.at > instant) return change.at;
    return std::nullopt;
  }

  std::string written() const;

 private:
  Seconds first_offset_;
  std::vector<Change> changes_;
};

/// The instant that an RFC 3339 timestamp names.
inline Instant at(std::string_view timestamp) {
  const auto instant = parse_timestamp(timestamp);
  if (!instant) throw std::invalid_argument("no timestamp: " + std::string{timestamp});
  return *instant;
}

inline Date date(std::string_view text) {
  const auto day = parse_date(text);
  if (!day) throw std::invalid_argument("no date: " + std::string{text});
  return *day;
}

/// The reading of a wall clock, written "2026-03-29 02:30" or "2026-03-29 02:30:00".
inline WallTime wall(std::string_view text) {
  const auto time = parse_time_of_day(text.substr(11));
  if (!time) throw std::invalid_argument("no time of day: " + std::string{text});
  return date(text.substr(0, 10)) + *time;
}

inline std::string utc(Instant instant) { return format_timestamp(instant, TableZone{Seconds{0}}); }

inline std::string TableZone::written() const {
  std::string text = "made-up zone: " + std::to_string(first_offset_.count()) + " s";
  for (const Change& change : changes_)
    text += ", from " + utc(change.at) + " " + std::to_string(change.offset.count());
  return text;
}

inline std::string written(const Span& span) { return "[" + utc(span.start) + ", " + utc(span.end) + ")"; }

inline std::string written(const std::vector<Span>& spans) {
  std::string text;
  for (const Span& span : spans) text += (text.empty() ? "" : " ") + written(span);
  return text.empty() ? "none" : text;
}

}  // namespace jb::test
