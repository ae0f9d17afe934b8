// SPDX-License-Identifier: PostgreSQL
//
// A series in a plan: the occurrences of a recurrence rule, each an event of its own, fixed at the same wall clock
// time (rule 2.14.5). All occurrences are placed, or none, unless the request skips occurrences without a place (rule
// 2.14.4). A change reaches one event of the series, this event and the later ones, or all (rule 2.14.6).
//
// What must stay true: all events that move together are set aside before the first of them is judged; displaced
// events are placed again after the last occurrence has its place.
#pragma once

#include <vector>

#include "../event/outcome.hpp"
#include "editing.hpp"
#include "plan.hpp"
#include "resolving.hpp"

namespace jb {

/// The events that a series asks for, in order of time; none has a place yet.
struct Asked {
  std::vector<Event> events{};
  std::optional<Decision> refused{};  ///< why there can be no such series: it goes beyond the horizon (rule 2.14.3)
  std::optional<Span> failed{};       ///< the first occurrence beyond the horizon
};

/// Errors: 22023, as request_series.
Asked occurrences_of(Plan& plan, const Requested& requested);

/// Places the occurrences of the request's rule, in order of time. The outcome is the outcome of the first placed
/// occurrence, with the ids of all. If the series is rejected, the outcome names the first occurrence without a place,
/// and the plan keeps nothing of the series (rule 2.14.4). Errors: 22023, under the request's index in a batch, for a
/// rule that RFC 5545 or rules 2.14.1 to 2.14.3 do not allow; NotLocked.
Outcome request_series(Plan& plan, const Requested& requested);

/// Changes `event` and the other events of its series that the edit's scope names, each by as much as `event` (rule
/// 2.14.7). Other events that have begun, ended or been cancelled stay as they are. If one change is rejected, all
/// events stay as they were. Errors: as intent_of and carry_out.
Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
