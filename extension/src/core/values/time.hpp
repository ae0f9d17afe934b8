// SPDX-License-Identifier: PostgreSQL
//
// Time as the scheduler sees it: instants and durations in whole seconds (rule 2.1.1), wall clock as a type of its own,
// ranges half-open (rule 2.1.2). <chrono> gives the types, so that an instant and a wall clock reading cannot be mixed
// up.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "input.hpp"

namespace jb {

using Seconds = std::chrono::seconds;         ///< elapsed time
using Instant = std::chrono::sys_seconds;     ///< a point in time, whole seconds since 1970-01-01T00:00:00Z
using WallTime = std::chrono::local_seconds;  ///< a reading of a wall clock, in a zone named elsewhere
using Date = std::chrono::local_days;         ///< a day of a wall clock

inline constexpr Seconds kDay{86'400};

inline Date date_of(WallTime wall) { return std::chrono::floor<std::chrono::days>(wall); }
inline Seconds since_midnight(WallTime wall) { return wall - date_of(wall); }

/// Half-open: [start, end). Empty when end <= start.
struct Span {
  Instant start;
  Instant end;

  friend bool operator==(const Span&, const Span&) = default;
  bool empty() const { return end <= start; }
  Seconds length() const { return end - start; }
  bool overlaps(const Span& other) const { return start < other.end && other.start < end; }
  bool contains(const Span& other) const { return start <= other.start && other.end <= end; }
  bool contains(Instant at) const { return start <= at && at < end; }
};

/// The common part of two spans; empty (end <= start) if there is none.
inline Span intersection(const Span& a, const Span& b) { return {std::max(a.start, b.start), std::min(a.end, b.end)}; }

/// The instants that the scheduler accepts: the years 0001 to 9999 in UTC, which RFC 3339 can write (rule 2.1.10).
inline constexpr Span kRepresentable{std::chrono::sys_days{std::chrono::year{1} / 1 / 1},
                                     std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};

// A time zone as two queries, from which everything else follows. PostgreSQL answers them in production (pg/call), the
// library cctz in the tests of core.

/// The rules of one IANA zone. Immutable.
class Zone {
 public:
  virtual ~Zone() = default;

  /// Local time minus UTC at `instant`.
  virtual Seconds offset_at(Instant instant) const = 0;

  /// The first instant after `instant` at which the offset may change; nullopt when it never changes again.
  virtual std::optional<Instant> next_transition(Instant instant) const = 0;

  /// The wall clock time at `instant`.
  WallTime to_wall(Instant instant) const;

  /// The instant at which the wall clock shows `wall`.
  ///
  /// A time that a clock change skips is read with the offset before the change; of a time that occurs twice the first
  /// counts (rule 2.1.5; RFC 5545, 3.3.5). Europe/Berlin 2026-03-29 02:30 is 01:30Z (03:30 on the wall); 2026-10-25
  /// 02:30 is 00:30Z.
  Instant to_instant(WallTime wall) const;

  /// Midnight to midnight of a local date, both by to_instant: usually 23, 24 or 25 hours. There are no gaps between
  /// days; a skipped day (Pacific/Apia 2011-12-30) is empty.
  Span day(Date date) const;

  /// The day() that holds `instant`. A clock set back across midnight shows the end of a date again after the next date
  /// has begun; that second showing belongs to the next date. America/St_Johns 2010-11-07T03:00Z, 23:30 of the 6th on
  /// the wall, lies in the 7th, which began at 02:30Z.
  Span day_at(Instant instant) const;
};

// Dates, times of day and timestamps as text: RFC 3339, read strictly and written.

/// YYYY-MM-DD, years 0001 to 9999; nullopt for any other form, or if there is no such day (30 February).
std::optional<Date> parse_date(std::string_view text);

/// HH:MM:SS or HH-MM-SS (seed 1's form, rule 5.3) or HH:MM, 00:00:00 to 23:59:59; a fraction of a second after HH:MM:SS
/// is floored. nullopt otherwise: no event starts at 24:00 or in a leap second's 60. 09-30-00 is 34,200 s.
std::optional<Seconds> parse_time_of_day(std::string_view text);

/// RFC 3339 date-time with an offset up to 23:59 or Z ("T" may be a blank, T and Z lower case); a fraction is floored
/// to its second, before 1970 too. nullopt if the text has another form, lacks the offset, names a day or time that
/// does not exist (such as a leap second's 60), or lies outside kRepresentable. 1969-12-31T23:59:59.9Z is -1 s.
std::optional<Instant> parse_timestamp(std::string_view text);

std::string format_date(Date date);            ///< 2026-11-20
std::string format_time_of_day(Seconds time);  ///< 09:00:00; 86,400 s is 24:00:00

/// A timestamp as text, without a memory allocation: lists write thousands of them.
struct TimestampText {
  operator std::string_view() const { return {characters.data(), size}; }

  std::array<char, 26> characters;  ///< 2026-11-20T09:00:00+01:00; one more character for the end of the year 9999
  std::size_t size;
};

/// RFC 3339 with the zone's offset, +00:00 for UTC; parse_timestamp reads the text back as the same instant, for every
/// instant in kRepresentable. RFC 3339 has neither offsets with seconds nor the years 0000 and 10000: such an offset is
/// rounded to a whole minute, and UTC is written where the local year would be 0000 or 10000. Monrovia
/// 1970-01-01T00:00:00Z (-00:44:30) is 1969-12-31T23:16:00-00:44. The end of the year 9999, when an event may end, is
/// 10000-01-01T00:00:00+00:00.
TimestampText timestamp_text(Instant instant, const Zone& zone);
std::string format_timestamp(Instant instant, const Zone& zone);  ///< the same, as a string

/// The same in UTC, for messages. An instant outside kRepresentable is "before year 0001" or "after year 9999".
std::string format_utc(Instant instant);

/// The same in iCalendar's basic form (RFC 5545, 3.3.5): 20261120T173500Z.
std::string format_basic_utc(Instant instant);

/// A wall clock time in the same form: 20261120T183500.
std::string format_basic(WallTime wall);

// Lengths of time as callers write them, and their limits.

inline constexpr Seconds kShortest{1};
inline constexpr Seconds kLongest = 366 * kDay;

/// PostgreSQL's interval, whose months and days have no fixed length. Here a day is 24 hours, and months are refused.
struct Interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t microseconds = 0;
  bool is_infinite = false;  ///< the other fields are then meaningless
};

/// Reads interval text (PostgreSQL's forms and ISO 8601); nullopt if the text is not an interval.
using IntervalReader = std::function<std::optional<Interval>(const std::string& text)>;

/// The elapsed time of `interval`, if it lies in [least, most], is finite and whole seconds, and has no months (rule
/// 2.1.6). Otherwise the interval is refused in `validation` under `field`, shown as `value`.
std::optional<Seconds> check_duration(Validation& validation, std::string_view field, std::string_view value,
                                      const Interval& interval, Seconds least = kShortest, Seconds most = kLongest);

/// "30 minutes" style words for messages: "1 second", "1 day 02:30:00".
std::string format_duration(Seconds duration);

}  // namespace jb
