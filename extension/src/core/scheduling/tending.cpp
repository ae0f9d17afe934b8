// SPDX-License-Identifier: PostgreSQL
#include "tending.hpp"

#include <algorithm>
#include <set>

#include "booking.hpp"

namespace jb {

namespace {

/// The last instant at which a waiting event could begin (rule 2.11.4). Without window and date the event could begin
/// until the horizon, counted from when it began to wait.
Instant latest_start(const Event& event, const CalendarOf& calendar_of) {
  const auto& first = calendar_of(event.calendars.front());
  if (event.wish.is_fixed()) return wished_start(event.wish, first.zone());
  auto end = window_of(event.wish, first).end;
  for (const auto& name : event.booked_on()) end = std::min(end, event.updated_at + calendar_of(name).horizon);
  return end - event.wish.duration;
}

CalendarOf calendars_of(const Plan& plan) {
  return [&plan](const std::string& name) -> const Calendar& { return plan.calendar(name); };
}

/// The calendars that latest_start() asks for, of all events at once.
void need_to_judge(const Plan& plan, const std::vector<Event>& waiting) {
  std::vector<std::string> names;
  for (const auto& event : waiting) {
    names.push_back(event.calendars.front());
    if (event.wish.is_fixed()) continue;
    for (auto& name : event.booked_on()) names.push_back(std::move(name));
  }
  plan.need(names);
}

/// The events for which `holds` is true. Errors: NotLocked, unless all calendars of these events are locked.
template <class Holds>
std::vector<Event> matching(const Plan& plan, std::vector<Event> events, Holds holds) {
  std::erase_if(events, [&](const Event& event) { return !holds(event); });
  plan.need_all_of(events);
  return events;
}

void pass_over(Plan& plan, const Event& event) {
  auto expired = event;
  expired.status = Status::expired;
  plan.change(event, expired, "expired", {"status"});
  plan.reject(expired, {.reason = Reason::window_passed, .limit = latest_start(event, calendars_of(plan))});
}

void try_to_place(Plan& plan, const Event& event) {
  const auto decision = place(plan, event, {});
  if (!decision.time) return;
  auto placed = event;
  placed.time = decision.time;
  begin_status(placed, plan.now());
  std::vector<std::string> fields{"status"};
  add_time_fields(fields, event.time, placed.time);
  rebook(plan, event, placed, decision, placing_kind(placed), fields);
  place_displaced(plan);
}

bool is_on_any(const Event& event, const std::set<std::string>& names) {
  const auto booked_on = event.booked_on();
  return std::any_of(booked_on.begin(), booked_on.end(), [&](const auto& name) { return names.contains(name); });
}

}  // namespace

Instant due_at(const Event& event, const CalendarOf& calendar_of) {
  if (event.status == Status::held) return event.expires_at.value_or(event.updated_at);
  return latest_start(event, calendar_of) + Seconds{1};
}

std::optional<Instant> next_due(Plan& plan) {
  const auto calendar_of = calendars_of(plan);
  std::optional<Instant> next;
  for (const auto& events : {plan.held(), plan.waiting()}) {
    for (const auto& event : events) {
      const auto due = due_at(event, calendar_of);
      next = std::min(next.value_or(due), due);
    }
  }
  return next;
}

Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed) {
  expired.status = Status::expired;
  changed.emplace_back("status");
  expired = plan.change(was, std::move(expired), "expired", changed);
  plan.reject(expired, {.reason = Reason::hold_expired, .span = was.time});
  return expired;
}

void expire_holds(Plan& plan) {
  for (const auto& event : matching(plan, plan.held(), [&](const Event& e) { return e.is_due(plan.now()); })) {
    expire_hold(plan, event, event, {});
  }
}

void tend_waiting(Plan& plan) {
  need_to_judge(plan, plan.waiting());
  const auto calendar_of = calendars_of(plan);
  const auto is_passed = [&](const Event& event) { return due_at(event, calendar_of) <= plan.now(); };
  for (const auto& event : matching(plan, plan.waiting(), is_passed)) pass_over(plan, event);
  for (auto opened = plan.take_opened(); !opened.empty(); opened = plan.take_opened()) {
    const auto may_fit = [&](const Event& event) { return is_on_any(event, opened); };
    for (const auto& event : matching(plan, plan.waiting(), may_fit)) try_to_place(plan, event);
  }
}

}  // namespace jb
