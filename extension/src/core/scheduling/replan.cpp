// SPDX-License-Identifier: PostgreSQL
#include "replan.hpp"

#include <algorithm>
#include <set>

#include "booking.hpp"

namespace jb {

namespace {

/// Whether the event begins within the notice of any of its calendars: every place open to it is later than its own
/// (rule 2.13.3).
bool is_within_notice(Plan& plan, const Event& event) {
  const auto names = event.booked_on();
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return event.time->start < plan.now() + plan.calendar(name).min_notice; });
}

std::vector<std::string> time_fields(const std::optional<Span>& before, const std::optional<Span>& after) {
  std::vector<std::string> fields;
  add_time_fields(fields, before, after);
  return fields;
}

/// Moves fixed events to their wall clock times, but those of `staying`, and places the events that they displace
/// again. Result: the first event that finds no place; none: `moves` has all moves.
std::optional<EventId> place_by_wall_clock(Plan& plan, const std::vector<Event>& events,
                                           const std::set<EventId>& staying, std::vector<Move>& moves) {
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

/// Places events anew, one after the other (rule 2.13.1). An event that finds no place stays where it is; the events
/// that would then have gone elsewhere are placed once more, until every other event has a place (rule 2.13.2).
class Replan {
 public:
  Replan(Plan& plan, std::vector<Event> events)
      : plan_(plan), events_(std::move(events)), places_(events_.size()), stays_(events_.size()) {}

  std::vector<Move> run() {
    for (const auto& event : events_) plan_.set_aside(event);
    for (std::size_t i = 0; i < events_.size();) {
      before_.resize(i);
      before_.push_back(plan_.mark());
      i = stays_[i] || place(i) ? i + 1 : go_back_from(i);
    }
    return moves();
  }

 private:
  bool place(std::size_t i) {
    const auto& event = events_[i];
    const auto time = find_place(plan_, event).time;
    if (!time) return false;
    places_[i] = time;
    if (time == event.time) {
      plan_.put_back(event);
      return true;
    }
    auto moved = event;
    moved.time = time;
    plan_.change(event, moved, "moved", time_fields(event.time, moved.time));
    return true;
  }

  /// Has event `i` stay, and goes back to before the first event that would not have its place then. Result: this
  /// event.
  std::size_t go_back_from(std::size_t i) {
    stays_[i] = true;
    std::size_t first = 0;
    while (first < i && (stays_[first] || !is_in_the_way(first, events_[i]))) ++first;
    plan_.back_to(before_[first]);
    for (std::size_t k = 0; k < events_.size(); ++k) {
      if (stays_[k]) plan_.put_back(events_[k]);
    }
    return first;
  }

  /// Whether event `k`, at its new place, leaves no room for `staying` at its old place.
  bool is_in_the_way(std::size_t k, const Event& staying) {
    const auto& place = *places_[k];
    for (const auto& name : staying.booked_on()) {
      if (!events_[k].is_on(name)) continue;
      const auto& on = plan_.calendar(name);
      if (on.grid().claim_of(place).overlaps(on.grid().claim_of(*staying.time))) return true;
      if (on.max_events_per_day && on.zone().day_at(staying.time->start).overlaps(place)) return true;
    }
    return false;
  }

  std::vector<Move> moves() const {
    std::vector<Move> all;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (!stays_[i] && places_[i] != events_[i].time) all.push_back({events_[i].id, *events_[i].time, places_[i]});
    }
    return all;
  }

  Plan& plan_;
  std::vector<Event> events_;
  std::vector<std::optional<Span>> places_;  ///< the new place of each event that does not stay
  std::vector<bool> stays_;
  std::vector<Plan::Mark> before_;  ///< the plan before each event was placed
};

}  // namespace

std::vector<Move> replan(Plan& plan, const std::string& calendar) {
  auto events = movable(plan, plan.occupants(plan.calendar(calendar), {plan.now(), kRepresentable.end}, 0));
  // An event that finds no earlier place is put back with the buffers of its claims. A search finds places for the
  // present buffers of the calendars only, so an event with other buffers stays (rule 2.13.3).
  std::erase_if(events,
                [&](const Event& event) { return is_within_notice(plan, event) || !plan.has_present_buffers(event); });
  return Replan(plan, std::move(events)).run();
}

bool has_left_wall_clock(const Event& event, const Zone& zone) {
  return event.is_claiming() && event.wish.date && event.wish.start_time &&
         wished_start(event.wish, zone) != event.time->start;
}

// An event that finds no place at its new time stays where it is, and all other events are placed anew.
std::vector<Move> rezone(Plan& plan, const std::string& calendar) {
  const auto events = moved_wall_clocks(plan, calendar);
  const auto before = plan.mark();
  std::set<EventId> staying;
  for (;;) {
    std::vector<Move> moves;
    const auto stuck = place_by_wall_clock(plan, events, staying, moves);
    if (!stuck) return moves;
    plan.back_to(before);
    staying.insert(*stuck);
  }
}

}  // namespace jb
