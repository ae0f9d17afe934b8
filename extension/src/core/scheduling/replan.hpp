// SPDX-License-Identifier: PostgreSQL
//
// Places events again that have a place already: automatic events as early as the rules allow (rule 2.13.1), fixed
// events at the wall clock time of their wish after the rules of a zone have changed (rule 2.17.2).
#pragma once

#include <string>
#include <vector>

#include "../event/outcome.hpp"
#include "plan.hpp"

namespace jb {

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
