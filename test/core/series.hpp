// SPDX-License-Identifier: PostgreSQL
//
// A series as a test writes and reads it: iCalendar's basic form, 20261224T090000.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/ical/recurrence.hpp"
#include "core/values/time.hpp"
#include "table_zone.hpp"

namespace jb::test {

/// Reads 19970902T090000, with or without Z, and 19970902, which is midnight.
inline WallTime reading(std::string_view text) {
  const auto field = [&](std::size_t at, std::size_t length) { return std::string(text.substr(at, length)); };
  const auto date = parse_date(field(0, 4) + "-" + field(4, 2) + "-" + field(6, 2));
  const auto time = text.size() == 8 ? std::optional{Seconds{0}}
                                     : parse_time_of_day(field(9, 2) + ":" + field(11, 2) + ":" + field(13, 2));
  if (!date || !time) throw std::invalid_argument("no reading: " + std::string{text});
  return *date + *time;
}

inline std::string basic(WallTime time) {
  const Date date = std::chrono::floor<std::chrono::days>(time);
  std::string text = format_date(date) + "T" + format_time_of_day(time - date);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

inline std::string basic(const std::vector<WallTime>& times) {
  std::string text;
  for (const WallTime time : times) text += (text.empty() ? "" : ",") + basic(time);
  return text;
}

/// The arguments of a series, for tests in which zone and horizon do not matter.
struct Ask {
  const Zone& zone;
  std::string_view zone_name;
  Instant latest;
};

/// The occurrences as text, "… beyond …" if the series goes on past the latest instant, or the refusal's message.
inline std::string answer(std::string_view text, std::string_view start, const Ask& ask) {
  Validation validation;
  Occurrences found;
  if (const auto recurrence = parse_recurrence(text, validation))
    found = occurrences(*recurrence, reading(start), ask.zone, ask.zone_name, ask.latest, validation);
  if (!validation.ok()) return validation.failure().message;
  return basic(found.starts) + (found.beyond ? " beyond " + basic(*found.beyond) : "");
}

}  // namespace jb::test
