// SPDX-License-Identifier: PostgreSQL
//
// Writes what is due: a hold ends at its deadline (rule 3.9); a waiting event takes a place when time opens (rule
// 2.11.2), and expires when its own time has passed (rule 2.11.4).
//
// Each call that writes tends its calendars. So every answer is the same as if all that was due had been written at the
// moment when it fell due.
#pragma once

#include <map>
#include <vector>

#include "../event/outcome.hpp"
#include "plan.hpp"

namespace jb {

/// Ends the due holds of the calendars that the plan has come to know, each with its rejection (rule 3.9). A call does
/// this before its own work on these calendars.
void end_holds(Plan& plan);

/// The effect of tend_waiting().
struct Tended {
  std::map<EventId, Span> placed{};  ///< where the events that waited stand now
  std::vector<Move> moves{};         ///< of the events that gave way to them
};

/// Expires the waiting events of the plan's calendars whose window, date or start has passed (rule 2.11.4). Then tries
/// the waiting events that could use the time which has opened in this plan (rule 2.11.2), or which the passing of days
/// has brought within the horizon (rule 2.11.6), by priority, then age (rule 2.11.3), until no further time opens. A
/// call does this after its own work. A fixed event that waited displaces automatic events (rule 2.11.5), but none that
/// the call has changed: the call has answered where they are. The next call tries such an event again. A waiting event
/// pre-empts nobody (rule 2.12.5).
Tended tend_waiting(Plan& plan);

/// Has the store look at the calendar's waiting events by the calendar's present settings, which have changed.
void watch_again(Plan& plan, const Calendar& calendar);

/// Ends the hold `was`, whose deadline has come or whose expiry a caller asks for (rule 3.6), and records the
/// rejection. `expired` may bring other changes of the same call, in the fields `changed`. Result: the event as it is
/// stored.
Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed);

}  // namespace jb
