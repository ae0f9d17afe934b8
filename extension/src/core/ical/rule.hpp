// SPDX-License-Identifier: PostgreSQL
//
// A recurrence rule and its exceptions as values, once they have been read.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../values/zone.hpp"
#include "content_line.hpp"
#include "length.hpp"

namespace jb {

/// One BYDAY: every such weekday (nth 0), or the nth from the start, or from the end (below 0), of the month or year.
struct NthWeekday {
  int nth = 0;
  std::chrono::weekday weekday;
  friend bool operator==(const NthWeekday&, const NthWeekday&) = default;
};

/// An EXDATE. `text` is its line and `zone_name` its TZID, which is empty where the line has none. Both are cut short
/// where they are longer than any refusal shows.
struct ExceptionDate {
  std::string text;
  std::string zone_name;
  Moment moment;
};

struct Fields;

/// What a file says of an occurrence and of all after it (RANGE=THISANDFUTURE). Of several, the last that does not come
/// after an occurrence counts.
struct Later {
  Instant from{};                          ///< where the rule puts the first of them
  Seconds shift{0};                        ///< from where the rule puts them, on the wall clock
  Length length{};                         ///< of each
  bool takes_no_time = false;              ///< they are none
  std::shared_ptr<const Fields> fields{};  ///< what they are
};

/// A rule and its exceptions as parse_recurrence lets them through. The lists are sorted and hold nothing twice. An
/// empty list stands for a part that was not given.
struct Recurrence {
  enum class Frequency { daily, weekly, monthly, yearly };

  std::string text;  ///< as it was read
  std::string rule;  ///< its content line, for messages
  Frequency frequency = Frequency::daily;
  int interval = 1;
  std::chrono::weekday week_start = std::chrono::Monday;
  std::optional<int> count;     ///< either this
  std::optional<Moment> until;  ///< or that
  std::vector<int> months;
  std::vector<int> week_numbers;  ///< ISO 8601's, but by week_start; below 0 from the end of the year
  std::vector<int> year_days;     ///< below 0 from the end
  std::vector<int> month_days;    ///< below 0 from the end
  std::vector<NthWeekday> days;
  std::vector<int> hours;
  std::vector<int> minutes;
  std::vector<int> seconds;
  std::vector<int> positions;  ///< BYSETPOS; below 0 from the end of the period
  std::vector<ExceptionDate> exceptions;
  std::vector<Later> later;   ///< of a file, in order
  std::vector<Moment> dates;  ///< RDATE: occurrences besides those of the rule, which COUNT and UNTIL do not bind
  std::map<Instant, Seconds> periods{};  ///< how long each occurrence lasts that an RDATE names as a PERIOD, by start
  /// It is a file's: the start is an occurrence whether or not the rule names it (RFC 5545, 3.8.5.3); an exception that
  /// names no occurrence is overlooked, as RFC 5545 does; none may be left; and what comes after the horizon is cut
  /// off.
  bool is_lenient = false;
  std::optional<Instant> past{};       ///< where there are too many occurrences, those that start by then are left out
  std::shared_ptr<const Zone> zone{};  ///< on whose wall clock it is counted; none: that of the series' calendar
  std::optional<WallTime> start{};     ///< of a file, where it begins on that clock, perhaps at a time that is skipped
  std::optional<Length> length{};      ///< of each occurrence, on the same clock; none: all last equally long

  /// Neither COUNT nor UNTIL ends it: it ends with the horizon.
  bool is_endless() const { return !count && !until; }

  /// The clock on which it is counted, for a series of a calendar with this zone.
  const Zone& clock(const Zone& of_calendar) const { return zone ? *zone : of_calendar; }

  /// What counts of `later` for the occurrence that the rule puts at `start`; nullptr: nothing.
  const Later* later_at(Instant start) const {
    const auto after = std::find_if(later.begin(), later.end(), [&](const Later& each) { return each.from > start; });
    return after == later.begin() ? nullptr : &*std::prev(after);
  }
};

}  // namespace jb
