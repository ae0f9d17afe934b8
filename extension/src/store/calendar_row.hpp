// SPDX-License-Identifier: PostgreSQL
//
// Calendars as rows, and the claims on one as a Timeline.
#pragma once

#include "core/event/calendar.hpp"
#include "core/free/day_tree.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The settings, as macros so that statements stay literals.
#define JB_SETTING_COLUMNS                                                                               \
  "time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, " \
  "max_events_per_day, check_attendees, confirm_within, default_duration, strict"

/// The columns that read_calendar expects, from column 1 on.
#define JB_CALENDAR_COLUMNS "id, name, " JB_SETTING_COLUMNS ", overrides_version, watched"
inline constexpr int kCalendarColumns = 17;

/// The calendar of one row, counted from 0, copied out of it; its zone is always there. `rows` are spent: hours by date
/// are read from `snapshot`, the one that shows the row.
/// Errors: 22023 when the server does not know the stored zone (a dump from elsewhere, other zone data): without its
/// rules no wall clock time of the calendar means anything. Cost: the hours are read once a backend and change of them.
Calendar read_calendar(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// A calendar for reading, as the calling query's snapshot shows it; `ceo` with a new calendar's settings before its
/// first booking. nullopt when there is none.
std::optional<Calendar> find_calendar(const std::string& name);

/// Makes a calendar with the default settings unless there is one of this name; waits for one that is being made.
/// Whether it made it.
bool make_calendar(const std::string& name);

/// Every calendar, by id.
std::vector<Calendar> all_calendars(pg::Snapshot snapshot);

/// The day tree of a calendar as `snapshot` shows it, to read: it is never flushed. Holds whose deadline has come by
/// `now` are free in it, whether or not a writer has ended them (rule 3).
std::unique_ptr<DayTree> tree_of(const Calendar& calendar, Instant now, pg::Snapshot snapshot);

/// The same with every hold in its place, for one who ends those that are due.
std::unique_ptr<DayTree> tree_with_holds(const Calendar& calendar, pg::Snapshot snapshot);

/// The same made anew from the claims, whatever the stored tree says. Cost: that of a rebuild.
std::unique_ptr<DayTree> tree_of_claims(const Calendar& calendar, pg::Snapshot snapshot);

}  // namespace jb
