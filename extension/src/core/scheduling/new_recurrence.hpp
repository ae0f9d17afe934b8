// SPDX-License-Identifier: PostgreSQL
//
// Another rule for the events of a series, or a first rule for an event of no series (rules 2.14.8 and 2.14.9).
#pragma once

#include "../event/outcome.hpp"
#include "edit.hpp"
#include "plan.hpp"

namespace jb {

/// Gives `event` and the later events of its series, or with scope all every event of it, as far as they have not
/// begun, the rule that the edit names. The rule begins with the first of these events. An event at a start of the rule
/// keeps its time; the others go, in order, to the starts without an event; what is left over is cancelled, and what is
/// missing is booked as `event` is. They are a series of their own from then on. The rule of the series that they leave
/// ends with what is left of that series. If one event finds no place, all stay as they were. Cost: linear in the
/// events before and after. Errors: as intent_of and occurrences_of; 22023 for scope one, and for an event without a
/// start; 55000 where the event has begun or ended.
Outcome repeat_from(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
