// SPDX-License-Identifier: PostgreSQL
//
// Placing again what is placed already: as early as the rules allow (rule 2.13), or where the wall clock of the wish
// says after the rules of a zone have changed (rule 2.17).
#pragma once

#include <string>
#include <vector>

#include "../event/outcome.hpp"
#include "plan.hpp"

namespace jb {

/// Places the automatic events of the calendar that may be moved once more, all of them set aside: by priority, high
/// first, then original start, then id. None is left without a place: one that would be keeps its own, and the others
/// are placed around it. Result: those that moved, in that order. Cost: a search for each, and all anew for each that
/// has to keep its place.
std::vector<Move> replan(Plan& plan, const std::string& calendar);

/// Puts the fixed events that have the calendar as their first, have not begun, and stand elsewhere than their date and
/// start_time say by the rules of the zone as they are now, back to their wall clock time, with what they displace. One
/// whose time is taken by what may not be moved stays. Result: all that moved.
std::vector<Move> rezone(Plan& plan, const std::string& calendar);

/// Whether a fixed event stands elsewhere than its date and start_time say in `zone`.
bool has_left_wall_clock(const Event& event, const Zone& zone);

}  // namespace jb
