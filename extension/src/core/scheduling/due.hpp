// SPDX-License-Identifier: PostgreSQL
//
// Writes what is due, as each writing call does besides its own work; and places events again (replan, rezone).
#pragma once

#include <string>
#include <vector>

#include "../event/shown.hpp"
#include "plan.hpp"

namespace jb {

// Writes what is due: a hold ends at its deadline (rule 3.9); a waiting event takes a place when time opens (rule
// 2.11.2), and expires when its own time has passed (rule 2.11.4).
//
// Each writing call tends its calendars, so every answer is the same as if everything due had been written the moment
// it fell due.

/// Ends the due holds of the calendars that the plan has just loaded, each with a rejection (rule 3.9). A call does
/// this before its own work on these calendars.
void end_holds(Plan& plan);

/// Expires the waiting events of the plan's calendars whose window, date or start has passed (rule 2.11.4). Then tries
/// the waiting events that could use time opened in this plan (rule 2.11.2) or newly within the horizon (rule 2.11.6),
/// by priority, then age (rule 2.11.3), until no further time opens. A call does this after its own work. A fixed event
/// that waited displaces automatic events (rule 2.11.5), except those that the call has changed, whose times it has
/// already answered. The next call tries such a fixed event again. A waiting event pre-empts nobody (rule 2.12.5).
/// Result: the moves of the events that were placed, and of those that gave way to them, each event once.
std::vector<Move> tend_waiting(Plan& plan);

/// Opens all time of a calendar that has other settings, or whose zone has other rules, and refreshes what the store
/// keeps of the events that wait there.
void reopen(Plan& plan, const std::string& calendar);

/// Ends the hold `was` at its deadline or at a caller's request (rule 3.6), and records the rejection. `expired` may
/// carry other changes of the same call, in the fields `changed`. Result: the event as it is stored.
Event expire_hold(Plan& plan, const Event& was, Event expired, std::vector<std::string> changed);

// Places events again that already have a place: automatic events as early as the rules allow (rule 2.13.1), fixed
// events at the wall clock time of their wish after the rules of a zone have changed (rule 2.17.2).

/// Sets aside all automatic events of the calendar that may be moved (rule 2.13.3), and places them again: by
/// priority, high first; then original start; then id. An event that finds no place keeps its old place, and all other
/// events are placed again around it (rule 2.13.2). Result: the moves, in that order. Cost: a search for each event,
/// repeated in full for each event that keeps its place in this way.
std::vector<Move> replan(Plan& plan, const std::string& calendar);

/// Moves fixed events back to their wall clock time (rule 2.17.2). These are the events that have not begun, whose
/// first calendar is `calendar`, and whose start is not the one that date and start_time name by the zone's present
/// rules. Automatic events in the way are displaced. An event stays if its wall clock time is taken by an event that
/// may not be moved. Result: all moves, including those of displaced events.
std::vector<Move> rezone(Plan& plan, const std::string& calendar);

/// Whether a fixed event begins at an instant other than its date and start_time name in `zone`.
bool has_left_wall_clock(const Event& event, const Zone& zone);

}  // namespace jb
