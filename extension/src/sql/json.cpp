// SPDX-License-Identifier: PostgreSQL
//
// The parts of JSON answers that need a query of their own: here, because a plan made in C++ is kept. As functions in
// SQL they would be planned anew in every statement, which took longer than the booking.
#include "arguments.hpp"
#include "pg/spi.hpp"

namespace jb::sql {

namespace {

// OFFSET 0 keeps the view's columns together: spread out, one of them is volatile and one a subquery, and jb_event_json
// would be called, and planned, as a function of its own.
constinit pg::Statement event_statement{
    "SELECT jb_event_json(v::jb_event_view) FROM (SELECT * FROM jb_event_view WHERE id = $1 OFFSET 0) AS v", {INT8OID}};
constinit pg::Statement ranges_statement{
    "SELECT json_agg(jb_range_json(a.slot, $2) ORDER BY a.place) FROM unnest($1) WITH ORDINALITY AS a (slot, place)",
    {TSTZRANGEARRAYOID, TEXTOID}};

/// The first row's only column, or null.
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

Datum event_body(FunctionCallInfo info) { return only_value(info, event_statement, {Arguments(info).param(0)}); }

Datum ranges_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  return only_value(info, ranges_statement, {arguments.param(0), arguments.param(1)});
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_json_now, jb::sql::event_body)
JB_FUNCTION(jb_ranges_json, jb::sql::ranges_body)
