// SPDX-License-Identifier: PostgreSQL
//
// Dates, times of day and timestamps as text: RFC 3339, read strictly and written.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "zone.hpp"

namespace jb {

/// YYYY-MM-DD, years 0001 to 9999; nullopt when it is not written so or no such day exists (30 February).
std::optional<Date> parse_date(std::string_view text);

/// HH:MM:SS or HH-MM-SS (seed 1's form, rule 5.3) or HH:MM, 00:00:00 to 23:59:59; a fraction of a second after HH:MM:SS
/// is floored. nullopt otherwise: no event starts at 24:00 or in a leap second's 60. 09-30-00 is 34,200 s.
std::optional<Seconds> parse_time_of_day(std::string_view text);

/// RFC 3339 date-time with an offset up to 23:59 or Z ("T" may be a blank, T and Z lower case); a fraction is floored
/// to its second, before 1970 too. nullopt when the text is not written so, lacks the offset, names a day or time that
/// does not exist (a leap second's 60 among them), or lies outside kRepresentable. 1969-12-31T23:59:59.9Z is -1 s.
std::optional<Instant> parse_timestamp(std::string_view text);

std::string format_date(Date date);            ///< 2026-11-20
std::string format_time_of_day(Seconds time);  ///< 09:00:00; 86,400 s is 24:00:00

/// A timestamp as text, without memory of its own to ask for: lists write thousands of them.
struct TimestampText {
  operator std::string_view() const { return {characters.data(), size}; }

  std::array<char, 26> characters;  ///< 2026-11-20T09:00:00+01:00; one more for the end of the year 9999
  std::size_t size;
};

/// RFC 3339 with the zone's offset, +00:00 for UTC; parse_timestamp reads the text back as the same instant, for every
/// instant in kRepresentable. RFC 3339 can write neither an offset of seconds nor the years 0000 and 10000: such an
/// offset is rounded to a whole minute, and UTC is written where the local year would be 0000 or 10000. Monrovia
/// 1970-01-01T00:00:00Z (-00:44:30) is 1969-12-31T23:16:00-00:44. An event may end with the year 9999: that is written
/// 10000-01-01T00:00:00+00:00.
TimestampText timestamp_text(Instant instant, const Zone& zone);
std::string format_timestamp(Instant instant, const Zone& zone);  ///< the same, as a string

/// The same in UTC, for messages. An instant outside kRepresentable is "before year 0001" or "after year 9999".
std::string format_utc(Instant instant);

/// The same in iCalendar's basic form (RFC 5545, 3.3.5): 20261120T173500Z.
std::string format_basic_utc(Instant instant);

/// A wall clock time in the same form: 20261120T183500.
std::string format_basic(WallTime wall);

}  // namespace jb
