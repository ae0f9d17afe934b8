// SPDX-License-Identifier: PostgreSQL
//
// Making, changing and removing calendars.
#pragma once

#include <optional>
#include <string>

#include "core/free/hours.hpp"

namespace jb {

/// Makes the calendar or lays `settings` (JSON text) over it, under its lock. Errors: 22023 for a name or a setting
/// that is not allowed.
void set_calendar(const std::string& name, const std::string& settings);

/// Gives the date spans of its own, none of them to close it, or with nullopt those of the weekly pattern again, under
/// the calendar's lock; the day tree follows. `ceo` is made if it is absent. False when there is no such calendar.
/// Cost: that of reading the calendar's hours anew, and the claims of three days.
bool set_availability(const std::string& name, Date date, const std::optional<DaySpans>& spans);

/// Opens the date for `spans` besides the hours that it has. As set_availability, on a calendar that exists.
/// Errors: 22023 under `slots` where more than 288 spans would come of it.
void add_availability(const std::string& name, Date date, const DaySpans& spans);

/// Closes the date, whether its weekday has hours or not. As set_availability.
bool remove_availability(const std::string& name, Date date);

/// Removes the calendar and its history. False when there is none. Errors: 55000 while an event stands on it.
bool delete_calendar(const std::string& name);

/// Makes the calendar's day tree anew from its hours and claims, under its lock. False when there is no such calendar.
/// Cost: linear in its claims.
bool rebuild_tree(const std::string& name);

}  // namespace jb
