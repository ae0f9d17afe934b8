// SPDX-License-Identifier: PostgreSQL
//
// A second implementation of Timeline, with which the day tree is compared: first fit and last fit by walking a
// calendar's free time in order.
//
// The walk reads the calendar in windows that start at a week and double, so that a near result costs little and a
// search to the horizon reads each window once. Free time that continues across the border of two windows is one
// stretch: the stretch at the end of the first window is joined to the one at the beginning of the next.
#pragma once

#include <algorithm>

#include "core/free/hours.hpp"

namespace jb::test {

inline constexpr Seconds kFirstWindow = 7 * kDay;

inline Seconds time_of_day(WallTime wall) { return wall - std::chrono::floor<std::chrono::days>(wall); }

/// The time of day from which the marks around `wall` are counted, and the one at which counting starts anew.
inline DaySpan count_around(WallTime wall, const Grid& grid) {
  DaySpan count{Seconds{0}, kDay};
  if (!grid.from_opening) return count;
  for (const DaySpan& span : grid.hours.on(std::chrono::floor<std::chrono::days>(wall))) {
    if (span.start <= time_of_day(wall))
      count.start = span.start;
    else
      count.end = std::min(count.end, span.start);
  }
  return count;
}

/// Rule 2.3.4: the first mark of the increment at or after `instant`. Unlike Pattern::mark_from(), which caches what it
/// asked the zone, this asks anew each time.
inline Instant on_increment_from(Instant instant, const Grid& grid) {
  while (true) {
    const WallTime wall = grid.zone->to_wall(instant);
    const DaySpan count = count_around(wall, grid);
    const Seconds past = (time_of_day(wall) - count.start) % grid.slot_increment;
    if (past == Seconds{0}) return instant;
    const Instant next = instant + std::min(grid.slot_increment - past, count.end - time_of_day(wall));
    const std::optional<Instant> transition = grid.zone->next_transition(instant);
    if (!transition || next < *transition) return next;
    instant = *transition;  // the wall clock jumps here: look again
  }
}

/// The last transition in (after, until]; nullopt when there is none.
inline std::optional<Instant> last_transition(const Zone& zone, Instant after, Instant until) {
  std::optional<Instant> last;
  for (auto next = zone.next_transition(after); next && *next <= until; next = zone.next_transition(*next)) last = next;
  return last;
}

/// The last mark at or before `instant`.
inline Instant on_increment_until(Instant instant, const Grid& grid) {
  while (true) {
    const WallTime wall = grid.zone->to_wall(instant);
    const Instant mark = instant - (time_of_day(wall) - count_around(wall, grid).start) % grid.slot_increment;
    const std::optional<Instant> transition = last_transition(*grid.zone, mark, instant);
    if (!transition) return mark;
    instant = *transition - Seconds{1};  // no mark from there to `instant`: look before it
  }
}

inline std::optional<Instant> earliest_start(const Span& free, Seconds duration, const Grid& grid) {
  if (free.length() < duration) return std::nullopt;
  const Instant start = on_increment_from(free.start, grid);
  return start + duration <= free.end ? std::optional{start} : std::nullopt;
}

inline std::optional<Instant> latest_start(const Span& free, Seconds duration, const Grid& grid) {
  if (free.length() < duration) return std::nullopt;
  const Instant start = on_increment_until(free.end - duration, grid);
  return start >= free.start ? std::optional{start} : std::nullopt;
}

/// First fit by reading claims in windows of growing length. The cost grows with the days and claims passed over.
class ScannedTimeline final : public Timeline {
 public:
  /// `source` outlives this object; nullptr means a calendar without claims.
  ScannedTimeline(Grid grid, ClaimSource* source);

  std::optional<Instant> first_fit(Seconds duration, Span within) override;
  std::optional<Instant> last_fit(Seconds duration, Span within) override;
  void take(Span claim) override;
  void give(Span claim) override;
  void close(Span day) override;
  void reopen(Span day) override;

 private:
  std::vector<Span> free_spans(Span window);

  Grid grid_;
  Occupied occupied_;
};

inline ScannedTimeline::ScannedTimeline(Grid grid, ClaimSource* source)
    : grid_(std::move(grid)), occupied_(grid_.buffer_before, grid_.buffer_after, source) {}

inline std::optional<Instant> ScannedTimeline::first_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  Span reached{within.start, within.start};  // the free stretch that ends where the last window ended, if any
  Span window{within.start, within.start};
  for (Seconds length = kFirstWindow; window.end < within.end; length *= 2) {
    window = {window.end, std::min(within.end, window.end + length)};
    for (Span free : free_spans(window)) {
      if (free.start == reached.end) free.start = reached.start;
      if (const auto start = earliest_start(free, duration, grid_)) return start;
      reached = free;
    }
  }
  return std::nullopt;
}

inline std::optional<Instant> ScannedTimeline::last_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  Span reached{within.end, within.end};  // the free stretch that begins where the last window began, if any
  Span window{within.end, within.end};
  for (Seconds length = kFirstWindow; within.start < window.start; length *= 2) {
    window = {std::max(within.start, window.start - length), window.start};
    const std::vector<Span> spans = free_spans(window);
    for (auto place = spans.rbegin(); place != spans.rend(); ++place) {
      Span free = *place;
      if (free.end == reached.start) free.end = reached.end;
      if (const auto start = latest_start(free, duration, grid_)) return start;
      reached = free;
    }
  }
  return std::nullopt;
}

inline void ScannedTimeline::take(Span claim) { occupied_.take(claim); }

inline void ScannedTimeline::give(Span claim) { occupied_.give(claim); }

inline void ScannedTimeline::close(Span day) { occupied_.close(day); }

inline void ScannedTimeline::reopen(Span day) { occupied_.reopen(day); }

inline std::vector<Span> ScannedTimeline::free_spans(Span window) {
  const std::vector<Span> open = open_spans(grid_.hours, *grid_.zone, window);
  if (open.empty()) return open;
  return subtract(open, occupied_.within({open.front().start, open.back().end}));
}

}  // namespace jb::test
