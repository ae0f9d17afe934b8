// SPDX-License-Identifier: PostgreSQL
//
// Another rule for an event and those that follow it in its series, or a first rule for an event of no series (rule
// 2.14.8).
#pragma once

#include "../event/outcome.hpp"
#include "editing.hpp"
#include "plan.hpp"

namespace jb {

/// Gives `event` and the later events of its series, as far as they have not begun, the rule that the edit names, which
/// begins with `event`. An event at a start of the rule keeps its time; the others go, in order, to the starts without
/// an event; what is left over is cancelled, and what is missing is booked as `event` is. They are a series of their
/// own from then on. If one event finds no place, all stay as they were. Cost: linear in the events before and after.
/// Errors: as intent_of and occurrences_of; 22023 for another scope than following, and for an event without a start;
/// 55000 where the event has begun or ended.
Outcome repeat_from(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
