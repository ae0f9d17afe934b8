// SPDX-License-Identifier: PostgreSQL
#include "wish_time.hpp"

#include <algorithm>
#include <tuple>

namespace jb {

Span window_of(const Wish& wish, const Calendar& first) {
  Span window = kRepresentable;
  if (wish.date) window = intersection(window, first.zone().day(*wish.date));
  if (wish.not_before) window.start = std::max(window.start, *wish.not_before);
  if (wish.not_after) window.end = std::min(window.end, *wish.not_after);
  return window;
}

Instant wished_start(const Wish& wish, const Zone& zone) {
  return wish.wished_start ? *wish.wished_start : zone.to_instant(*wish.date + *wish.start_time);
}

bool wish_for_same_start(const Event& a, const Event& b) {
  const auto read = [](const Event& event) {
    return std::tuple(event.wish.date, event.wish.start_time, event.wish.wished_start, event.calendars.front());
  };
  return read(a) == read(b);
}

Wish wall_clock_wish(const Event& event) {
  auto wish = event.wish;
  if (!event.wished_wall) return wish;
  wish.date = std::chrono::floor<std::chrono::days>(*event.wished_wall);
  wish.start_time = *event.wished_wall - *wish.date;
  wish.wished_start.reset();
  return wish;
}

std::optional<WallTime> wall_start(const Event& event, const Zone& zone) {
  const auto& wish = event.wish;
  if (wish.start_time) return *wish.date + *wish.start_time;
  if (wish.wished_start) return zone.to_wall(*wish.wished_start);
  if (event.time) return zone.to_wall(event.time->start);
  return wish.date ? std::optional<WallTime>(*wish.date) : std::nullopt;
}

Span time_from(Instant start, const Wish& wish, const Zone& zone) {
  if (!wish.days) return {start, start + *wish.duration};
  auto shown = zone.to_wall(start);
  if (wish.start_time && wished_start(wish, zone) == start) shown = *wish.date + *wish.start_time;
  return {start, start + wish.length().elapsed(start, shown, zone)};
}

Span wished_time(const Wish& wish, const Zone& zone) { return time_from(wished_start(wish, zone), wish, zone); }

Span fixed_time(const Event& event, const PlacingOptions& options, const Zone& zone) {
  if (options.keeps_end) return *event.time;
  if (options.has_begun || options.keeps_start) return time_from(event.time->start, event.wish, zone);
  return wished_time(event.wish, zone);
}

Seconds nearest_horizon(const Event& event, const CalendarOf& calendar_of) {
  auto nearest = Seconds::max();
  for (const auto& name : event.booked_on()) nearest = std::min(nearest, calendar_of(name).horizon);
  return nearest;
}

Span room_of(const Event& event, const Calendar& first) {
  if (!event.wish.is_fixed()) {
    const auto window = window_of(event.wish, first);
    // Another zone of the calendar can move the date away from not_before or not_after. The event then has no place,
    // but is still found when the zone changes again.
    return {window.start, std::max(window.end, window.start + Seconds{1})};
  }
  return wished_time(event.wish, first.zone());
}

Instant latest_start(const Event& event, const CalendarOf& calendar_of) {
  const auto& first = calendar_of(event.calendars.front());
  if (event.wish.is_fixed()) return wished_start(event.wish, first.zone());
  const bool is_bound = event.wish.date || event.wish.not_after;
  const auto end = is_bound ? window_of(event.wish, first).end : event.updated_at + nearest_horizon(event, calendar_of);
  return end - *event.wish.duration;
}

bool reaches_beyond_horizon(const Event& event, const CalendarOf& calendar_of, Instant at) {
  if (event.wish.is_fixed()) return false;
  const auto end = window_of(event.wish, calendar_of(event.calendars.front())).end;
  return end > at + nearest_horizon(event, calendar_of);
}

Instant due_at(const Event& event, const CalendarOf& calendar_of, Instant now) {
  if (event.status == Status::held) return event.expires_at.value_or(event.updated_at);
  const auto passes = latest_start(event, calendar_of) + Seconds{1};
  if (!reaches_beyond_horizon(event, calendar_of, now)) return passes;
  return std::min(passes, now + std::clamp(nearest_horizon(event, calendar_of) / 24, Seconds{1}, kDay));
}

std::vector<Watched> watched_of(const Event& event, const CalendarOf& calendar_of, Instant now) {
  Watched watched{.event_id = event.id, .due_at = due_at(event, calendar_of, now), .turn = turn_of(event)};
  if (event.status == Status::waiting) {
    watched.room = room_of(event, calendar_of(event.calendars.front()));
    if (!event.wish.is_fixed()) watched.needs = *event.wish.duration;
  }
  std::vector<Watched> all;
  for (const auto& name : event.booked_on()) {
    watched.calendar = calendar_of(name).id;
    all.push_back(watched);
  }
  return all;
}

}  // namespace jb
