// SPDX-License-Identifier: PostgreSQL
#include "replanning.hpp"

#include <algorithm>
#include <set>

#include "booking.hpp"

namespace jb {

namespace {

/// Whether the event begins within the notice of any of its calendars: every place open to it is later than its own
/// (rule 2.13.3).
bool is_within_notice(const Plan& plan, const Event& event) {
  const auto names = event.booked_on();
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return event.time->start < plan.now() + plan.calendar(name).min_notice; });
}

/// Rule 2.13.2: runs `place_all`, which names the first event that finds no place. That event stays where it is, and
/// `place_all` runs anew, until every other event finds a place.
template <class PlaceAll>
std::vector<Move> place_around(Plan& plan, PlaceAll place_all) {
  const auto before = plan.mark();
  std::set<EventId> staying;
  for (;;) {
    std::vector<Move> moves;
    const auto stuck = place_all(staying, moves);
    if (!stuck) return moves;
    plan.back_to(before);
    staying.insert(*stuck);
  }
}

std::vector<std::string> time_fields(const std::optional<Span>& before, const std::optional<Span>& after) {
  std::vector<std::string> fields;
  add_time_fields(fields, before, after);
  return fields;
}

/// The fixed events of the calendar that have not begun and have left their wall clock time.
std::vector<Event> moved_wall_clocks(Plan& plan, const std::string& calendar) {
  const auto& on = plan.calendar(calendar);
  auto events = plan.occupants(on, {plan.now(), kRepresentable.end}, 0);
  std::erase_if(events, [&](const Event& event) {
    return event.calendars.front() != calendar || event.has_begun(plan.now()) || !has_left_wall_clock(event, on.zone());
  });
  plan.need_all_of(events);
  return events;
}

}  // namespace

std::vector<Move> replan(Plan& plan, const std::string& calendar) {
  auto events = movable(plan, plan.occupants(plan.calendar(calendar), {plan.now(), kRepresentable.end}, 0));
  // An event that finds no earlier place is put back with the buffers of its claims. A search finds places for the
  // present buffers of the calendars only, so an event with other buffers stays (rule 2.13.3).
  std::erase_if(events,
                [&](const Event& event) { return is_within_notice(plan, event) || !plan.has_present_buffers(event); });
  return place_around(plan, [&](const std::set<EventId>& staying, std::vector<Move>& moves) -> std::optional<EventId> {
    std::vector<const Event*> going;
    for (const auto& event : events) {
      if (!staying.contains(event.id)) going.push_back(&event);
    }
    for (const auto* event : going) plan.set_aside(*event);
    for (const auto* event : going) {
      const auto decision = place(plan, *event, {});
      if (!decision.time) return event->id;
      if (decision.time == event->time) {
        plan.put_back(*event);
        continue;
      }
      auto moved = *event;
      moved.time = decision.time;
      plan.change(*event, moved, "moved", time_fields(event->time, moved.time));
      moves.push_back({event->id, *event->time, moved.time});
    }
    return std::nullopt;
  });
}

bool has_left_wall_clock(const Event& event, const Zone& zone) {
  return event.is_claiming() && event.wish.date && event.wish.start_time &&
         wished_start(event.wish, zone) != event.time->start;
}

std::vector<Move> rezone(Plan& plan, const std::string& calendar) {
  const auto events = moved_wall_clocks(plan, calendar);
  return place_around(plan, [&](const std::set<EventId>& staying, std::vector<Move>& moves) -> std::optional<EventId> {
    for (const auto& event : events) {
      if (!staying.contains(event.id)) plan.set_aside(event);
    }
    for (const auto& event : events) {
      if (staying.contains(event.id)) continue;
      const auto decision = place(plan, event, {.allow_past = true});
      if (!decision.time) return event.id;
      auto moved = event;
      moved.time = decision.time;
      rebook(plan, event, moved, decision, "moved", time_fields(event.time, moved.time));
      moves.push_back({event.id, *event.time, moved.time});
    }
    const auto displaced = place_displaced(plan);
    moves.insert(moves.end(), displaced.begin(), displaced.end());
    return std::nullopt;
  });
}

}  // namespace jb
