// SPDX-License-Identifier: PostgreSQL
//
// Reading rejections by id without skipping a rejection (rule 4.6).
//
// Each id is drawn and its row written under one short lock (PgStore::reject), but transactions commit in any order. A
// reader that went on from the greatest id it has seen would skip a smaller id whose transaction commits late. So the
// listing stops before the first row of an open transaction. The commit of this transaction sends a NOTIFY for its own
// rejection, and a reader that reads then gets this rejection and the rejections that the listing held back. An id
// whose transaction rolled back leaves no row and holds nothing back.
#include "arguments.hpp"
#include "pg/heap.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement rejections_statement{
    "SELECT r.* FROM jb_rejection r WHERE r.id > $1 AND r.id < $2 ORDER BY r.id LIMIT $3", {INT8OID, INT8OID, INT4OID}};
constinit pg::Statement of_calendar_statement{
    "SELECT r.* FROM (SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $4 AND c.id > $1 AND c.id < $2"
    " ORDER BY c.id LIMIT $3) c JOIN jb_rejection r ON r.id = c.id ORDER BY r.id",
    {INT8OID, INT8OID, INT4OID, TEXTOID}};

/// The calendar whose rejections are asked for; nullopt for all. Version 1.0 declares no such argument.
std::optional<std::string> calendar_of(const Arguments& arguments) {
  return arguments.count() > 2 ? arguments.text(2) : std::nullopt;
}

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

Datum rejections_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto after = arguments.bigint(0).value_or(0);
  const auto max_rows = arguments.max_rows(1);
  const auto calendar = calendar_of(arguments);
  RowSet rows(info);
  pg::Session session;
  rows.add(calendar ? rejections_of(*calendar, after, max_rows) : all_rejections(after, max_rows));
  session.finish();
  return rows.done();
}

constinit pg::Statement last_rejections_statement{
    "SELECT r.id FROM jb_rejection r ORDER BY r.id DESC OFFSET $1 LIMIT 1", {INT4OID}};
constinit pg::Statement last_of_calendar_statement{
    "SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $2 ORDER BY c.id DESC OFFSET $1 LIMIT 1",
    {INT4OID, TEXTOID}};

Datum rejections_after_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto last = arguments.integer(0).value_or(0);
  Validation validation;
  if (last < 0 || last > 1000) validation.refuse("last", std::to_string(last), "it must be from 0 to 1000");
  validation.raise();
  pg::Session session;
  const auto rows = arguments.is_null(1) ? last_rejections_statement.run({pg::from_int(last)}, pg::Snapshot::callers)
                                         : last_of_calendar_statement.run({pg::from_int(last), arguments.param(1)},
                                                                          pg::Snapshot::callers);
  const auto id = rows.empty() ? 0 : pg::to_id(*rows.at(0, 1));
  session.finish();
  return pg::from_id(id);
}

// The gateway wakes those who wait by these numbers, whoever they are: each then asks for itself.
constinit pg::Statement last_numbers_statement{
    "SELECT w.calendar, CASE WHEN w.calendar = '' THEN (SELECT coalesce(sum(l.id), 0)::bigint"
    "    FROM (SELECT id FROM jb_change_log WHERE id IS NOT NULL ORDER BY id DESC LIMIT 1000) AS l)"
    "   ELSE coalesce(k.change_seq, CASE WHEN w.calendar = 'ceo' THEN 0 END) END"
    "  FROM unnest($1) AS w (calendar) LEFT JOIN jb_calendar AS c ON c.name = w.calendar"
    "  LEFT JOIN jb_calendar_lock AS k ON k.id = c.id",
    {TEXTARRAYOID}};

Datum last_numbers_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  pg::Session session;
  rows.add(last_numbers_statement.run({arguments.param(0)}, pg::Snapshot::callers));
  if (const auto after = arguments.bigint(1)) {
    const auto readable = all_rejections(*after, 1000);
    const auto count = readable.size();
    rows.add({pg::Param(), count == 0 ? pg::Param() : pg::Param(*readable.at(count - 1, 1))});
  }
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_rejections_after, jb::sql::rejections_after_body)
JB_FUNCTION(jb_last_numbers, jb::sql::last_numbers_body)
JB_FUNCTION(jb_rejections, jb::sql::rejections_body)
