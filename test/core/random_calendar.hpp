// SPDX-License-Identifier: PostgreSQL
//
// Random calendars for properties: a zone, hours, an increment, and a range to search, in half of the cases around a
// clock change.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "cctz_zone.hpp"
#include "core/free/hours.hpp"
#include "core/values/time.hpp"
#include "pick.hpp"
#include "table_zone.hpp"

namespace jb::test {

/// The resolution of a calendar. The oracle tries every second for kSeconds, so its range is short then.
enum class Grain { kMinutes, kSeconds };

struct RandomCalendar {
  std::string zone_name;  ///< or a description of a made-up zone
  Grid grid;
  Span range;  ///< the range of claims and searches
};

/// An instant between 1972 and 2037, in half of the cases within two days of a change of the zone.
inline Instant random_origin(const Zone& place) {
  const Span years{at("1972-01-01T00:00:00Z"), at("2037-12-01T00:00:00Z")};
  const auto changes = transitions(place, years);
  if (!changes.empty() && once_in(2)) return pick_from(changes) - Seconds{pick(0, 2 * kDay.count())};
  return years.start + Seconds{pick(0, years.length().count())};
}

/// A made-up zone with one to five changes after `origin`, each at most fifteen hours after the previous, by up to
/// twelve hours either way. No law forbids a country to do this.
inline TableZone random_zone(Instant origin) {
  const Seconds quarter = std::chrono::minutes{15};
  const auto offset = [&] { return pick(-24, 24) * quarter; };
  const Seconds first_offset = offset();
  std::vector<TableZone::Change> changes;
  for (auto count = pick(1, 5); count > 0; --count) {
    origin += pick(1, 60) * quarter;
    changes.push_back({origin, offset()});
  }
  return TableZone{first_offset, changes};
}

/// A time of day: usually a quarter of an hour, sometimes any minute or second.
inline Seconds random_time(Grain grain) {
  if (grain == Grain::kSeconds && once_in(3)) return Seconds{pick(0, 86'400)};
  return once_in(6) ? Seconds{60 * pick(0, 1'440)} : Seconds{900 * pick(0, 96)};
}

inline DaySpans random_spans(Grain grain) {
  DaySpans spans;
  for (auto count = pick(1, 3); count > 0; --count) {
    const Seconds a = random_time(grain), b = once_in(4) ? kDay : random_time(grain);
    if (a != b) spans.push_back({std::min(a, b), std::max(a, b)});
  }
  return normalise(spans);
}

inline DaySpans random_day(Grain grain) {
  const Seconds hour{3600};
  switch (pick(0, 6)) {
    case 0:
      return {};
    case 1:
      return {{8 * hour, 17 * hour}};
    case 2:
      return {{8 * hour, 12 * hour}, {13 * hour, 17 * hour}};
    case 3:
      return {{0 * hour, 6 * hour}, {22 * hour, kDay}};  // a night shift: joined over midnight
    case 4:
      return {{0 * hour, kDay}};
    default:
      return random_spans(grain);
  }
}

inline Hours random_hours(Grain grain) {
  Hours hours;
  const bool always_open = once_in(5);
  for (DaySpans& day : hours.week) day = always_open ? DaySpans{{Seconds{0}, kDay}} : random_day(grain);
  return hours;
}

inline Seconds random_increment(Grain grain) {
  if (grain == Grain::kSeconds) return Seconds{pick_from(std::vector{1, 11, 7, 61, 1'000, 3'599})};
  return std::chrono::minutes{pick_from(std::vector{5, 7, 1, 15, 30, 60, 90, 1'440, 11, 1'000})};
}

/// A buffer: none on most calendars, otherwise a few minutes (a few seconds with Grain::kSeconds), and occasionally
/// more than a day.
inline Seconds random_buffer(Grain grain) {
  if (!once_in(4)) return Seconds{0};
  if (once_in(12)) return kDay + Seconds{3'600};
  return grain == Grain::kSeconds ? Seconds{pick(1, 40)} : std::chrono::minutes{pick_from(std::vector{5, 10, 3, 45})};
}

inline Grid random_grid(Grain grain, std::shared_ptr<const Zone> place) {
  return {std::move(place),     random_hours(grain),  random_increment(grain),
          random_buffer(grain), random_buffer(grain), once_in(3)};
}

/// Overrides the hours of some of the dates that overlap `range`.
inline void add_random_overrides(Hours& hours, const Zone& place, Span range, Grain grain) {
  const auto length = range.length().count();
  for (auto count = once_in(3) ? pick(1, 4) : 0; count > 0; --count) {
    const Instant somewhere = range.start + Seconds{pick(0, length)};
    hours.overrides[std::chrono::floor<std::chrono::days>(place.to_wall(somewhere))] = random_day(grain);
  }
}

inline Seconds random_range_length(Grain grain) {
  if (grain == Grain::kSeconds) return Seconds{pick(600, 14'400)};
  if (once_in(12)) return pick(20, 40) * kDay;  // several windows of a ScannedTimeline
  return once_in(4) ? pick(6, 12) * kDay : pick(1, 4) * kDay;
}

inline RandomCalendar random_made_up_calendar(Grain grain) {
  const Instant origin = at("2026-05-01T00:00:00Z");
  const auto place = std::make_shared<TableZone>(random_zone(origin));
  const Instant start = origin + Seconds{pick(-kDay.count(), 2 * kDay.count())};
  RandomCalendar calendar{place->written(), random_grid(grain, place), {start, start + random_range_length(grain)}};
  add_random_overrides(calendar.grid.hours, *place, calendar.range, grain);
  return calendar;
}

inline RandomCalendar random_calendar(Grain grain) {
  if (once_in(6)) return random_made_up_calendar(grain);
  RandomCalendar calendar;
  calendar.zone_name = pick_from(kZones);
  calendar.grid = random_grid(grain, zone(calendar.zone_name));
  const Instant origin = random_origin(*calendar.grid.zone);
  calendar.range = {origin, origin + random_range_length(grain)};
  add_random_overrides(calendar.grid.hours, *calendar.grid.zone, calendar.range, grain);
  return calendar;
}

inline std::string written(const DaySpans& spans) {
  std::string text;
  for (const DaySpan& span : spans) text += format_time_of_day(span.start) + "-" + format_time_of_day(span.end) + " ";
  return text;
}

inline std::string written(const Hours& hours) {
  std::string text;
  for (const DaySpans& day : hours.week) {
    text += text.empty() ? "" : "; ";
    text += written(day);
  }
  for (const auto& [date, spans] : hours.overrides) text += "; " + format_date(date) + ": " + written(spans);
  return text;
}

inline std::string written(const RandomCalendar& calendar) {
  return calendar.zone_name + ", hours " + written(calendar.grid.hours) + ", every " +
         std::to_string(calendar.grid.slot_increment.count()) +
         (calendar.grid.from_opening ? " s from opening, buffers " : " s, buffers ") +
         std::to_string(calendar.grid.buffer_before.count()) + " and " +
         std::to_string(calendar.grid.buffer_after.count()) + " s, range " + written(calendar.range);
}

}  // namespace jb::test
