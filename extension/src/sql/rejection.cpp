// SPDX-License-Identifier: PostgreSQL
//
// Reading rejections by id without skipping a rejection (rule 4.6).
//
// Each id is drawn and its row written under one short lock (PgStore::reject), but transactions commit in any order. A
// reader that went on from the greatest id it has seen would skip a smaller id whose transaction commits late. So the
// listing stops before the first row of an open transaction. The commit of this transaction sends a NOTIFY for its own
// rejection, and a reader that reads then gets this rejection and the rejections that the listing held back. An id
// whose transaction rolled back leaves no row and holds nothing back.
#include <charconv>

#include "arguments.hpp"
#include "pg/heap.hpp"
#include "results.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement rejections_statement{
    "SELECT r.* FROM jb_rejection r WHERE r.id > $1 AND r.id < $2 ORDER BY r.id LIMIT $3", {INT8OID, INT8OID, INT4OID}};
constinit pg::Statement of_calendar_statement{
    "SELECT r.* FROM (SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $4 AND c.id > $1 AND c.id < $2"
    " ORDER BY c.id LIMIT $3) c JOIN jb_rejection r ON r.id = c.id ORDER BY r.id",
    {INT8OID, INT8OID, INT4OID, TEXTOID}};

constexpr auto kNoBorder = std::numeric_limits<std::int64_t>::max();

pg::Rows all_rejections(std::int64_t after, int max_rows) {
  const auto border = pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, after, max_rows);
  return rejections_statement.run({pg::from_id(after), pg::from_id(border.value_or(kNoBorder)), pg::from_int(max_rows)},
                                  pg::Snapshot::callers);
}

// The rows of a rejection's calendars are written under the same lock as the rejection, so the same holds for them.
pg::Rows rejections_of(const std::string& calendar, std::int64_t after, int max_rows) {
  const Datum name = pg::from_text(calendar);
  const auto border = pg::first_unseen("jb_rejection_calendar", "jb_rejection_calendar_pkey", name, after, max_rows);
  return of_calendar_statement.run(
      {pg::from_id(after), pg::from_id(border.value_or(kNoBorder)), pg::from_int(max_rows), name},
      pg::Snapshot::callers);
}

// Who may not see every rejection sees those on calendars that may be read, and those of requests of one's own
// (event_id tells requests from events, whose rejections name whoever caused them). `asking`: the parameter of who
// asks.
#define JB_IS_SEEN(asking) \
  "(jb_sight(r.calendars) IS NOT DISTINCT FROM 'read' OR (r.principal = " asking " AND r.event_id IS NULL))"

// Of these, what tells of events that may not be read is taken out: their ids, and a sentence that may name them. $3 is
// the calendar, or null; at most a thousand rejections are looked at, of which the last comes last, seen or not.
constinit pg::Statement seen_statement{
    "SELECT s.* FROM (SELECT r.*, " JB_IS_SEEN("$4") " AS is_seen,"
    " ARRAY(SELECT u.id FROM unnest(r.conflicts) WITH ORDINALITY AS u (id, n) JOIN jb_event e ON e.id = u.id"
    "   WHERE jb_sight(e.calendars, e.attendee_calendars) = 'read' ORDER BY u.n) AS named"
    " FROM (SELECT r.* FROM jb_rejection r WHERE r.id > $1 AND r.id < $2 AND ($3 IS NULL OR EXISTS (SELECT FROM"
    "   jb_rejection_calendar k WHERE k.calendar = $3 AND k.id = r.id)) ORDER BY r.id LIMIT 1000) r) s ORDER BY s.id",
    {INT8OID, INT8OID, TEXTOID, TEXTOID}};

/// The places of jb_rejection's columns, and of those that the statement adds.
constexpr int kDetail = 6, kConflicts = 9, kColumns = 11, kIsSeen = 12, kNamed = 13;
constexpr int kPage = 1000;

/// A rejection without what tells of events that the caller may not read.
std::vector<pg::Param> seen_columns(const pg::Rows& found, std::uint64_t row) {
  std::vector<pg::Param> columns;
  for (int column = 1; column <= kColumns; ++column) {
    const auto value = found.at(row, column);
    columns.push_back(value ? pg::Param(*value) : pg::Param());
  }
  const auto all = pg::to_items(columns[kConflicts - 1].value).size();
  const auto named = *found.at(row, kNamed);
  if (pg::to_items(named).size() == all) return columns;
  columns[kConflicts - 1] = named;
  columns[kDetail - 1] = pg::from_text("The time is taken.");
  return columns;
}

/// Adds the rejections that the caller may see, in order of id, up to the first of an open transaction.
void add_seen(RowSet& rows, const std::optional<std::string>& calendar, std::int64_t after, int max_rows) {
  const Datum asking = pg::from_text(pg::asking_principal());
  const pg::Param name = pg::optional_param(calendar, [](const auto& text) { return pg::from_text(text); });
  for (int added = 0; added < max_rows;) {
    const auto border = pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, after, kPage);
    const auto found = seen_statement.run({pg::from_id(after), pg::from_id(border.value_or(kNoBorder)), name, asking},
                                          pg::Snapshot::callers);
    for (std::uint64_t i = 0; i < found.size() && added < max_rows; ++i) {
      after = pg::to_id(*found.at(i, 1));
      if (!pg::to_bool(found.at(i, kIsSeen).value())) continue;
      rows.add(pg::Values(seen_columns(found, i)));
      ++added;
    }
    if (found.size() < kPage) return;
  }
}

Datum rejections_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto after = arguments.bigint(0).value_or(0);
  const auto max_rows = arguments.max_rows(1);
  const auto calendar = arguments.text(2);
  RowSet rows(info);
  pg::Session session;
  if (rights_are_open())
    rows.add(calendar ? rejections_of(*calendar, after, max_rows) : all_rejections(after, max_rows));
  else
    add_seen(rows, calendar, after, max_rows);
  session.finish();
  return rows.done();
}

constinit pg::Statement last_rejections_statement{
    "SELECT r.id FROM (SELECT r.* FROM jb_rejection r ORDER BY r.id DESC LIMIT 10000) r"
    " WHERE $3 OR " JB_IS_SEEN("$2") " ORDER BY r.id DESC OFFSET $1 LIMIT 1",
    {INT4OID, TEXTOID, BOOLOID}};
constinit pg::Statement last_of_calendar_statement{
    "SELECT c.id FROM (SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $4 ORDER BY c.id DESC LIMIT 10000) c"
    " JOIN jb_rejection r ON r.id = c.id WHERE $3 OR " JB_IS_SEEN("$2") " ORDER BY c.id DESC OFFSET $1 LIMIT 1",
    {INT4OID, TEXTOID, BOOLOID, TEXTOID}};
#undef JB_IS_SEEN

Datum rejections_after_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto last = arguments.last(0);
  pg::Session session;
  const Datum who = pg::from_text(pg::asking_principal());
  const Datum is_open = pg::from_bool(rights_are_open());
  const auto rows = arguments.is_null(1)
                        ? last_rejections_statement.run({pg::from_int(last), who, is_open}, pg::Snapshot::callers)
                        : last_of_calendar_statement.run({pg::from_int(last), who, is_open, arguments.param(1)},
                                                         pg::Snapshot::callers);
  const auto id = rows.empty() ? 0 : pg::to_id(*rows.at(0, 1));
  session.finish();
  return pg::from_id(id);
}

// The whole of jb_rejections(), which each shard's part of the list over all shards has, too.
constinit pg::Statement with_cursor_statement{"SELECT r, r.id::text FROM jb_rejections($1, $2, NULL, $3) r",
                                              {INT8OID, INT4OID, TEXTOID}};

std::int64_t id_from(const std::string& cursor) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), id);
  if (error == std::errc{} && end == cursor.data() + cursor.size() && id >= 0) return id;
  Validation validation;
  validation.refuse("after", cursor, "it must be a cursor that jb_rejections_all() has returned");
  throw validation.failure();
}

Datum rejections_all_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto after = arguments.text(0);
  const auto max_rows = arguments.max_rows(1);
  RowSet rows(info);
  pg::Session session;
  rows.add(with_cursor_statement.run(
      {pg::from_id(after ? id_from(*after) : 0), pg::from_int(max_rows), arguments.param(2)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

// The gateway wakes those who wait by these numbers, whoever they are: each then asks for itself.
constinit pg::Statement last_numbers_statement{
    "SELECT w.calendar, CASE WHEN w.calendar = '' THEN (SELECT coalesce(sum(l.id), 0)::bigint"
    "    FROM (SELECT id FROM jb_change_log WHERE id IS NOT NULL ORDER BY id DESC LIMIT 1000) AS l)"
    "   ELSE coalesce(k.change_seq, CASE WHEN w.calendar = 'ceo' THEN 0 END) END, NULL::int8"
    "  FROM unnest($1) AS w (calendar) LEFT JOIN jb_calendar AS c ON c.name = w.calendar"
    "  LEFT JOIN jb_calendar_lock AS k ON k.id = c.id",
    {TEXTARRAYOID}};
constinit pg::Statement poll_versions_statement{
    "SELECT NULL, p.version, w.id FROM unnest($1) AS w (id) LEFT JOIN jb_poll AS p ON p.id = w.id", {INT8ARRAYOID}};

Datum last_numbers_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  pg::Session session;
  rows.add(last_numbers_statement.run({arguments.param(0)}, pg::Snapshot::callers));
  if (!arguments.is_null(2)) rows.add(poll_versions_statement.run({arguments.param(2)}, pg::Snapshot::callers));
  if (const auto after = arguments.bigint(1)) {
    const auto readable = all_rejections(*after, 1000);
    const auto count = readable.size();
    rows.add({pg::Param(), count == 0 ? pg::Param() : pg::Param(*readable.at(count - 1, 1)), pg::Param()});
  }
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_rejections_after, jb::sql::rejections_after_body)
JB_FUNCTION(jb_last_numbers, jb::sql::last_numbers_body)
JB_FUNCTION(jb_rejections, jb::sql::rejections_body)
JB_FUNCTION(jb_rejections_all, jb::sql::rejections_all_body)
