// SPDX-License-Identifier: PostgreSQL
//
// Carries a request for a new event out in a plan. A series is the occurrences of a recurrence rule, each an event of
// its own, fixed at the same wall clock time (rule 2.14.5). All occurrences are placed, or none, unless the request
// skips occurrences without a place (rule 2.14.4). edits.hpp changes placed events, and gives a series another rule.
#pragma once

#include <vector>

#include "../event/shown.hpp"
#include "place.hpp"
#include "plan.hpp"

namespace jb {

/// The events that a series asks for, in order of time; none has a place yet.
struct Asked {
  std::vector<Event> events{};
  std::optional<Decision> refused{};  ///< why there can be no such series: it goes beyond the horizon (rule 2.14.3)
};

/// Errors: 22023, as request().
Asked occurrences_of(Plan& plan, const Requested& requested);

/// Finds the alternatives of a rejected series again, beside everything that is now in the plan (rule 4.18).
void renew_alternatives(Plan& plan, const Fields& fields, Outcome& outcome);

/// The nearest horizon of the event's calendars, as an instant: the event may end no later (rule 2.3.6).
Instant horizon_of(Plan& plan, const Event& wanted);

/// Sets the refusal's clock_change if only other events of the series are in the way of `wanted`, and none of them
/// would be by the wall clock. The plan must still have these events.
void tell_clock_change(Plan& plan, const Event& wanted, Refusal& refusal);

/// The refusal of an occurrence at `time`, which ends after the horizon. The horizon binds a series on every calendar,
/// strict or not (rule 2.14.3).
Refusal beyond_horizon(Plan& plan, const Event& wanted, Span time);

/// Places the requested event, or the occurrences of the request's rule in order of time. Result: the outcome, with the
/// moves of displaced events; for a series, that of the first placed occurrence, with the ids of all. If a series is
/// rejected, the outcome names the first occurrence without a place, and the plan keeps nothing of the series. Errors:
/// 22023, under the request's index in a batch, for a time outside the years 0001 to 9999, and for a rule that RFC 5545
/// or rules 2.14.1 to 2.14.3 do not allow; NotLocked.
Outcome request(Plan& plan, Requested requested);

}  // namespace jb
