// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"
#include "listing.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement event_statement{"SELECT v.* FROM jb_event_view v WHERE v.id = $1", {INT8OID}};
constinit pg::Statement status_statement{"SELECT v.status FROM jb_event_view v WHERE v.id = $1", {INT8OID}};

constinit ListStatements found_statements JB_LIST_STATEMENTS("($5 IS NULL OR e.attendees @> ARRAY[$5])");

// In the order of page_of().
constinit pg::Statement event_page_statement{
    "SELECT v.* FROM jb_event_view v WHERE v.id = ANY ($1) ORDER BY v.start_timestamp, v.id", {INT8ARRAYOID}};

std::optional<std::vector<std::string>> read_statuses(const Arguments& arguments) {
  Validation validation;
  auto statuses = arguments.texts(validation, 3, "status");
  if (statuses && validation.ok()) {
    for (const auto& status : *statuses) {
      if (!is_shown_status(status)) validation.refuse("status", status, "there is no such status");
    }
  }
  validation.raise();
  return statuses;
}

Datum event_body(FunctionCallInfo info) {
  const auto id = Arguments(info).event_id(0);
  pg::Session session;
  const auto rows = event_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  if (rows.empty()) throw no_such_event(id);
  const Datum event = pg::returned_row(rows);
  session.finish();
  return event;
}

Datum status_body(FunctionCallInfo info) {
  const auto id = Arguments(info).event_id(0);
  pg::Session session;
  const auto rows = status_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  if (rows.empty()) throw no_such_event(id);
  const auto status = pg::to_text(*rows.at(0, 1));
  session.finish();
  return pg::from_text(status);
}

Datum events_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto calendar = arguments.text(0).value_or("");
  const auto after = cursor(arguments.text(5));
  const auto max_rows = arguments.max_rows(6);
  check_range(arguments, 1);
  const auto statuses = read_statuses(arguments);
  RowSet rows(info);
  pg::Session session;
  const auto found = require_calendar(calendar, "calendar");
  const auto ids = page_of(found_statements, {.calendar = found,
                                              .now = pg::now(),
                                              .range = {arguments, 1},
                                              .after = after,
                                              .most = max_rows,
                                              .statuses = statuses,
                                              .word = arguments.param(4)});
  rows.add(event_page_statement.run({pg::from_ids(ids)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_one, jb::sql::event_body)
JB_FUNCTION(jb_status, jb::sql::status_body)
JB_FUNCTION(jb_events, jb::sql::events_body)
