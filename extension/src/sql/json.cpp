// SPDX-License-Identifier: PostgreSQL
//
// The parts of JSON answers that need a query of their own. The queries stand in C++ because the plan of a
// pg::Statement is kept. PostgreSQL would plan SQL functions with the same queries anew in every statement, and the
// planning took longer than the booking.
#include "arguments.hpp"
#include "pg/spi.hpp"

namespace jb::sql {

namespace {

// OFFSET 0 keeps the view a subquery of its own. Without OFFSET 0 the planner would put the view's columns, a volatile
// expression and a subquery among them, into the call of jb_event_json; then it could not inline jb_event_json, and
// would plan it as a function of its own.
constinit pg::Statement event_json_statement{
    "SELECT jb_event_json(v::jb_event_view) FROM (SELECT * FROM jb_event_view WHERE id = $1 OFFSET 0) AS v", {INT8OID}};
constinit pg::Statement ranges_statement{
    "SELECT json_agg(jb_range_json(a.slot, $2) ORDER BY a.place) FROM unnest($1) WITH ORDINALITY AS a (slot, place)",
    {TSTZRANGEARRAYOID, TEXTOID}};

/// The only column of the statement's first row; null when there is no row.
Datum only_value(FunctionCallInfo info, pg::Statement& statement, std::initializer_list<pg::Param> params) {
  pg::Session session;
  const auto rows = statement.run(params);
  std::optional<std::string> json;
  if (!rows.empty()) {
    if (const auto value = rows.at(0, 1)) json = pg::to_text(*value);
  }
  session.finish();
  return json ? pg::from_text(*json) : pg::null_result(info);
}

Datum event_json_body(FunctionCallInfo info) {
  return only_value(info, event_json_statement, {Arguments(info).param(0)});
}

Datum ranges_json_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  return only_value(info, ranges_statement, {arguments.param(0), arguments.param(1)});
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_json_now, jb::sql::event_json_body)
JB_FUNCTION(jb_ranges_json, jb::sql::ranges_json_body)
