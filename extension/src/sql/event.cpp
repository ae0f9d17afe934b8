// SPDX-License-Identifier: PostgreSQL
#include <charconv>

#include "arguments.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement event_statement{"SELECT v.* FROM jb_event_view v WHERE v.id = $1", {INT8OID}};
constinit pg::Statement status_statement{"SELECT v.status FROM jb_event_view v WHERE v.id = $1", {INT8OID}};

// Events that hold time are found by their claims, the others by the index over those that hold none. Waiting ones
// have no time: they come last, whatever the range.
constinit pg::Statement events_statement{
    "SELECT v.* FROM ("
    " SELECT c.event_id AS id FROM jb_claim c JOIN jb_calendar k ON k.id = c.calendar"
    "  WHERE k.name = $1 AND c.during && tstzrange($2, $3)"
    " UNION ALL"
    " SELECT e.id FROM jb_event e WHERE e.calendars || e.attendee_calendars @> ARRAY[$1] AND e.status NOT IN "
    "('scheduled', 'held')) found "
    "JOIN jb_event_view v ON v.id = found.id "
    "WHERE (v.start_timestamp IS NULL OR tstzrange(v.start_timestamp, v.end_timestamp) && tstzrange($2, $3))"
    " AND ($4 IS NULL OR v.status = ANY ($4)) AND ($5 IS NULL OR v.attendees @> ARRAY[$5])"
    " AND ($7 IS NULL OR (coalesce(v.start_timestamp, 'infinity'), v.id) > ($6, $7)) "
    "ORDER BY v.start_timestamp NULLS LAST, v.id LIMIT $8",
    {TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTARRAYOID, TEXTOID, TIMESTAMPTZOID, INT8OID, INT4OID}};

/// Where a listing goes on: "seconds,id" as jb_event_cursor writes it, without seconds among waiting events.
struct Cursor {
  pg::Param start;
  pg::Param id;
};

Failure bad_cursor(const std::string& text) {
  Validation validation;
  validation.refuse("after", text, "it must be the cursor of a row seen");
  return validation.failure();
}

std::int64_t number(std::string_view digits, const std::string& whole) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) throw bad_cursor(whole);
  return value;
}

Cursor parse_cursor(const std::optional<std::string>& text) {
  if (!text) return {};
  const auto comma = text->find(',');
  if (comma == std::string::npos) throw bad_cursor(*text);
  const std::string_view seconds = std::string_view(*text).substr(0, comma);
  Cursor cursor;
  cursor.id = pg::from_id(number(std::string_view(*text).substr(comma + 1), *text));
  if (seconds.empty()) {
    cursor.start = pg::infinity();
    return cursor;
  }
  const Instant start{Seconds{number(seconds, *text)}};
  if (!kRepresentable.contains({start, start})) throw bad_cursor(*text);
  cursor.start = pg::from_instant(start);
  return cursor;
}

void check_range(const Arguments& arguments) {
  const auto from = arguments.instant(1);
  const auto to = arguments.instant(2);
  if (!from || !to || *from <= *to) return;
  Validation validation;
  validation.refuse("to_time", format_utc(*to), "it must not be before from_time");
  throw validation.failure();
}

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
  const Datum event = returned_row(rows);
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
  const auto cursor = parse_cursor(arguments.text(5));
  const auto max_rows = arguments.max_rows(6);
  check_range(arguments);
  check_statuses(arguments);
  const auto raw = [&](int i) { return arguments.is_null(i) ? pg::Param() : pg::Param(arguments.datum(i)); };
  RowSet rows(info);
  pg::Session session;
  require_calendar(calendar, "calendar");
  rows.add(events_statement.run(
      {pg::from_text(calendar), raw(1), raw(2), raw(3), raw(4), cursor.start, cursor.id, Int32GetDatum(max_rows)},
      pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_one, jb::sql::event_body)
JB_FUNCTION(jb_status, jb::sql::status_body)
JB_FUNCTION(jb_events, jb::sql::events_body)
