// SPDX-License-Identifier: PostgreSQL
//
// The day trees of the calendars: compared with the events, and made anew.
#include "arguments.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/calendar_settings.hpp"
#include "store/reading_tree.hpp"
#include "store/rights.hpp"
#include "store/tree_rows.hpp"

namespace jb::sql {

namespace {

Datum tree_problems_body(FunctionCallInfo info) {
  RowSet rows(info);
  pg::Session session;
  require_operator();
  for (const auto& calendar : all_calendars(pg::Snapshot::callers)) {
    const auto tree = tree_with_holds(calendar, pg::Snapshot::callers);
    ClaimReader claims(calendar, pg::Snapshot::callers);
    for (const auto& problem : tree->compare(claims.claims(kRepresentable), claims.full_days(kRepresentable))) {
      rows.add({pg::from_text("free time equals what claims leave"), pg::from_text(calendar.name), pg::Param(),
                pg::from_text(problem)});
    }
  }
  session.finish();
  return rows.done();
}

Datum rebuild_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto name = arguments.text(0).value_or("");
  pg::Session session;
  if (find_calendar(name)) require_right(name, Right::manage);
  if (!rebuild_tree(name)) throw no_such_calendar(name);
  session.finish();
  return pg::from_bool(true);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_tree_problems, jb::sql::tree_problems_body)
JB_FUNCTION(jb_rebuild, jb::sql::rebuild_body)
