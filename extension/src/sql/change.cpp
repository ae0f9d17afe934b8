// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement changes_statement{
    "SELECT v.* FROM jb_change v WHERE v.calendar = $1 AND v.seq > $2 ORDER BY v.seq LIMIT $3",
    {TEXTOID, INT8OID, INT4OID}};
constinit pg::Statement history_statement{
    "SELECT v.* FROM jb_change v WHERE v.event_id = $1 ORDER BY v.version, v.calendar, v.seq", {INT8OID}};

Datum changes_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto calendar = arguments.text(0).value_or("");
  const auto max_rows = arguments.max_rows(2);
  RowSet rows(info);
  pg::Session session;
  require_named_calendar(calendar);
  rows.add(changes_statement.run(
      {pg::from_text(calendar), pg::from_id(arguments.bigint(1).value_or(0)), Int32GetDatum(max_rows)},
      pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

Datum history_body(FunctionCallInfo info) {
  const auto id = Arguments(info).event_id(0);
  RowSet rows(info);
  pg::Session session;
  const auto changes = history_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  if (changes.empty()) throw no_such_event(id);
  rows.add(changes);
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_changes, jb::sql::changes_body)
JB_FUNCTION(jb_history, jb::sql::history_body)
