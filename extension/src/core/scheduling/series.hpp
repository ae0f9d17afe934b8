// SPDX-License-Identifier: PostgreSQL
//
// A series in a plan: the occurrences of a recurrence rule, each an event of its own, fixed at the same wall clock
// time (rule 2.14.5). All occurrences are placed, or none, unless the request skips occurrences without a place (rule
// 2.14.4). `scoping` changes what is placed, and `repeating` gives it another rule.
#pragma once

#include <vector>

#include "../event/outcome.hpp"
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

/// The nearest horizon of the event's calendars, as an instant: the event may end no later (rule 2.3.6).
Instant horizon_of(Plan& plan, const Event& wanted);

/// The refusal of an occurrence at `time`, which ends after the horizon. The horizon binds a series on every calendar,
/// strict or not (rule 2.14.3).
Refusal beyond_horizon(Plan& plan, const Event& wanted, Span time);

}  // namespace jb
