// SPDX-License-Identifier: PostgreSQL
#include "watching.hpp"

#include <algorithm>

#include "wish_time.hpp"

namespace jb {

Span room_of(const Event& event, const Calendar& first) {
  if (!event.wish.is_fixed()) {
    const auto window = window_of(event.wish, first);
    // Another zone of the calendar can move the date away from not_before or not_after. The event then has no place,
    // but is still found when the zone changes again.
    return {window.start, std::max(window.end, window.start + Seconds{1})};
  }
  const auto start = wished_start(event.wish, first.zone());
  return {start, start + event.wish.duration};
}

Instant latest_start(const Event& event, const CalendarOf& calendar_of) {
  const auto& first = calendar_of(event.calendars.front());
  if (event.wish.is_fixed()) return wished_start(event.wish, first.zone());
  auto end = window_of(event.wish, first).end;
  for (const auto& name : event.booked_on()) end = std::min(end, event.updated_at + calendar_of(name).horizon);
  return end - event.wish.duration;
}

Instant due_at(const Event& event, const CalendarOf& calendar_of) {
  if (event.status == Status::held) return event.expires_at.value_or(event.updated_at);
  return latest_start(event, calendar_of) + Seconds{1};
}

std::vector<Watched> watched_of(const Event& event, const CalendarOf& calendar_of) {
  Watched watched{.calendar = 0,
                  .event_id = event.id,
                  .due_at = due_at(event, calendar_of),
                  .room = {},
                  .needs = {},
                  .turn = turn_of(event)};
  if (event.status == Status::waiting) {
    watched.room = room_of(event, calendar_of(event.calendars.front()));
    if (!event.wish.is_fixed()) watched.needs = event.wish.duration;
  }
  std::vector<Watched> all;
  for (const auto& name : event.booked_on()) {
    watched.calendar = calendar_of(name).id;
    all.push_back(watched);
  }
  return all;
}

}  // namespace jb
