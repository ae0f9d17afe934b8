// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement event_statement{"SELECT v.* FROM jb_event_view v WHERE v.id = $1", {INT8OID}};
constinit pg::Statement status_statement{"SELECT v.status FROM jb_event_view v WHERE v.id = $1", {INT8OID}};

// Events that hold time are found by their claims, all other events by the index jb_event_unclaimed. Waiting events
// have no time: they come last, whatever the range. LATERAL and OFFSET 0 make PostgreSQL read jb_event_view for the
// events of the page alone, in the order of the page.
constinit pg::Statement events_statement{
    "WITH found AS MATERIALIZED ("
    " SELECT e.id, e.start_timestamp FROM jb_calendar k JOIN jb_claim c ON c.calendar = k.id"
    "  JOIN jb_event e ON e.id = c.event_id"
    "  WHERE k.name = $1 AND c.during && tstzrange($2, $3)"
    "   AND tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($2, $3)"
    " UNION ALL"
    " SELECT e.id, e.start_timestamp FROM jb_event e"
    "  WHERE e.calendars || e.attendee_calendars @> ARRAY[$1] AND e.status NOT IN ('scheduled', 'held')"
    "   AND (e.start_timestamp IS NULL OR tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($2, $3))) "
    "SELECT v.* FROM (SELECT * FROM found"
    "  WHERE $7 IS NULL OR (coalesce(start_timestamp, 'infinity'), id) > ($6, $7)"
    "  ORDER BY start_timestamp NULLS LAST, id) f "
    "CROSS JOIN LATERAL (SELECT * FROM jb_event_view WHERE id = f.id OFFSET 0) v "
    "WHERE ($4 IS NULL OR v.status = ANY ($4)) AND ($5 IS NULL OR v.attendees @> ARRAY[$5]) "
    "ORDER BY f.start_timestamp NULLS LAST, f.id LIMIT $8",
    {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTARRAYOID, TEXTOID, TIMESTAMPTZOID, INT8OID, INT4OID}};

void check_statuses(const Arguments& arguments) {
  Validation validation;
  const auto statuses = arguments.texts(validation, 3, "status").value_or(std::vector<std::string>{});
  if (validation.ok()) {
    for (const auto& status : statuses) {
      if (!is_shown_status(status)) validation.refuse("status", status, "there is no such status");
    }
  }
  validation.raise();
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
  const auto cursor = cursor_params(arguments.text(5));
  const auto max_rows = arguments.max_rows(6);
  check_range(arguments, 1);
  check_statuses(arguments);
  RowSet rows(info);
  pg::Session session;
  require_calendar(calendar, "calendar");
  rows.add(events_statement.run({pg::from_text(calendar), arguments.param(1), arguments.param(2), arguments.param(3),
                                 arguments.param(4), cursor.start, cursor.id, pg::from_int(max_rows)},
                                pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_one, jb::sql::event_body)
JB_FUNCTION(jb_status, jb::sql::status_body)
JB_FUNCTION(jb_events, jb::sql::events_body)
