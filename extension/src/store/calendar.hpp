// SPDX-License-Identifier: PostgreSQL
//
// Calendars as rows: their settings, their locks, and how they are made, changed and removed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event/calendar.hpp"
#include "core/free/hours.hpp"
#include "pg/table.hpp"

// Conditions that find the events without claims of a calendar by jb_event_ended, beside "start_timestamp IS NOT NULL",
// or by jb_event_timeless, beside "start_timestamp IS NULL". The event is u.

/// The words of an event in both indexes: the calendars that it stands on, and its status.
#define JB_EVENT_WORDS "array_to_tsvector(u.calendars || u.attendee_calendars || ('=' || u.status))"

/// A tsquery finds the words of some calendars' events among others that are like them. So the arrays are compared,
/// too. `calendars` is an array of names.
#define JB_UNCLAIMED(query, calendars)                                                          \
  JB_EVENT_WORDS " @@ " query "::tsquery AND u.calendars || u.attendee_calendars && " calendars \
                 " AND u.status NOT IN ('scheduled', 'held')"

/// The same for one whole calendar. No character of a calendar's name needs to be escaped within quotes.
#define JB_UNCLAIMED_ON(calendar) JB_UNCLAIMED("('''' || " calendar " || '''')", "ARRAY[" calendar "]")

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

// The rows of jb_calendar_lock: what a writer locks of a calendar, and changes with each booking. The functions need an
// open pg::SpiConnection.
//
// What must stay true: whoever changes a calendar's settings, hours, day tree, history or feed locks this row before,
// and leaves a new version of it. So a call that holds the lock, or finds the row unchanged, knows that all that it has
// read of the calendar still holds. After a change of settings, hours or day tree nothing stays recalled of it
// (tree_rows.hpp).

/// The columns of a lock's row that change.
inline constexpr int kWatchedColumn = 2;
inline constexpr int kChangeSeqColumn = 3;

/// The id of the calendar of this name; nullopt when there is no such calendar.
std::optional<int> id_of(const std::string& name);

/// The table in which the rows stand.
extern pg::Table lock_table;

/// The lock of the calendar with this id, not locked; no row when the calendar is gone.
pg::Rows find_lock(int calendar, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Remembers where the lock of the calendar has been written, so that find_lock() looks there first.
void remember_lock(int calendar, pg::Place place);

/// Locks the calendar until the transaction ends, after waiting for whoever holds it, and makes a new version of its
/// lock. Result: the calendar's id; nullopt when there is no such calendar.
std::optional<int> lock_calendar(const std::string& name);

/// Locks a calendar on which the caller has the right, as lock_calendar(). The right is asked before the lock, so that
/// nobody without it waits or makes others wait, and under the lock, where it may have been taken back meanwhile
/// (rule 13.5). Result: the calendar's id. Errors: those of require_right(), and P0002 when there is no such calendar.
int lock_permitted(const std::string& name, Right right);

/// The same of a calendar that the caller manages.
int lock_managed(const std::string& name);

// Making, changing and removing calendars.

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

// Who made what a token opens: a poll, or a public feed. The token reaches no further than its maker does at the moment
// when it is used (rules 13.3 and 13.4), so the maker's rights are asked then. The functions need an open
// pg::SpiConnection.

struct Maker {
  std::string principal;
  std::optional<std::string> role;  ///< the database role that called; none: the one that jb_principal has by then
};

/// The caller, who names this principal. Whoever calls by a certificate has the role that jb_principal gives.
Maker maker_now(const std::optional<std::string>& named);

/// What somebody who made something may do now: nothing, where nobody calls as the maker any more.
class MakersRights {
 public:
  explicit MakersRights(const Maker& maker);
  /// Whether the maker is still there, and, called by a certificate, still has at least this role.
  bool may_call(const std::string& as) const;
  /// Whether the maker has the right on one of the calendars.
  bool has(Right right, const std::vector<std::string>& calendars) const;

 private:
  std::string principal_;
  bool is_entered_;  ///< in jb_principal
  std::string role_;
};

}  // namespace jb
