// SPDX-License-Identifier: PostgreSQL
#include "booking.hpp"

#include <algorithm>

#include "../values/budget.hpp"

namespace jb {

namespace {

/// Places a displaced event again, or lets it wait (rules 2.4.2 and 2.4.3). Result: the move; none where the event
/// keeps its time. It keeps its time where the new neighbour took only the time of a buffer that the calendar no
/// longer has: the event then claims the same time with the present buffers.
std::optional<Move> place_again(Plan& plan, const Event& before) {
  auto event = before;
  event.time = find_place(plan, event).time;
  std::vector<std::string> fields;
  if (event.time != before.time) add_time_fields(fields, before.time, event.time);
  if (!event.time) {
    event.status = Status::waiting;
    fields.emplace_back("status");
  }
  plan.change(before, event, fields.empty() ? "updated" : event.time ? "moved" : "waiting", fields);
  if (!event.time) {
    auto conflicts = others_within(plan, plan.claims_at(event, *before.time));
    plan.lose(event, {.reason = Reason::displaced, .span = before.time, .conflicts = std::move(conflicts)});
  }
  if (fields.empty()) return std::nullopt;
  return Move{event.id, *before.time, event.time};
}

}  // namespace

void order(const Event& event, std::size_t times) {
  spend(Budget::events, times);
  spend(Budget::claims, times * (event.calendars.size() + event.attendee_calendars.size()));
  spend(Budget::text, times * text_bytes(event));
}

void begin_status(Event& event, Instant now) {
  const bool is_held = event.hold_for && !event.expires_at;
  event.status = is_held ? Status::held : Status::scheduled;
  if (is_held) event.expires_at = now + *event.hold_for;
}

std::string_view placing_kind(const Event& event) { return event.status == Status::held ? "held" : "placed"; }

Event book(Plan& plan, Event event, const Decision& decision) {
  event.time = decision.time;
  begin_status(event, plan.now());
  for (const auto& displaced : decision.displaced) plan.displace(displaced);
  const auto kind = placing_kind(event);
  return plan.add(std::move(event), kind);
}

Event rebook(Plan& plan, const Event& was, Event wanted, const Decision& decision, std::string_view kind,
             const std::vector<std::string>& fields) {
  for (const auto& displaced : decision.displaced) plan.displace(displaced);
  return plan.change(was, std::move(wanted), kind, fields);
}

std::vector<Move> place_displaced(Plan& plan) {
  auto displaced = plan.take_displaced();
  std::sort(displaced.begin(), displaced.end(), replaced_earlier);
  std::vector<Move> moves;
  for (const auto& event : displaced) {
    if (const auto move = place_again(plan, event)) moves.push_back(*move);
  }
  return moves;
}

void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after) {
  if (!before || !after || before->start != after->start) names.emplace_back("start_timestamp");
  if (!before || !after || before->end != after->end) names.emplace_back("end_timestamp");
}

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
