// SPDX-License-Identifier: PostgreSQL
//
// Calendars as rows.
#pragma once

#include "core/event/calendar.hpp"
#include "pg/table.hpp"

namespace jb {

/// The settings, as macros so that statements stay literals.
#define JB_SETTING_COLUMNS                                                                               \
  "time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, " \
  "max_events_per_day, check_attendees, confirm_within, default_duration, strict"

/// The columns that read_calendar expects, from column 1 on.
#define JB_CALENDAR_COLUMNS "id, name, " JB_SETTING_COLUMNS ", overrides_version, slots_from, zone_changes"

/// The table in which the rows stand.
extern pg::Table calendar_table;

/// The row of the calendar of this name, in whatever case (rule 1.6); no row when there is no such calendar.
pg::Rows find_calendar_row(const std::string& name, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The name as its calendar spells it: with it the rows of calendar and events are found. Where there is no such
/// calendar, the name as a new one would get it. It is asked once the caller may know of the calendar.
std::string own_name(const std::string& name, pg::Snapshot snapshot);

/// The calendar in row `row`, counted from 0; a copy, whose zone is never null. `snapshot` is the snapshot that shows
/// the row; the overrides are read from the same snapshot. `watched` stands in the calendar's lock, and stays 0 here.
/// Errors: 22023 when the server does not know the stored zone (a dump from another server, or other zone data):
/// without the rules of its zone no wall clock time of the calendar has a meaning. Cost: each backend reads a
/// calendar's overrides once, and again after each change of the overrides.
Calendar read_calendar(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The calendar of this name for reading, as `snapshot` shows it; nullopt when there is no such calendar. Before its
/// first booking `ceo` has the settings of a new calendar (rule 1.3).
std::optional<Calendar> find_calendar(const std::string& name, pg::Snapshot snapshot = pg::Snapshot::callers);

/// In which zone a calendar is, and how often that has been changed.
struct ZoneSetting {
  std::string time_zone;
  int changes = 0;
};

/// The zone of the calendar of this name; nullopt when there is no such calendar.
std::optional<ZoneSetting> zone_setting_of(const std::string& name, pg::Snapshot snapshot);

/// Makes a calendar with the default settings. Result: false when there is a calendar of this name already. Waits
/// while another open transaction makes a calendar of the same name.
bool make_calendar(const std::string& name);

/// Every calendar, by id, as read_calendar() reads it.
std::vector<Calendar> all_calendars(pg::Snapshot snapshot);

}  // namespace jb
