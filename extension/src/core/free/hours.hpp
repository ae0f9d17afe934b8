// SPDX-License-Identifier: PostgreSQL
//
// When automatic events may be placed: a weekly pattern and overrides by date, in wall clock time.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "../values/time.hpp"
#include "../values/zone.hpp"

namespace jb {

/// A span of one wall clock day, in seconds since its midnight: 0 <= start < end <= 86,400 (24:00).
struct DaySpan {
  Seconds start;
  Seconds end;
  friend bool operator==(const DaySpan&, const DaySpan&) = default;
};

/// Sorted by start, neither overlapping nor touching: normalise() makes it so.
using DaySpans = std::vector<DaySpan>;

/// Sorts and joins spans that overlap or touch. Each of them is valid.
DaySpans normalise(DaySpans spans);

/// The same of instants, in place.
void join_adjoining(std::vector<Span>& spans);

/// The weekly pattern, Monday first as in ISO 8601, and the dates that have spans of their own, or none, instead.
struct Hours {
  std::array<DaySpans, 7> week;
  std::map<Date, DaySpans> overrides{};

  /// The spans of the date, by its override or its weekday, empty when it is closed; as long as these hours live. Wall
  /// clock: which instants they are, and whether the zone had such a day at all, is open_spans' affair. Cost:
  /// logarithmic in the number of overrides.
  const DaySpans& on(Date date) const;
  friend bool operator==(const Hours&, const Hours&) = default;
};

/// The instants at which `hours` are open within `within`, sorted, joined where they adjoin (across midnight too)
/// and clipped. Both ends of a span are wall clock times and become instants by Zone::to_instant; a span that a clock
/// change swallows is left out: one that no instant shows any part of (a Friday 09:00 to 17:00 in Pacific/Apia on
/// 2011-12-30, which it never had), or whose end comes no later than its start. Cost: linear in the days of `within`.
std::vector<Span> open_spans(const Hours& hours, const Zone& zone, Span within);

/// The first instant >= `instant` whose wall clock time is a multiple of `increment` counted from midnight (the
/// count starts anew at each midnight). increment 1 s to 24 h.
Instant on_increment_from(Instant instant, Seconds increment, const Zone& zone);

/// The last such instant <= `instant`. Cost of both: a few questions to the zone.
Instant on_increment_until(Instant instant, Seconds increment, const Zone& zone);

/// Whether the wall clock shows a multiple of `increment` at `instant`.
bool is_on_increment(Instant instant, Seconds increment, const Zone& zone);

}  // namespace jb
