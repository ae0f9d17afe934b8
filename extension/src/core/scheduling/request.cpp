// SPDX-License-Identifier: PostgreSQL
#include "request.hpp"

#include "booking.hpp"
#include "editing.hpp"
#include "series.hpp"

namespace jb {

namespace {

/// Whether an event without a place may wait (rules 2.6.13 and 2.11.1). A fixed wish for a time that has passed does
/// not wait: the event would expire in the same call.
bool may_wait(Plan& plan, const Event& event, const Decision& decision) {
  if (!decision.may_wait()) return false;
  return !event.wish.is_fixed() ||
         wished_start(event.wish, plan.calendar(event.calendars.front()).zone()) >= plan.now();
}

Outcome wait(Plan& plan, Event event, const Decision& decision) {
  event.status = Status::waiting;
  return answer(plan, "waiting", plan.add(std::move(event), "waiting"), decision);
}

}  // namespace

Outcome request(Plan& plan, Requested requested) {
  if (requested.rule) return request_series(plan, requested);
  auto& event = requested.wanted;
  order(event);
  const auto decision = place(plan, event, requested.options, requested.item);
  if (!decision.time) {
    const bool waits = requested.on_no_slot == OnNoSlot::wait && may_wait(plan, event, decision);
    return waits ? wait(plan, std::move(event), decision) : turn_down(plan, event, decision, requested.on_no_slot);
  }
  event = book(plan, std::move(event), decision);
  auto outcome = answer(plan, placing_kind(event), event);
  outcome.moves = place_displaced(plan);
  return outcome;
}

}  // namespace jb
