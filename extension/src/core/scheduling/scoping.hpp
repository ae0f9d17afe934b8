// SPDX-License-Identifier: PostgreSQL
//
// How far a change reaches in a series: one event, this event and the later ones, or all (rule 2.14.6).
//
// What must stay true: all events that move together are set aside before the first of them is judged; displaced
// events are placed again after the last one has its place.
#pragma once

#include <optional>
#include <vector>

#include "../event/outcome.hpp"
#include "../values/zone.hpp"
#include "editing.hpp"
#include "plan.hpp"

namespace jb {

/// The events of `event`'s series that the scope reaches, by start, with `event` among them.
std::vector<Event> in_scope(Plan& plan, const Event& event, Scope scope);

/// The wall clock time of the event's wish, or else of its start, or else midnight of its date; none: it waits for any
/// day.
std::optional<WallTime> wall_start(const Event& event, const Zone& zone);

/// Whether a sibling takes part in the edit. A sibling takes part if it waits or has not begun, or if its status
/// allows the new status. `in_progress`, `completed` and the confirmation of an ended hold are for the named event
/// alone.
bool joins(const Intent& intent, Instant now);

/// Changes `event` and the other events of its series that the edit's scope names, each by as much as `event` (rule
/// 2.14.7). Other events that have begun, ended or been cancelled stay as they are. If one change is rejected, all
/// events stay as they were. Errors: as intent_of and carry_out.
Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
