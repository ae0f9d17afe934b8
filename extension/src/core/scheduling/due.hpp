// SPDX-License-Identifier: PostgreSQL
//
// What a call does besides its own work: it writes what is due, and places again what may be placed better.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "../event/shown.hpp"
#include "plan.hpp"

namespace jb {

// Writes what is due: a hold ends at its deadline (rule 3.9); a waiting event takes a place when time opens (rule
// 2.11.2), and expires when its own time has passed (rule 2.11.4).
//
// Each call that writes tends its calendars. So every answer is the same as if all that was due had been written at the
// moment when it fell due.

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

// Places events again that have a place already: automatic events as early as the rules allow (rule 2.13.1), fixed
// events at the wall clock time of their wish after the rules of a zone have changed (rule 2.17.2).

/// Sets aside all automatic events of the calendar that may be moved (rule 2.13.3), and places them again: by
/// priority, high first; then original start; then id. An event that finds no place keeps its old place, and all other
/// events are placed again around it (rule 2.13.2). Result: the moves, in that order. Cost: a search for each event,
/// and all searches anew for each event that keeps its place in this way.
std::vector<Move> replan(Plan& plan, const std::string& calendar);

/// Moves fixed events back to their wall clock time (rule 2.17.2): the events whose first calendar is `calendar`, that
/// have not begun, and that begin at another instant than their date and start_time name by the present rules of the
/// zone. Automatic events in the way are displaced. An event whose wall clock time is taken by an event that may not
/// be moved stays. Result: all moves, with those of the displaced events.
std::vector<Move> rezone(Plan& plan, const std::string& calendar);

/// Whether a fixed event begins at another instant than its date and start_time name in `zone`.
bool has_left_wall_clock(const Event& event, const Zone& zone);

}  // namespace jb
