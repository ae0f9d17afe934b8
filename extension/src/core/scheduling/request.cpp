// SPDX-License-Identifier: PostgreSQL
#include "request.hpp"

#include "booking.hpp"
#include "editing.hpp"
#include "series.hpp"

namespace jb {

namespace {

/// Whether it takes its place once time opens. What waits for a time that has passed would expire with the same call.
bool may_wait(const Plan& plan, const Event& event, const Placement& placement) {
  if (!placement.may_wait()) return false;
  return !event.wish.is_fixed() ||
         wished_start(event.wish, plan.calendar(event.calendars.front()).zone()) >= plan.now();
}

Outcome wait(Plan& plan, Event event, const Placement& placement) {
  event.status = Status::waiting;
  return answer(plan, "waiting", plan.add(std::move(event), "waiting"), placement);
}

}  // namespace

std::vector<std::string> named_calendars(const Fields& fields) {
  return fields.calendars.has_value() ? *fields.calendars.value : std::vector{std::string(kCeo)};
}

Event requested_event(Plan& plan, const Fields& fields) {
  auto named = fields;
  named.calendars.set(named_calendars(fields));
  if (!named.duration.has_value()) named.duration.set(std::nullopt);
  plan.need(*named.calendars.value);
  auto event = apply(named, {}, plan.calendar(named.calendars.value->front()).default_duration);
  resolve_attendees(plan, event, fields.guests);
  resolve_hold(plan, event);
  return event;
}

Outcome request(Plan& plan, const Fields& fields) {
  auto event = requested_event(plan, fields);
  if (fields.recurrence) return request_series(plan, fields, std::move(event));
  order(event);
  const auto placement = place(plan, event, {.allow_past = fields.allow_past, .preempt = fields.preempt}, fields.item);
  if (!placement.time) {
    const bool waits = fields.on_no_slot == OnNoSlot::wait && may_wait(plan, event, placement);
    return waits ? wait(plan, std::move(event), placement) : reject(plan, event, placement);
  }
  event = book(plan, std::move(event), placement);
  auto outcome = answer(plan, placing_kind(event), event);
  outcome.moves = place_displaced(plan);
  return outcome;
}

}  // namespace jb
