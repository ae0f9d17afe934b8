// SPDX-License-Identifier: PostgreSQL
//
// Reading rejections by id without skipping a rejection (rule 4.6).
//
// Each id is drawn and its row written under one short lock (PgStore::reject), but transactions commit in any order. A
// reader that went on from the greatest id it has seen would skip a smaller id whose transaction commits late. So the
// listing stops before the first row of an open transaction that the reader may see. The commit of this transaction
// sends a NOTIFY for its own rejection, and a reader that reads then gets this rejection and the rejections that the
// listing held back. An id whose transaction rolled back leaves no row and holds nothing back.
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
// (event_id tells requests from events, whose rejections name whoever caused them). The rejection of an event holds the
// whole event, and its calendars are those that were wished: the event itself must be readable, too. `asking`: the
// parameter of who asks.
#define JB_IS_SEEN(asking)                                                                                             \
  "((jb_sight(r.calendars) IS NOT DISTINCT FROM 'read' AND NOT EXISTS (SELECT FROM jb_event o WHERE o.id = r.event_id" \
  "   AND jb_sight(o.calendars, o.attendee_calendars) IS DISTINCT FROM 'read'))"                                       \
  " OR (r.principal = " asking " AND r.event_id IS NULL))"

// Of these, what tells of events that may not be read is taken out: their ids, and a sentence that may name them. So
// are the facts of another's request that hold a setting, which may be that of a calendar of which the caller may not
// know when it is taken. The rejections of a calendar that the caller may not read are looked for among all rejections,
// as those of a calendar that does not exist are: so nobody learns by how far a call got whether there is such a
// calendar.
#define JB_SEEN_OF(seen, found)                                                                                 \
  "SELECT s.* FROM (SELECT r.*, " JB_IS_SEEN("$4") seen                                                         \
      " AS is_seen,"                                                                                            \
      " ARRAY(SELECT u.id FROM unnest(r.conflicts) WITH ORDINALITY AS u (id, n) JOIN jb_event e ON e.id = u.id" \
      "   WHERE jb_sight(e.calendars, e.attendee_calendars) = 'read' ORDER BY u.n) AS named,"                   \
      " r.principal = $4 OR NOT r.facts ?| '{calendar,limit,slot_increment}' OR NOT EXISTS (SELECT FROM"        \
      "   unnest(r.calendars || array_remove(ARRAY[r.facts ->> 'calendar'], NULL)) AS u (name)"                 \
      "   WHERE NOT jb_may(u.name, 'busy')) AS is_told"                                                         \
      " FROM (" found ") r) s ORDER BY s.id"
constinit pg::Statement seen_statement{
    JB_SEEN_OF(" AND ($5 IS NULL OR $5 = ANY (r.calendars))",
               "SELECT r.* FROM jb_rejection r WHERE r.id > $1 AND r.id < $2 ORDER BY r.id LIMIT $3"),
    {INT8OID, INT8OID, INT4OID, TEXTOID, TEXTOID}};
constinit pg::Statement seen_of_calendar_statement{
    JB_SEEN_OF("",
               "SELECT r.* FROM (SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $5 AND c.id > $1"
               " AND c.id < $2 ORDER BY c.id LIMIT $3) c JOIN jb_rejection r ON r.id = c.id"),
    {INT8OID, INT8OID, INT4OID, TEXTOID, TEXTOID}};
#undef JB_SEEN_OF

/// The places of jb_rejection's columns, and of those that the statement adds.
constexpr int kEvent = 3, kCalendars = 4, kDetail = 6, kPrincipal = 8, kConflicts = 9, kFacts = 10, kShown = 11,
              kColumns = 12, kIsSeen = 13, kNamed = 14, kIsTold = 15;

/// How many rejections one call looks at where the caller may not see every one.
constexpr int kMostLookedAt = 1000;

/// A rejection without what tells of events and settings that the caller may not read.
std::vector<pg::Param> seen_columns(const pg::Rows& found, std::uint64_t row) {
  std::vector<pg::Param> columns(kColumns);
  for (int column = 1; column <= kShown; ++column)
    if (const auto value = found.at(row, column)) columns[column - 1] = *value;
  const auto all = pg::to_items(columns[kConflicts - 1].value).size();
  const auto named = *found.at(row, kNamed);
  if (pg::to_items(named).size() != all) {
    columns[kConflicts - 1] = named;
    columns[kDetail - 1] = pg::from_text("The time is taken.");
  }
  if (!pg::to_bool(*found.at(row, kIsTold))) {
    columns[kFacts - 1] = pg::from_jsonb_text("{}");
    columns[kDetail - 1] = pg::from_text("A calendar does not allow it.");
  }
  return columns;
}

/// Whether the rejections of a calendar are listed by themselves.
bool is_readable(const std::optional<std::string>& calendar) { return calendar && may_any(Right::read, {*calendar}); }

/// As JB_IS_SEEN, but for the event, which may be as unseen as the row.
bool may_be_shown(const pg::UnseenRow& row) {
  return may_any(Right::read, pg::to_texts(*row.at(kCalendars))) ||
         (!row.at(kEvent) && pg::to_text(*row.at(kPrincipal)) == pg::asking_principal());
}

/// The next `most` rejections after `after`, up to the first of an open transaction that may be shown, so that no
/// stranger's transaction holds the listing back; each with whether it is shown.
pg::Rows next_rejections(const std::optional<std::string>& calendar, std::int64_t after, int most) {
  const Datum asking = pg::from_text(pg::asking_principal());
  const pg::Param name = pg::optional_param(calendar, [](const auto& text) { return pg::from_text(text); });
  const bool is_own = is_readable(calendar);
  const auto border =
      is_own ? pg::first_unseen("jb_rejection_calendar", "jb_rejection_calendar_pkey", name.value, after, most)
             : pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, after, most, may_be_shown);
  auto& statement = is_own ? seen_of_calendar_statement : seen_statement;
  return statement.run({pg::from_id(after), pg::from_id(border.value_or(kNoBorder)), pg::from_int(most), asking, name},
                       pg::Snapshot::callers);
}

/// A row that tells nothing but an id: how far was looked among what the caller may not see.
std::vector<pg::Param> place_columns(std::int64_t id) {
  std::vector<pg::Param> columns(kColumns);
  columns[0] = pg::from_id(id);
  return columns;
}

/// Adds the rejections that the caller may see, in order of id. Where the search ends behind others' rejections, the
/// last row is a place_columns(): who goes on from the last id gets past these, however many there are.
void add_seen(RowSet& rows, const std::optional<std::string>& calendar, std::int64_t after, int max_rows) {
  bool is_hidden = false;
  int added = 0;
  for (int looked_at = 0; added < max_rows && looked_at < kMostLookedAt;) {
    const int page = std::min(std::max(max_rows, 100), kMostLookedAt - looked_at);
    const auto found = next_rejections(calendar, after, page);
    for (std::uint64_t i = 0; i < found.size() && added < max_rows; ++i) {
      after = pg::to_id(*found.at(i, 1));
      is_hidden = !pg::to_bool(found.at(i, kIsSeen).value());
      if (is_hidden) continue;
      rows.add(pg::Values(seen_columns(found, i)));
      ++added;
    }
    if (found.size() < static_cast<std::uint64_t>(page)) break;
    looked_at += page;
  }
  if (is_hidden) rows.add(pg::Values(place_columns(after)));
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

// The id of the last rejection that is `last` before the end; among the last thousand, where not every one is seen: the
// first of these, where no more are seen.
constinit pg::Statement last_rejections_statement{
    "SELECT r.id FROM jb_rejection r ORDER BY r.id DESC OFFSET $1 LIMIT 1", {INT4OID}};
constinit pg::Statement last_of_calendar_statement{
    "SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $2 ORDER BY c.id DESC OFFSET $1 LIMIT 1",
    {INT4OID, TEXTOID}};
constinit pg::Statement last_seen_statement{
    "SELECT f.id FROM (SELECT r.id, row_number() OVER w AS n, count(*) FILTER (WHERE " JB_IS_SEEN("$2")
    "   AND ($3 IS NULL OR $3 = ANY (r.calendars))) OVER w AS seen"
    "  FROM (SELECT r.* FROM jb_rejection r ORDER BY r.id DESC LIMIT 1000) r WINDOW w AS (ORDER BY r.id DESC)) f"
    " WHERE f.seen > $1 OR f.n = 1000 ORDER BY f.n LIMIT 1",
    {INT4OID, TEXTOID, TEXTOID}};
#undef JB_IS_SEEN

std::int64_t id_before_last(int last, const std::optional<std::string>& calendar) {
  const Datum count = pg::from_int(last);
  const pg::Param name = pg::optional_param(calendar, [](const auto& text) { return pg::from_text(text); });
  const auto found = [&] {
    if (is_readable(calendar)) return last_of_calendar_statement.run({count, name}, pg::Snapshot::callers);
    if (last == 0 || (!calendar && rights_are_open()))
      return last_rejections_statement.run({count}, pg::Snapshot::callers);
    const Datum asking = pg::from_text(pg::asking_principal());
    return last_seen_statement.run({count, asking, name}, pg::Snapshot::callers);
  }();
  return found.empty() ? 0 : pg::to_id(*found.at(0, 1));
}

/// `id`, or less, where a rejection up to it cannot be seen yet: the id before that one.
std::int64_t readable_up_to(std::int64_t id) {
  for (const auto unseen : pg::all_unseen("jb_rejection", "id")) id = std::min(id, unseen - 1);
  return id;
}

Datum rejections_after_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto last = arguments.last(0);
  pg::Session session;
  const auto id = readable_up_to(id_before_last(last, arguments.text(1)));
  session.finish();
  return pg::from_id(id);
}

// The whole of jb_rejections(), which each shard's part of the list over all shards has, too.
constinit pg::Statement with_cursor_statement{
    "SELECT CASE WHEN r.at IS NOT NULL THEN r END, r.id::text FROM jb_rejections($1, $2, NULL, $3) r",
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
    constexpr std::int64_t most = 1000;
    auto end = id_before_last(0, std::nullopt);
    if (const auto border = pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, end - most, most))
      end = std::min(end, *border - 1);
    rows.add({pg::Param(), end > *after ? pg::Param(pg::from_id(end)) : pg::Param(), pg::Param()});
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
