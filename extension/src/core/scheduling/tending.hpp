// SPDX-License-Identifier: PostgreSQL
//
// What time itself does to events, and what a writer owes to those that wait: holds end at their deadline, and an event
// that waits takes a place when time opens, or expires when its own time has passed (rule 2.11, 3).
//
// Nobody else does it: each call that writes tends the calendars that it has locked, so that every answer is as if it
// had been done at the moment it fell due.
#pragma once

#include <functional>
#include <optional>

#include "plan.hpp"

namespace jb {

/// Ends the holds on locked calendars whose deadline has come, each with its rejection. The first thing a call does.
void expire_holds(Plan& plan);

/// Expires the events that wait on locked calendars and whose window, date or start has passed; then places those that
/// find a place where time has opened in this plan, by priority, then age, until no more does. The last thing a call
/// does. A fixed one displaces automatic ones as it would when it is asked for; nobody pre-empts.
void tend_waiting(Plan& plan);

/// The first instant at which the event, held or waiting, is due: its deadline, or the first at which it waits for
/// nothing any more. `calendar_of` knows the calendars that it is booked on. Errors: those of `calendar_of`.
using CalendarOf = std::function<const Calendar&(const std::string&)>;
Instant due_at(const Event& event, const CalendarOf& calendar_of);

/// When something falls due next on the locked calendars, as the plan leaves them; none: nothing will.
std::optional<Instant> next_due(Plan& plan);

/// Ends a hold, which is due or whose end was asked for, with what else changes in the same call.
Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed);

}  // namespace jb
