// SPDX-License-Identifier: PostgreSQL
//
// Making, changing and removing calendars.
#pragma once

#include <optional>
#include <string>

#include "core/free/hours.hpp"

namespace jb {

/// Makes the calendar, or changes the settings that `settings` (JSON text) names, under the calendar's lock. Errors:
/// 22023 for a name or a setting that is not allowed.
void set_calendar(const std::string& name, const std::string& settings);

/// Overrides the hours of a date by `spans`, under the calendar's lock, and brings the day tree up to date. No spans
/// close the date; nullopt removes the override, so that the weekly pattern holds again. Makes `ceo` if it is absent.
/// Result: false when there is no such calendar. Errors: 22023 where the calendar has too many overrides. Cost: reads
/// all overrides of the calendar, and the claims of three days.
bool set_availability(const std::string& name, Date date, const std::optional<DaySpans>& spans);

/// Adds `spans` to the hours that the date has, otherwise as set_availability(). The calendar exists. Errors: 22023
/// under `slots` when the date would have more than 288 spans.
void add_availability(const std::string& name, Date date, const DaySpans& spans);

/// Closes the date, whether its weekday has hours or not, otherwise as set_availability().
bool remove_availability(const std::string& name, Date date);

/// Removes the calendar and its history. Errors: those of lock_managed(); 55000 while any event, a cancelled one too,
/// names the calendar.
void delete_calendar(const std::string& name);

/// Makes the calendar's day tree anew from the calendar's hours and claims, under the calendar's lock. Result: false
/// when there is no such calendar. Cost: linear in the calendar's claims.
bool rebuild_tree(const std::string& name);

}  // namespace jb
