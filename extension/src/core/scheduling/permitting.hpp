// SPDX-License-Identifier: PostgreSQL
//
// What a caller may ask for (rules 13.3 and 13.5).
//
// Rights bind what the caller names: the calendars of a request, the event of a change. What follows from a change
// binds nobody: events give way, waiting events take the time that opens, holds end, wherever they stand. So the
// scheduler asks for rights where it reads the request, and takes out of its answer the events that the caller may not
// read.
#pragma once

#include <string>
#include <vector>

#include "plan.hpp"

namespace jb {

/// Refuses a calendar of a request on which the caller has no right, as one that does not exist. Result: whether the
/// caller may book on it, or it was refused.
bool may_book(Plan& plan, Validation& validation, const std::string& name);

/// Requires the right to book on each of the calendars. Errors: 22023, listing those that do not exist for the caller;
/// 42501.
void require_booking(Plan& plan, const std::vector<std::string>& names);

/// Requires that the caller may read the event. Errors: P0002.
void require_reading(Store& store, const Event& event);

/// Requires the right to book on calendars of an event that the caller may read. `asked`: a Plan or a Store. Errors:
/// 42501.
template <class Asked>
void require_book(Asked& asked, const std::vector<std::string>& names) {
  if (asked.is_open()) return;
  for (const auto& name : names) {
    if (!asked.rights(name).has(Right::book)) throw right_wanted(name, Right::book);
  }
}

/// Requires that the caller may read the event and book on each of the calendars that it names; no right on those of
/// attendees (rule 13.3). Errors: P0002; 42501.
void require_changing(Store& store, const Event& event);

/// Whether the caller may do what require_changing() requires.
bool may_change(Plan& plan, const Event& event);

/// Requires that the caller may manage one of the calendars that the event names, and change the event. Errors: as
/// require_changing.
void require_managing_one(Store& store, const Event& event);

/// Requires a right on a calendar that exists. Errors: P0002 where the caller has no right there; 42501.
void require_right_on(Store& store, const std::string& calendar, Right right);

}  // namespace jb
