// SPDX-License-Identifier: PostgreSQL
//
// Who may do what with a calendar. The functions run with the rights of the extension's owner and ask for the caller's
// right to manage the calendar.
#include "store/grant_rows.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "pg/caller.hpp"
#include "pg/watched_tables.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/calendar_lock.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

std::vector<pg::Param> columns_of(const Grant& grant) {
  return {pg::from_text(grant.grantee), pg::from_texts(grant.rights)};
}

void add_all(RowSet& rows, const std::vector<Grant>& grants) {
  for (const auto& grant : grants) rows.add(pg::Values(columns_of(grant)));
}

/// The id of a calendar whose grants the caller reads, or changes. Errors: P0002; 42501 unless the caller manages it.
int managed(const std::string& name) { return require_named_calendar(name, Right::manage).id; }

/// As managed(), and locks the calendar: two lists of grants that are set at once would otherwise be joined. `ceo` is
/// made if it is absent.
int locked(const std::string& name) {
  if (name == kCeo) make_calendar(name);
  managed(name);
  const auto id = lock_calendar(name);
  if (!id) throw no_such_calendar(name);
  return *id;
}

Datum rights_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  pg::Session session;
  const auto name = require_named_calendar(arguments.text(0).value_or("")).name;
  const auto rights = rights_on(name);
  std::vector<std::string> words;
  for (const auto right : {Right::busy, Right::read, Right::book, Right::manage}) {
    if (rights.has(right)) words.emplace_back(name_of(right));
  }
  session.finish();
  return pg::from_texts(words);
}

Datum grants_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  RowSet rows(info);
  pg::Session session;
  add_all(rows, grants_on(managed(arguments.text(0).value_or(""))));
  session.finish();
  return rows.done();
}

Datum grant_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto grantee = arguments.text(1).value_or("");
  Validation validation;
  read_grantee(validation, "grantee", grantee);
  const auto right = read_right(validation, "right", arguments.text(2).value_or("NULL"));
  validation.raise();
  pg::Session session;
  const auto calendar = locked(arguments.text(0).value_or(""));
  const auto present = grants_on(calendar);
  const auto is_it = [&](const Grant& grant) { return grant.grantee == grantee; };
  if (present.size() >= kMostGrantees && std::none_of(present.begin(), present.end(), is_it))
    validation.refuse("grantee", grantee, "the calendar names 1000 grantees already, and may name no more");
  validation.raise();
  const auto granted = add_right(calendar, grantee, *right);
  session.finish();
  return pg::result_row(info, pg::Values(columns_of(granted)));
}

Datum grant_revoke_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto grantee = arguments.text(1).value_or("");
  Validation validation;
  read_grantee(validation, "grantee", grantee);
  validation.raise();
  pg::Session session;
  const bool was_named = remove_grantee(locked(arguments.text(0).value_or("")), grantee);
  session.finish();
  return pg::from_bool(was_named);
}

Datum grants_set_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  Validation validation;
  const auto grants = read_grants(validation, arguments.json(1));
  validation.raise();
  RowSet rows(info);
  pg::Session session;
  const auto calendar = locked(arguments.text(0).value_or(""));
  set_grants(calendar, grants);
  add_all(rows, grants_on(calendar));
  session.finish();
  return rows.done();
}

Datum require_operator_body(FunctionCallInfo) {
  require_operator();
  return pg::from_bool(true);
}

constexpr const char* kNothing = "nothing";
constexpr const char* kAllByRole = "all by role";

Datum default_rights_body(FunctionCallInfo) { return pg::from_text(unnamed_get_nothing() ? kNothing : kAllByRole); }

Datum default_rights_set_body(FunctionCallInfo info) {
  const auto gives = Arguments(info).text(0).value_or("NULL");
  Validation validation;
  if (gives != kNothing && gives != kAllByRole) validation.refuse("gives", gives, "it must be nothing or all by role");
  validation.raise();
  pg::Session session;
  set_gives_nothing(gives == kNothing);
  session.finish();
  return pg::from_text(gives);
}

Datum rights_changed_body(FunctionCallInfo info) {
  pg::table_changed(pg::triggering_table(info));
  return 0;
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_rights, jb::sql::rights_body)
JB_FUNCTION(jb_grants, jb::sql::grants_body)
JB_FUNCTION(jb_grant, jb::sql::grant_body)
JB_FUNCTION(jb_revoke, jb::sql::grant_revoke_body)
JB_FUNCTION(jb_grants_set, jb::sql::grants_set_body)
JB_FUNCTION(jb_require_operator, jb::sql::require_operator_body)
JB_FUNCTION(jb_default_rights, jb::sql::default_rights_body)
JB_FUNCTION(jb_default_rights_set, jb::sql::default_rights_set_body)
JB_FUNCTION(jb_rights_changed, jb::sql::rights_changed_body)
