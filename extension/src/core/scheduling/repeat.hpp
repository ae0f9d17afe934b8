// SPDX-License-Identifier: PostgreSQL
//
// Another rule for the events of a series, or a first rule for an event of no series (rules 2.14.8 and 2.14.9).
#pragma once

#include "edits.hpp"

namespace jb {

/// Gives the edit's rule to `event` and the later events of its series, or with scope all to every event of it, as far
/// as they have not begun. The rule begins with the first of these events. An event at a start of the rule keeps its
/// time. The others go, in order, to the starts without an event; surplus events are cancelled, and missing ones are
/// booked like `event`. Together they form a series of their own. The rule of the series that they leave ends with its
/// last remaining event. If one event finds no place, all stay as they were. Cost: linear in the events before and
/// after. Errors: as intent_of and occurrences_of; 22023 for scope one, and for an event without a start; 55000 where
/// the event has begun or ended.
Outcome repeat_from(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
