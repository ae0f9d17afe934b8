// SPDX-License-Identifier: PostgreSQL
//
// What the caller may do with a calendar (rules 13.1 to 13.4).
//
// A caller whom a calendar names, by principal or by role, has exactly the rights granted there. All others have what
// the database gives, everything or nothing. SET ROLE sheds no restriction (pg::Asker::login). Superusers and the
// extension's owner may do everything; the worker runs as one of them. Code that runs for somebody else needs the
// rights of both (pg/call.hpp, askers()).
//
// A backend caches whether rights are restricted at all, and the grants that it has looked up, by asker and calendar.
// It does so until a change of the tables or of somebody's roles is announced (pg/call.hpp). While nobody is granted
// anything, each check costs one comparison.
#pragma once

#include <string>
#include <vector>

#include "core/event/calendar.hpp"
#include "core/values/sql.hpp"
#include "pg/guard.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The condition that finds a calendar by its name regardless of case, by jb_calendar_folded (rule 1.6).
template <sql::Text column, sql::Text name>
inline constexpr auto kHasName = "lower(" + column + R"( COLLATE "C") = lower()" + name + R"( COLLATE "C"))";

/// Whether everybody may do everything that the role allows: no calendar has grants, and the default is everything.
bool rights_are_open();

/// Whether the caller may do everything that the role allows, as everybody may or as the extension's owner.
bool may_everything();

/// Numbers of rights and roles that change when somebody's rights may have changed.
using RightsSeen = std::pair<unsigned, unsigned>;

/// The numbers as of the last pg::hear_of_changes().
RightsSeen rights_seen();

/// The owner of the extension's tables, for pg::AsOwner.
Oid owner_of_tables();

/// The caller's rights on the calendar; all of them on `ceo` before its first booking, since the first to book makes
/// it. On a calendar that does not exist: what the database gives to callers who are not named.
Rights rights_on(const std::string& calendar);

/// The powers of each asker whom the calendar names, and who does not own the tables. An asker without a power may not
/// place events there. Empty: all may do everything that rights_on() gives.
std::vector<std::vector<Power>> powers_on(const std::string& calendar);

/// The bounds in a row: the columns from `column` on, in the order of kBounds.
Bounds bounds_in(const pg::Rows& rows, std::uint64_t row, int column);

/// The same as rights_on() for the calendar as the running query reads it. A long query, or that of a cursor, reads the
/// state at its start. If the calendar has been deleted since, or its name has gone to another one, there is no right
/// on what is read.
Rights rights_to_read(const std::string& calendar);

/// Whether the caller has the right on one of the calendars, as the running query reads them.
bool may_any(Right right, const std::vector<std::string>& calendars);

/// A text that changes when the caller's rights on any calendar change. Cost: linear in the caller's grants; then
/// cached until somebody's rights change.
std::string rights_tag();

/// Whether calendars give nothing to callers whom they do not name.
bool unnamed_get_nothing();

/// Requires a right on a calendar that exists. Errors: P0002, as for a calendar that does not exist, if the caller has
/// no right on it; 42501 if the caller has only others.
void require_right(const std::string& calendar, Right right);

/// Requires the right to manage an existing calendar, for a call that would have made it. Errors: 42501, even if the
/// caller has no right on it, since making a calendar reveals anyway that its name is taken.
void require_managing(const std::string& calendar);

/// Whether the caller may assign certificates to principals. If unnamed callers get nothing, only the owner may, since
/// a manager of one calendar could become the principal who manages another.
bool may_name_principals();

/// Whether the caller may look after the whole database. If unnamed callers get nothing, only the owner and members of
/// jb_operator may.
bool operates();

/// Requires operates(). Errors: 42501.
void require_operator();

/// Makes the maker of the calendar its manager, if unnamed callers get nothing.
void grant_to_maker(int calendar);

}  // namespace jb
