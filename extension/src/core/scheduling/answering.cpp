// SPDX-License-Identifier: PostgreSQL
#include "answering.hpp"

namespace jb {

Outcome answer(Plan& plan, std::string_view what, const Event& event) {
  const auto& first = plan.calendar(event.calendars.front());
  Outcome outcome;
  outcome.outcome = what;
  if (event.id != 0) outcome.event_id = event.id;
  outcome.time = event.time;
  if (event.version != 0) outcome.version = event.version;
  outcome.time_zone = first.time_zone;
  outcome.zone = first.grid().zone;
  return outcome;
}

Outcome answer(Plan& plan, std::string_view what, const Event& event, const Decision& decision) {
  auto outcome = answer(plan, what, event);
  outcome.time.reset();
  outcome.refusal = decision.refusal;
  outcome.alternatives = decision.alternatives;
  return outcome;
}

Outcome reject(Plan& plan, const Event& wanted, const Decision& decision) {
  auto outcome = answer(plan, "rejected", wanted, decision);
  outcome.rejection = plan.reject(wanted, *decision.refusal, decision.alternatives, decision.options);
  return outcome;
}

Outcome reject(Plan& plan, const Event& wanted, Refusal refusal) {
  Decision decision;
  decision.refusal = std::move(refusal);
  return reject(plan, wanted, decision);
}

Outcome turn_down(Plan& plan, const Event& wanted, const Decision& decision, OnNoSlot on_no_slot) {
  return on_no_slot == OnNoSlot::leave_out ? answer(plan, "skipped", wanted, decision) : reject(plan, wanted, decision);
}

}  // namespace jb
