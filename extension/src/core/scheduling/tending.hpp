// SPDX-License-Identifier: PostgreSQL
//
// Writes what is due: a hold ends at its deadline (rule 3.9); a waiting event takes a place when time opens (rule
// 2.11.2), and expires when its own time has passed (rule 2.11.4).
//
// Each call that writes tends the calendars that it has locked. So every answer is the same as if all that was due had
// been written at the moment when it fell due.
#pragma once

#include <functional>
#include <optional>

#include "plan.hpp"

namespace jb {

/// Ends the holds on locked calendars whose deadline has come, each with its rejection (rule 3.9). A call does this
/// before its own work.
void expire_holds(Plan& plan);

/// Expires the waiting events on locked calendars whose window, date or start has passed (rule 2.11.4). Then tries the
/// waiting events of the calendars on which time has opened in this plan (rule 2.11.2), by priority, then age (rule
/// 2.11.3), until no further time opens. A call does this after its own work. A fixed event that waited displaces
/// automatic events (rule 2.11.5); a waiting event pre-empts nobody (rule 2.12.5).
void tend_waiting(Plan& plan);

/// The instant from which the event, held or waiting, is due: the deadline of a hold; for a waiting event, one second
/// after its latest start. `calendar_of` gives the calendars of the event. Errors: those of `calendar_of`.
using CalendarOf = std::function<const Calendar&(const std::string&)>;
Instant due_at(const Event& event, const CalendarOf& calendar_of);

/// When something falls due next on the locked calendars, as the plan leaves them; none: nothing will fall due.
std::optional<Instant> next_due(Plan& plan);

/// Ends the hold `was`, whose deadline has come or whose expiry a caller asks for (rule 3.6), and records the
/// rejection. `expired` may bring other changes of the same call, in the fields `changed`. Result: the event as it is
/// stored.
Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed);

}  // namespace jb
