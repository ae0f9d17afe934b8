// SPDX-License-Identifier: PostgreSQL
#include "concealment.hpp"

#include <algorithm>

#include "permission.hpp"

namespace jb {

namespace {

/// Whether an event of this id may be named to the caller. An event that the call itself adds may.
bool may_name(Plan& plan, EventId id) {
  const auto event = plan.find(id);
  return !event || plan.is_new(id) || plan.store().may_read(*event);
}

void conceal_conflicts(Plan& plan, Refusal& refusal) {
  const auto hidden = std::erase_if(refusal.conflicts, [&](EventId id) { return !may_name(plan, id); });
  refusal.hides_conflicts = hidden > 0;
  if (refusal.about == About::in_the_way && hidden > 0) refusal.stays.reset();
}

}  // namespace

void require_changing_all(Plan& plan, const std::vector<Followed>& all) {
  auto& store = plan.store();
  if (store.is_open()) return;
  const auto require = [&](EventId id) {
    const auto event = plan.has_changed(id) && !plan.is_new(id) ? plan.find(id) : std::nullopt;
    // Its id must not be told: a caller would learn of an event that it may not read.
    if (event && !store.may_read(*event)) throw file_changes_hidden();
    if (event) require_changing(store, *event);
  };
  for (const auto& each : all) {
    if (each.outcome.outcome == "unchanged") continue;
    if (each.outcome.event_id) require(*each.outcome.event_id);
    std::for_each(each.outcome.events.begin(), each.outcome.events.end(), require);
  }
}

void conceal(Plan& plan, Move& move) {
  if (move.event_id != 0 && !may_name(plan, move.event_id)) move.event_id = 0;
}

void conceal(Plan& plan, Outcome& outcome) {
  if (plan.store().is_open()) return;
  if (outcome.refusal) conceal_conflicts(plan, *outcome.refusal);
  for (auto& skipped : outcome.skipped) conceal_conflicts(plan, skipped.refusal);
  conceal(plan, outcome.moves);
}

void conceal(Plan& plan, Followed& followed) {
  auto& outcome = followed.outcome;
  conceal(plan, outcome);
  if (followed.remarked && !may_name(plan, *followed.remarked)) outcome.remark = "It was imported before.";
  if (!outcome.event_id || may_name(plan, *outcome.event_id)) return;
  outcome.event_id.reset(), outcome.version.reset(), outcome.time.reset(), outcome.event.reset();
  // What the file has is not there for this caller, who would take "unchanged" for a booking.
  outcome.outcome = "invalid";
  outcome.remark = "Its UID stands for an event that the caller may not read; nothing was booked.";
}

void conceal(Plan& plan, Verdict& verdict) {
  if (verdict.refusal) conceal_conflicts(plan, *verdict.refusal);
  conceal(plan, verdict.moves);
}

}  // namespace jb
