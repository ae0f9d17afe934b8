// SPDX-License-Identifier: PostgreSQL
#include "tending.hpp"

#include <algorithm>

#include "booking.hpp"
#include "waiting.hpp"

namespace jb {

namespace {

void pass_over(Plan& plan, const Event& event) {
  plan.record_as(plan.has_changed(event.id) ? Plan::Part::placed : Plan::Part::passed_over);
  auto expired = event;
  expired.status = Status::expired;
  plan.change(event, expired, "expired", {"status"});
  plan.lose(expired, {.reason = Reason::window_passed, .limit = latest_start(event, plan.calendar_of_name())});
}

// Whoever waits for the time that the horizon has brought gets it by turn: not the event that happens to be looked at.
void look_beyond_horizon(Plan& plan, const Event& event) {
  if (!reaches_beyond_horizon(event, plan.calendar_of_name(), event.updated_at)) return;
  const auto decision = find_place(plan, event);
  if (!decision.time) return;
  for (const auto& name : event.booked_on()) {
    const auto& calendar = plan.calendar(name);
    plan.open(calendar, {decision.time->start, plan.now() + calendar.horizon});
  }
}

void look_at(Plan& plan, const Event& due) {
  if (latest_start(due, plan.calendar_of_name()) < plan.now()) return pass_over(plan, due);
  plan.watch_again(due);
  look_beyond_horizon(plan, due);
}

void try_to_place(Plan& plan, const Event& event) {
  const auto decision = find_place(plan, event);
  if (!decision.time) return;
  auto placed = event;
  placed.time = decision.time;
  begin_status(placed, plan.now());
  std::vector<std::string> fields{"status"};
  add_time_fields(fields, event.time, placed.time);
  rebook(plan, event, placed, decision, placing_kind(placed), fields);
  place_displaced(plan);
}

}  // namespace

Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed) {
  expired.status = Status::expired;
  changed.emplace_back("status");
  expired = plan.change(was, std::move(expired), "expired", changed);
  plan.lose(expired, {.reason = Reason::hold_expired, .span = was.time});
  return expired;
}

// When the plan comes to know further calendars of these holds, it ends the holds that are due there at once. Some of
// these holds may be the same.
void end_holds(Plan& plan) {
  auto due = plan.take_due_holds();
  plan.need_all_of(due);
  std::erase_if(due, [&](const Event& event) { return plan.has_changed(event.id); });
  std::sort(due.begin(), due.end(), has_earlier_turn);
  for (const auto& event : due) expire_hold(plan, event, event, {});
}

// Each step may bring calendars that the plan did not know, and with them events that are due there.
void tend_waiting(Plan& plan) {
  for (;;) {
    const auto due = plan.due_waiting();
    plan.need_all_of(due);
    for (const auto& event : due) look_at(plan, event);
    if (!due.empty()) continue;
    const auto opened = plan.take_opened();
    if (opened.empty()) break;
    plan.record_as(Plan::Part::placed);
    WaitingInTurn waiting(plan, opened);
    while (const auto event = waiting.next()) try_to_place(plan, *event);
  }
}

void watch_again(Plan& plan, const Calendar& calendar) {
  constexpr std::size_t portion = 1'000;
  Room all{.open = kRepresentable, .shorter = kRepresentable.length(), .most = portion};
  std::vector<Event> events;
  do {
    events = plan.waiting(calendar, all);
    plan.need_all_of(events);
    for (const auto& event : events) plan.watch_again(event);
    if (!events.empty()) all.after = turn_of(events.back());
  } while (events.size() == portion);
}

}  // namespace jb
