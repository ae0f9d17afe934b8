// SPDX-License-Identifier: PostgreSQL
//
// What an answer tells (rule 13.6): it names no event that the caller may not read.
#pragma once

#include <vector>

#include "explanation.hpp"
#include "plan.hpp"
#include "source_events.hpp"

namespace jb {

/// Requires that the caller may change every event that was there and that the plan has changed for these. Errors:
/// 42501, which names no event.
void require_changing_all(Plan& plan, const std::vector<Followed>& all);

/// Takes out of an answer what tells of events that the caller may not read: their ids. That time is taken, or moved,
/// stays.
void conceal(Plan& plan, Move& move);
void conceal(Plan& plan, Outcome& outcome);
void conceal(Plan& plan, Followed& followed);
void conceal(Plan& plan, Verdict& verdict);

/// An answer that tells of no event.
template <class Result>
void conceal(Plan&, Result&) {}

template <class Each>
void conceal(Plan& plan, std::vector<Each>& all) {
  if (plan.store().is_open()) return;
  for (auto& each : all) conceal(plan, each);
}

}  // namespace jb
