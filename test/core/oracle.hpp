// SPDX-License-Identifier: PostgreSQL
//
// The brute-force oracle. It finds the starts that fit by trying every start, and checks each condition of rule 2.3 as
// the rule is written. It is deliberately slow and plain. It shares nothing with core but the types and the two
// questions to a Zone, so that core and the oracle are not wrong in the same way.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/free/hours.hpp"
#include "core/values/time.hpp"

namespace jb::oracle {

inline constexpr Seconds kFar = std::chrono::hours{27};  // greater than any offset (RFC 8536, 3.2)

struct Calendar {
  const Zone& zone;
  const Hours& hours;
  Seconds slot_increment;
  std::vector<Span> claims;
  Seconds buffer_before{0};
  Seconds buffer_after{0};
  std::vector<Span> full_days{};
  bool from_opening = false;
};

inline Seconds elapsed(WallTime wall) { return wall.time_since_epoch(); }

inline std::vector<Instant> changes_near(const Zone& zone, Instant from, Instant to) {
  std::vector<Instant> changes;
  for (auto next = zone.next_transition(from); next && *next <= to; next = zone.next_transition(*next))
    changes.push_back(*next);
  return changes;
}

/// RFC 5545, 3.3.5: every instant that shows `wall`, in order; none when it is skipped.
inline std::vector<Instant> occurrences(const Zone& zone, WallTime wall) {
  std::vector<Instant> stretches{Instant{elapsed(wall)} - kFar};
  for (const Instant change : changes_near(zone, Instant{elapsed(wall)} - kFar, Instant{elapsed(wall)} + kFar))
    stretches.push_back(change);
  std::vector<Instant> found;
  for (const Instant begin : stretches) {
    const Instant candidate{elapsed(wall) - zone.offset_at(begin)};
    if (zone.offset_at(candidate) == zone.offset_at(begin)) found.push_back(candidate);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// The first instant that shows `wall`. If no instant does, `wall` is read with the offset before the change that skips
/// it (rule 2.1.5).
inline Instant to_instant(const Zone& zone, WallTime wall) {
  const auto shown = occurrences(zone, wall);
  if (!shown.empty()) return shown.front();
  for (const Instant change : changes_near(zone, Instant{elapsed(wall)} - kFar, Instant{elapsed(wall)} + kFar)) {
    const Seconds before = zone.offset_at(change - Seconds{1});
    const Instant last_shown{elapsed(wall) - before};
    if (last_shown >= change && elapsed(wall) < change.time_since_epoch() + zone.offset_at(change)) return last_shown;
  }
  return Instant{elapsed(wall) - zone.offset_at(Instant{elapsed(wall)})};  // not reached: `wall` is shown or skipped
}

/// Whether any instant shows a reading in [start, end): either `start` itself, or a reading at which a change lands.
inline bool is_shown(const Zone& zone, WallTime start, WallTime end) {
  if (!occurrences(zone, start).empty()) return true;
  for (const Instant change : changes_near(zone, Instant{elapsed(start)} - kFar, Instant{elapsed(end)} + kFar)) {
    const WallTime landing{change.time_since_epoch() + zone.offset_at(change)};
    if (start <= landing && landing < end) return true;
  }
  return false;
}

/// Each span of each date near `within`, as instants; neither joined nor clipped nor sorted.
inline std::vector<Span> hours_near(const Hours& hours, const Zone& zone, Span within) {
  using std::chrono::days;
  std::vector<Span> spans;
  const WallTime from{within.start.time_since_epoch() - 2 * kFar};
  const WallTime to{within.end.time_since_epoch() + 2 * kFar};
  for (Date date = std::chrono::floor<days>(from); date <= to; date += days{1}) {
    const unsigned monday_first = std::chrono::weekday{date}.iso_encoding() - 1;
    const bool is_overridden = hours.overrides.count(date) > 0;
    for (const DaySpan& span : is_overridden ? hours.overrides.at(date) : hours.week[monday_first]) {
      const Span instants{to_instant(zone, date + span.start), to_instant(zone, date + span.end)};
      if (instants.start < instants.end && is_shown(zone, date + span.start, date + span.end))
        spans.push_back(instants);
    }
  }
  return spans;
}

/// Whether every instant of `event` lies in one of `spans`.
inline bool is_covered(Span event, const std::vector<Span>& spans) {
  Instant reached = event.start;
  while (reached < event.end) {
    const auto next = std::find_if(spans.begin(), spans.end(),
                                   [&](const Span& span) { return span.start <= reached && reached < span.end; });
    if (next == spans.end()) return false;
    reached = next->end;
  }
  return true;
}

/// Rule 2.3.4. `opening` is the hours from whose spans the increment is counted, if it is.
inline bool is_on_increment(const Zone& zone, Instant instant, Seconds increment, const Hours* opening = nullptr) {
  const Seconds wall = instant.time_since_epoch() + zone.offset_at(instant);
  const Seconds since_midnight = ((wall % kDay) + kDay) % kDay;
  Seconds from{0};
  if (opening != nullptr) {
    for (const DaySpan& span : opening->on(Date{std::chrono::floor<std::chrono::days>(wall)}))
      if (span.start <= since_midnight) from = std::max(from, span.start);
  }
  return (since_midnight - from) % increment == Seconds{0};
}

/// Whether the increment is counted from a second within a minute.
inline bool begins_between_minutes(const Calendar& calendar) {
  const auto is_between = [](const DaySpans& day) {
    return std::any_of(day.begin(), day.end(),
                       [](const DaySpan& span) { return span.start % Seconds{60} != Seconds{0}; });
  };
  if (!calendar.from_opening) return false;
  return std::any_of(calendar.hours.week.begin(), calendar.hours.week.end(), is_between) ||
         std::any_of(calendar.hours.overrides.begin(), calendar.hours.overrides.end(),
                     [&](const auto& override) { return is_between(override.second); });
}

/// A minute if every start on the increment lies on a whole minute of UTC, otherwise a second.
inline Seconds step(const Calendar& calendar, Span within) {
  const Seconds minute{60};
  if (calendar.slot_increment % minute != Seconds{0} || begins_between_minutes(calendar)) return Seconds{1};
  std::vector<Instant> stretches = changes_near(calendar.zone, within.start, within.end);
  stretches.push_back(within.start);
  for (const Instant begin : stretches)
    if (calendar.zone.offset_at(begin) % minute != Seconds{0}) return Seconds{1};
  return minute;
}

/// Whether the claim of `event` would overlap another claim, or a part of `event` lies on a full day.
inline bool collides(const Calendar& calendar, Span event) {
  const Span claimed{event.start - calendar.buffer_before, event.end + calendar.buffer_after};
  const auto among = [](const std::vector<Span>& spans, Span wanted) {
    return std::any_of(spans.begin(), spans.end(),
                       [&](const Span& span) { return span.start < wanted.end && wanted.start < span.end; });
  };
  return among(calendar.claims, claimed) || among(calendar.full_days, event);
}

/// Every start that fits, in order (rules 2.3.2 to 2.3.4 and 2.3.8, for one calendar).
inline std::vector<Instant> fits(const Calendar& calendar, Seconds duration, Span within) {
  const std::vector<Span> open = hours_near(calendar.hours, calendar.zone, within);
  const Seconds pace = step(calendar, within);
  std::vector<Instant> found;
  Instant start{(within.start.time_since_epoch() / pace - 1) * pace};
  for (; start + duration <= within.end; start += pace) {
    const Span event{start, start + duration};
    if (start < within.start) continue;
    const Hours* opening = calendar.from_opening ? &calendar.hours : nullptr;
    if (!is_on_increment(calendar.zone, start, calendar.slot_increment, opening)) continue;
    if (collides(calendar, event)) continue;
    if (is_covered(event, open)) found.push_back(start);
  }
  return found;
}

}  // namespace jb::oracle
