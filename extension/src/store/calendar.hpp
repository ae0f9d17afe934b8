// SPDX-License-Identifier: PostgreSQL
//
// Calendars as rows: their settings, their locks, and how they are made, changed and removed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/event/calendar.hpp"
#include "core/free/hours.hpp"
#include "pg/table.hpp"
#include "store/rights.hpp"

namespace jb::pg {
class OnBehalf;
}

namespace jb {

// Conditions that find a calendar's events without claims. With "start_timestamp IS NOT NULL" they use the index
// jb_event_ended, with "start_timestamp IS NULL" jb_event_timeless. The event is aliased u.

/// Both indexes hold an event under its calendars and its status. The tsquery may also find events with similar words,
/// so the arrays are compared, too. `calendars` is an array of names.
template <sql::Text query, sql::Text calendars>
inline constexpr auto kUnclaimed =
    "array_to_tsvector(u.calendars || u.attendee_calendars || ('=' || u.status)) @@ " + query +
    "::tsquery AND u.calendars || u.attendee_calendars && " + calendars + " AND u.status NOT IN ('scheduled', 'held')";

/// The same for a single calendar. A calendar's name has no character that needs escaping within quotes.
template <sql::Text calendar>
inline constexpr auto kUnclaimedOn = kUnclaimed<"('''' || " + calendar + " || '''')", "ARRAY[" + calendar + "]">;

/// The ids of the calendar's events without claims.
template <sql::Text calendar>
inline constexpr auto kUnclaimedIds = R"(
    SELECT u.id FROM jb_event u WHERE )" +
                                      kUnclaimedOn<calendar> + R"( AND u.start_timestamp IS NOT NULL
     UNION ALL
    SELECT u.id FROM jb_event u WHERE )" +
                                      kUnclaimedOn<calendar> + " AND u.start_timestamp IS NULL";

inline constexpr sql::Text kSettingColumns = R"(
    time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within,
    max_events_per_day, check_attendees, confirm_within, default_duration, strict)";

/// The last change of a deleted calendar of this name, after which a new one goes on; 0 if there was none.
template <sql::Text name>
inline constexpr auto kPastSeq =
    "coalesce((SELECT p.change_seq FROM jb_calendar_past p WHERE " + kHasName<"p.name", name> + "), 0)";

/// The columns that read_calendar expects, from column 1 on.
inline constexpr auto kCalendarColumns =
    sql::kBound<"id, name, " + kSettingColumns +
                ", overrides_version, slots_from, zone_changes, source_as_of, max_source_age">;

/// The table of these rows.
extern pg::Table calendar_table;

/// The row of the calendar of this name, regardless of case (rule 1.6); no row when there is no such calendar.
pg::Rows find_calendar_row(const std::string& name, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The name as its calendar spells it, by which the rows of the calendar and its events are found. If there is no such
/// calendar, the name that a new one would get. Call this only once the caller may know of the calendar.
std::string own_name(const std::string& name, pg::Snapshot snapshot);

/// The calendar in row `row`, counted from 0, as a copy whose zone is never null. `snapshot` must be the one that shows
/// the row; the overrides are read from it, too. `watched` is stored in the calendar's lock and stays 0 here. Errors:
/// 22023 when the server does not know the stored zone (a dump from another server, or other zone data), since the
/// calendar's wall clock times mean nothing without the zone's rules. Cost: each backend reads a calendar's overrides
/// once, and again after each change of them.
Calendar read_calendar(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The calendar of this name for reading, as `snapshot` shows it; nullopt when there is no such calendar. Before its
/// first booking `ceo` has the settings of a new calendar (rule 1.3).
std::optional<Calendar> find_calendar(const std::string& name, pg::Snapshot snapshot = pg::Snapshot::callers);

/// A calendar's zone, and how often it has been changed.
struct ZoneSetting {
  std::string time_zone;
  int changes = 0;
};

/// The zone of the calendar of this name; nullopt when there is no such calendar.
std::optional<ZoneSetting> zone_setting_of(const std::string& name, pg::Snapshot snapshot);

/// Makes a calendar with the default settings. Result: false when a calendar of this name exists. Waits while another
/// open transaction makes one.
bool make_calendar(const std::string& name);

/// All calendars by id, each as read_calendar() reads it. `refused` is told the name of one that it refuses, and why.
std::vector<Calendar> all_calendars(pg::Snapshot snapshot,
                                    const std::function<void(const std::string&, const Failure&)>& refused);

// The rows of jb_calendar_lock, which a writer locks and changes with each booking. The functions need an open
// pg::SpiConnection.
//
// What must stay true: every change of a calendar's settings, hours, day tree, history or feed first locks this row,
// and leaves a new version of it. So a call that holds the lock, or finds the row unchanged, knows that what it has
// read of the calendar still holds. After a change of settings, hours or day tree the cached copy must be dropped
// (tree_rows.hpp).

/// The columns of a lock's row that change.
inline constexpr int kWatchedColumn = 2;
inline constexpr int kChangeSeqColumn = 3;

/// The id of the calendar of this name; nullopt when there is no such calendar.
std::optional<int> id_of(const std::string& name);

/// The table of these rows.
extern pg::Table lock_table;

/// The row of this calendar's lock, read without locking it; no row when the calendar is gone.
pg::Rows find_lock(int calendar, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Remembers where the calendar's lock was last written, so that find_lock() looks there first.
void remember_lock(int calendar, pg::Tid tid);

/// Locks the calendar until the transaction ends, after waiting for its present holder, and writes a new version of its
/// lock. Result: the calendar's id; nullopt when there is no such calendar.
std::optional<int> lock_calendar(const std::string& name);

/// Like lock_calendar(). Checks the right before the lock, so that nobody without it waits or makes others wait, and
/// again under the lock, since it may have been revoked meanwhile (rule 13.5). Result: the calendar's id. Errors: those
/// of require_right(), and P0002 when there is no such calendar.
int lock_permitted(const std::string& name, Right right);

/// The names of the existing calendars in the order in which they are locked: by id. `ceo` is made before any lock is
/// taken, so that it has a place in this order. A calendar that another transaction makes after this call has no place
/// in it, and is not locked.
std::vector<std::string> in_order(const std::vector<std::string>& names);

// Making, changing and removing calendars.

/// Makes the calendar, or changes the settings that `settings` (JSON text) names, under the calendar's lock. Result:
/// whether that opens its booking page. Errors: 22023 for a name or a setting that is not allowed.
bool set_calendar(const std::string& name, const std::string& settings);

/// Overrides the hours of a date with `spans`, under the calendar's lock, and brings the day tree up to date. Empty
/// spans close the date; nullopt removes the override, so that the weekly pattern applies again. Makes `ceo` if it is
/// absent. Result: false when there is no such calendar. Errors: 22023 when the calendar has too many overrides. Cost:
/// reads all overrides of the calendar, and the claims of three days.
bool set_availability(const std::string& name, Date date, const std::optional<DaySpans>& spans);

/// Adds `spans` to the date's hours; otherwise like set_availability(). The calendar must exist. Errors: 22023 under
/// `slots` when the date would have more than 288 spans.
void add_availability(const std::string& name, Date date, const DaySpans& spans);

/// Closes the date, whether or not its weekday has hours; otherwise like set_availability().
bool remove_availability(const std::string& name, Date date);

/// Removes the calendar and its history. Errors: those of lock_permitted(); 55000 while any event names the calendar,
/// even a cancelled one.
void delete_calendar(const std::string& name);

/// Rebuilds the calendar's day tree from its hours and claims, under the calendar's lock. Result: false when there is
/// no such calendar. Cost: linear in the calendar's claims.
bool rebuild_tree(const std::string& name);

// The maker of what a token opens: a poll or a public feed. A token permits no more than its maker may do when the
// token is used (rules 13.3 and 13.4), so the maker's rights are checked then. The functions need an open
// pg::SpiConnection.

struct Maker {
  std::string principal;
  std::optional<std::string> role;  ///< the role that called; none: the role that jb_principal gives when it is used
};

/// The caller under the principal `named`. With a certificate the caller has the role that jb_principal gives.
Maker maker_now(const std::optional<std::string>& named);

/// A maker's present rights: none once nobody can call as this maker any more.
class MakersRights {
 public:
  explicit MakersRights(const Maker& maker);
  /// Whether the maker still exists and, if it called by certificate, still has at least the role `as`.
  bool may_call(const std::string& as) const;
  /// Whether the maker has the right on one of the calendars.
  bool has(Right right, const std::vector<std::string>& calendars) const;
  /// As powers_on() for the maker.
  std::vector<std::vector<Power>> powers(const std::string& calendar) const;
  const std::string& principal() const { return principal_; }

 private:
  /// While the result lives, the maker is asked for rights.
  pg::OnBehalf asking() const;

  std::string principal_;
  bool is_entered_;  ///< in jb_principal
  std::string role_;
};

}  // namespace jb
