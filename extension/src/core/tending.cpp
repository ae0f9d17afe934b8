// SPDX-License-Identifier: PostgreSQL
#include "tending.hpp"

#include <algorithm>
#include <set>

#include "booking.hpp"

namespace jb {

namespace {

/// The last instant at which the event could begin, after which it waits for nothing. Without window or date it is the
/// horizon as it stood when the waiting began: an automatic event was asked for between then and there.
Instant latest_start(Plan& plan, const Event& event) {
  const auto& first = plan.calendar(event.calendars.front());
  if (event.wish.is_fixed()) return wished_start(event.wish, first.zone());
  auto end = window_of(event.wish, first).end;
  for (const auto& name : event.booked_on()) end = std::min(end, event.updated_at + plan.calendar(name).horizon);
  return end - event.wish.duration;
}

void pass_over(Plan& plan, const Event& event) {
  auto expired = event;
  expired.status = Status::expired;
  plan.change(event, expired, "expired", {"status"});
  plan.reject(expired, event.id, "window_passed", "It waited for a slot until the time asked for had passed.");
}

void try_to_place(Plan& plan, const Event& event) {
  const auto placement = place(plan, event, {});
  if (!placement.time) return;
  auto placed = event;
  placed.time = placement.time;
  begin_status(placed, plan.now());
  std::vector<std::string> fields{"status"};
  add_time_fields(fields, event.time, placed.time);
  rebook(plan, event, placed, placement, placing_kind(placed), fields);
  place_displaced(plan);
}

bool is_on_any(const Event& event, const std::set<std::string>& names) {
  const auto booked_on = event.booked_on();
  return std::any_of(booked_on.begin(), booked_on.end(), [&](const auto& name) { return names.contains(name); });
}

}  // namespace

Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed) {
  expired.status = Status::expired;
  changed.emplace_back("status");
  expired = plan.change(was, std::move(expired), "expired", changed);
  plan.reject(expired, was.id, "hold_expired", "It was not confirmed in time.");
  return expired;
}

void expire_holds(Plan& plan) {
  for (const auto& event : plan.held()) {
    if (event.is_due(plan.now())) expire_hold(plan, event, event, {});
  }
}

void tend_waiting(Plan& plan) {
  for (const auto& event : plan.waiting()) {
    if (latest_start(plan, event) < plan.now()) pass_over(plan, event);
  }
  for (auto opened = plan.take_opened(); !opened.empty(); opened = plan.take_opened()) {
    for (const auto& event : plan.waiting()) {
      if (is_on_any(event, opened)) try_to_place(plan, event);
    }
  }
}

}  // namespace jb
