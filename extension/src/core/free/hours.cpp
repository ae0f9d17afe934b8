// SPDX-License-Identifier: PostgreSQL
//
// Weekly hours as instants.
//
// Hours are kept as wall clock and are turned into instants here, day by day, so that 09:00 stays 09:00 across a clock
// change. Near a change the instants of a day's spans need not come in the order of their wall clock times: 02:30 and
// 03:00 of the night that skips 02:00 to 03:00 are 03:30 and 03:00 on the wall. So the instants are sorted and joined
// afterwards.
#include "hours.hpp"

#include <algorithm>

#include "../values/budget.hpp"

namespace jb {
namespace {

using std::chrono::days;

// No change ever moved a clock by more than a day: Pacific/Apia (2011) and Kwajalein (1993) moved by a whole day.
constexpr Seconds kLargestShift = kDay;

/// Zone::to_instant for wall clock times that mostly ascend: it asks the zone once for each stretch of constant offset,
/// not once for each time.
class AscendingReader {
 public:
  /// `from` lies before all times that will be read; a day or more before, so that the first answers are cheap.
  AscendingReader(const Zone& zone, Instant from) : zone_(zone) { settle(from); }

  /// Whether the known stretch shows `wall` for the first time. It does unless an earlier stretch shows `wall` too; an
  /// earlier stretch that ended at least kLargestShift ago cannot show it.
  bool is_certain(WallTime wall) const { return certain_.start <= guess(wall) && guess(wall) < certain_.end; }

  Instant to_instant(WallTime wall) {
    if (is_certain(wall)) return guess(wall);
    const Instant instant = zone_.to_instant(wall);
    settle(instant);
    return instant;
  }

 private:
  Instant guess(WallTime wall) const { return Instant{wall.time_since_epoch() - offset_}; }

  void settle(Instant instant) {
    offset_ = zone_.offset_at(instant);
    certain_ = {instant + kLargestShift, zone_.next_transition(instant).value_or(Instant::max())};
  }

  const Zone& zone_;
  Seconds offset_{};
  Span certain_{};
};

/// Whether any instant shows a wall clock time in [start, end). `start_instant` is the instant as which `start` is
/// read. Only a span that begins in skipped time can have no such instant.
bool is_shown(const Zone& zone, WallTime start, WallTime end, Instant start_instant) {
  if (zone.to_wall(start_instant) == start) return true;
  const Instant last = start_instant + (end - start) + kLargestShift;
  std::optional<Instant> begin = start_instant - kLargestShift;
  while (begin && *begin <= last) {
    const Seconds offset = zone.offset_at(*begin);
    const std::optional<Instant> next = zone.next_transition(*begin);
    const bool begins_before_end = begin->time_since_epoch() + offset < end.time_since_epoch();
    const bool ends_after_start = !next || next->time_since_epoch() + offset > start.time_since_epoch();
    if (begins_before_end && ends_after_start) return true;
    begin = next;
  }
  return false;
}

template <class AnySpan>
void join_all(std::vector<AnySpan>& spans) {
  const auto by_start = [](const AnySpan& a, const AnySpan& b) { return a.start < b.start; };
  if (!std::is_sorted(spans.begin(), spans.end(), by_start)) std::sort(spans.begin(), spans.end(), by_start);
  std::size_t kept = 0;
  for (const AnySpan& span : spans) {
    if (kept > 0 && span.start <= spans[kept - 1].end)
      spans[kept - 1].end = std::max(spans[kept - 1].end, span.end);
    else
      spans[kept++] = span;
  }
  spans.erase(spans.begin() + kept, spans.end());
}

}  // namespace

void join_adjoining(std::vector<Span>& spans) { join_all(spans); }

DaySpans normalise(DaySpans spans) {
  join_all(spans);
  return spans;
}

const DaySpans& Hours::on(Date date) const {
  const auto override = overrides.find(date);
  return override != overrides.end() ? override->second : week[std::chrono::weekday{date}.iso_encoding() - 1];
}

std::vector<Span> open_spans(const Hours& hours, const Zone& zone, Span within) {
  std::vector<Span> open;
  if (within.empty()) return open;
  AscendingReader reader{zone, within.start - 4 * kDay};
  // A change moves a span's ends by a day at most, so it is enough to look one date beyond the dates shown in `within`.
  const Date first = std::chrono::floor<days>(zone.to_wall(within.start)) - days{1};
  const Date last = std::chrono::floor<days>(zone.to_wall(within.end)) + days{1};
  for (Date date = first; date <= last; date += days{1}) {
    step();
    for (const DaySpan& span : hours.on(date)) {
      const WallTime start = date + span.start, end = date + span.end;
      const Span whole{reader.to_instant(start), reader.to_instant(end)};
      const Span clipped = intersection(whole, within);
      if (clipped.empty()) continue;
      if (reader.is_certain(start) || is_shown(zone, start, end, whole.start)) open.push_back(clipped);
    }
  }
  join_adjoining(open);
  return open;
}

}  // namespace jb
