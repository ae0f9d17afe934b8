// SPDX-License-Identifier: PostgreSQL
//
// When automatic events may be placed: a weekly pattern and overrides by date, in wall clock time (rules 2.1.7, 2.3.2
// and 2.8.7).
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

/// Sorts the spans, and joins spans that overlap or touch. Each span is valid by itself.
DaySpans normalise(DaySpans spans);

/// The same for spans of instants, in place.
void join_adjoining(std::vector<Span>& spans);

/// The weekly pattern, Monday first as in ISO 8601, and the dates that have spans of their own, or no spans, instead.
struct Hours {
  std::array<DaySpans, 7> week;
  std::map<Date, DaySpans> overrides{};

  /// The spans of the date, by its override or its weekday; empty when the date is closed. The reference is valid as
  /// long as these hours live. The spans are wall clock: open_spans finds out which instants they are, and whether the
  /// zone had such a day at all. Cost: logarithmic in the number of overrides.
  const DaySpans& on(Date date) const;
  friend bool operator==(const Hours&, const Hours&) = default;
};

/// The instants at which `hours` are open within `within`, sorted, joined where they adjoin (across midnight too) and
/// clipped. Both ends of a span are wall clock times and become instants by Zone::to_instant. A span that a clock
/// change swallows is left out: a span of which no instant shows any part (Friday 09:00 to 17:00 in Pacific/Apia on
/// 2011-12-30, a day that Apia never had), or a span whose end comes no later than its start. Cost: linear in the days
/// of `within`.
std::vector<Span> open_spans(const Hours& hours, const Zone& zone, Span within);

}  // namespace jb
