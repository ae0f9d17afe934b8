// SPDX-License-Identifier: PostgreSQL
//
// What the caller may do with a calendar (rules 13.1 to 13.4).
//
// Whoever a calendar names, by principal or by role, has there exactly what was granted; all others have what the
// database gives, everything or nothing. Superusers and the extension's owner may everything; the worker is one.
// Where code runs for somebody else, both have to have a right (pg/call.hpp, askers()).
//
// A backend remembers whether there is anything to ask, and what the calendars that it was asked about grant to whoever
// asked, until a change of the tables, or of somebody's roles, is announced (pg/call.hpp). Where nobody is
// granted anything, each question costs one comparison.
#pragma once

#include <string>
#include <vector>

#include "core/event/calendar.hpp"
#include "pg/postgres.hpp"

// The condition that finds the calendar of a name in whatever case, by jb_calendar_folded (rule 1.6).

#define JB_NAMED(column, name) "lower(" column " COLLATE \"C\") = lower(" name " COLLATE \"C\")"

namespace jb {

/// Whether everybody may everything that the role allows: nobody is named anywhere, and nothing else is said.
bool rights_are_open();

/// Whether the caller may everything that the role allows: as all do, or as the extension's owner.
bool may_everything();

/// The owner of the extension's tables, for pg::AsOwner.
Oid owner_of_tables();

/// What the caller may do with the calendar; everything with `ceo` before its first booking, since whoever books first
/// makes it. Of a calendar that does not exist: what the database gives to those who are not named.
Rights rights_on(const std::string& calendar);

/// The same for what the query under way reads of the calendar. The query of a cursor, or one that takes long, reads
/// what was when it began: where the calendar has been deleted since, or another one has got its name, there is no
/// right on what is read.
Rights rights_to_read(const std::string& calendar);

/// Whether the caller may do something with one of the calendars, as the query under way reads them.
bool may_any(Right right, const std::vector<std::string>& calendars);

/// Whether a calendar gives nothing to those that it does not name.
bool unnamed_get_nothing();

/// Requires a right on a calendar that exists. Errors: P0002, as for a calendar that does not exist, where the caller
/// has no right on it; 42501 where the caller has others.
void require_right(const std::string& calendar, Right right);

/// Requires the right to manage a calendar that exists, of a call that would have made it. Errors: 42501, also where
/// the caller has no right on it: that the name is taken cannot be kept from who makes a calendar of it.
void require_managing(const std::string& calendar);

/// Whether the caller may say whose certificate is whose principal's: where those who are not named get nothing, only
/// the owner may, since a manager of one calendar could become the principal who manages another.
bool may_name_principals();

/// Whether the caller may look after the whole database: where those who are not named get nothing, only a member of
/// jb_operator and the owner may.
bool operates();

/// Requires operates(). Errors: 42501.
void require_operator();

/// Names the grantee on the calendar of this id with one right more. A trigger of the table tells every backend.
/// Result: what the grantee has there now.
std::vector<std::string> add_right(int calendar, const std::string& grantee, Right right);

/// Names whoever made the calendar as its manager, where those who are not named get nothing.
void grant_to_maker(int calendar);

}  // namespace jb
