// SPDX-License-Identifier: PostgreSQL
#include "replan.hpp"

#include <algorithm>

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

/// The fixed events of the calendar that have not begun and have left their wall clock time.
std::vector<Event> moved_wall_clocks(Plan& plan, const std::string& calendar) {
  const auto& on = plan.calendar(calendar);
  auto events = plan.occupants(on, {plan.now(), kRepresentable.end}, 0);
  std::erase_if(events, [&](const Event& event) {
    return event.calendars.front() != calendar || event.has_begun(plan.now()) || !has_left_wall_clock(event, on.zone());
  });
  plan.need_all_of(events);
  for (auto& event : events) {
    event.wish = wall_clock_wish(event);
    event.wished_wall.reset();
  }
  return events;
}

/// Places events anew, one after the other (rules 2.13.1 and 2.17.2), and then the events that they displace. An event
/// that finds no place stays where it is; the events that would then have gone elsewhere are placed once more, until
/// every other event has a place (rule 2.13.2).
class Replan {
 public:
  using Place = Decision (*)(Plan&, const Event&);

  Replan(Plan& plan, std::vector<Event> events, Place find)
      : plan_(plan), events_(std::move(events)), find_(find), places_(events_.size()), stays_(events_.size()) {}

  std::vector<Move> run() {
    for (const auto& event : events_) plan_.set_aside(event);
    for (std::size_t i = 0; i < events_.size();) {
      before_.resize(i);
      before_.push_back(plan_.mark());
      i = stays_[i] || place(i) ? i + 1 : go_back_from(i);
    }
    auto all = moves();
    const auto displaced = place_displaced(plan_);
    all.insert(all.end(), displaced.begin(), displaced.end());
    return all;
  }

 private:
  bool place(std::size_t i) {
    const auto& event = events_[i];
    const auto decision = find_(plan_, event);
    if (!decision.time) return false;
    places_[i] = decision.time;
    if (decision.time == event.time) {
      plan_.put_back(event);
      return true;
    }
    auto moved = event;
    moved.time = decision.time;
    std::vector<std::string> fields;
    add_time_fields(fields, event.time, moved.time);
    rebook(plan_, event, std::move(moved), decision, "moved", fields);
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
    const auto claims = plan_.claims_of(staying, *staying.time);
    for (const auto& name : staying.booked_on()) {
      if (!events_[k].is_on(name)) continue;
      const auto& on = plan_.calendar(name);
      if (std::any_of(claims.begin(), claims.end(), [&](const Claim& claim) {
            return claim.calendar == on.id && on.grid().claim_of(place).overlaps(claim.during);
          }))
        return true;
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
  Place find_;
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
  return Replan(plan, std::move(events), find_place).run();
}

bool has_left_wall_clock(const Event& event, const Zone& zone) {
  const auto wish = wall_clock_wish(event);
  // A time of day without its date is damage, which jb_check() reports under another rule.
  if (!event.is_claiming() || (wish.start_time && !wish.date)) return false;
  if (wish.days) return wished_time(wish, zone) != *event.time;
  return wish.start_time && wished_start(wish, zone) != event.time->start;
}

std::vector<Move> rezone(Plan& plan, const std::string& calendar) {
  const auto by_wall_clock = [](Plan& at, const Event& event) { return place(at, event, {.allow_past = true}); };
  return Replan(plan, moved_wall_clocks(plan, calendar), by_wall_clock).run();
}

}  // namespace jb
