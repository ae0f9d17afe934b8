// SPDX-License-Identifier: PostgreSQL
//
// The changes of all calendars, in an order in which nothing is skipped (rule 4.28).
//
// The order is that of the changes' numbers (jb_change_log.id), which each call draws while it holds the locks of its
// calendars: so the changes of a calendar come in the order of seq, and the changes of an event in the order of
// version. Transactions commit in any order; core/event/change_cursor.hpp tells how the cursor keeps what is missing.
#include "arguments.hpp"
#include "core/event/change_cursor.hpp"
#include "pg/log_place.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

// Three scans of the index on numbers: the rest of a change that has a row on several calendars, what was missing and
// has come, and what comes after. The row itself is the view's, and is looked up for the rows of the page only.
constinit pg::Statement all_page_statement{
    "SELECT p.id, p.calendar, (SELECT v FROM jb_change v JOIN jb_calendar k ON k.name = v.calendar"
    "                           WHERE k.id = p.calendar AND v.seq = p.seq) FROM ("
    " (SELECT 1 AS part, l.id, l.calendar, l.seq FROM jb_change_log l WHERE l.id = $3 AND l.calendar > $4)"
    " UNION ALL"
    " (SELECT 2, l.* FROM unnest($1, $2) AS o (first, last) CROSS JOIN LATERAL (SELECT l.id, l.calendar, l.seq"
    "   FROM jb_change_log l WHERE l.id >= o.first AND l.id <= o.last ORDER BY l.id, l.calendar LIMIT $6) l"
    "   ORDER BY l.id, l.calendar LIMIT $6)"
    " UNION ALL"
    " (SELECT 3, l.id, l.calendar, l.seq FROM jb_change_log l WHERE l.id > $5 ORDER BY l.id, l.calendar LIMIT $6)) p "
    "ORDER BY p.part, p.id, p.calendar LIMIT $6",
    {INT8ARRAYOID, INT8ARRAYOID, INT8OID, INT4OID, INT8OID, INT4OID}};
constinit pg::Statement all_marks_statement{
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, greatest(0,"
    " (SELECT max(c.purged_change) FROM jb_calendar c), (SELECT max(p.purged_change) FROM jb_calendar_past p))",
    {}};
constinit pg::Statement from_end_statement{
    "SELECT l.id, l.calendar FROM jb_change_log l WHERE l.id IS NOT NULL ORDER BY l.id DESC, l.calendar DESC"
    " OFFSET $1 LIMIT 1",
    {INT4OID}};
constinit pg::Statement missing_statement{
    "SELECT n.id FROM generate_series(greatest($1 - 1000, 1), $1 - 1) AS n (id)"
    " WHERE NOT EXISTS (SELECT FROM jb_change_log l WHERE l.id = n.id) ORDER BY n.id DESC",
    {INT8OID}};

/// What is known when a listing begins.
struct Present {
  ChangeCursor beginning;  ///< the cursor before all changes
  Transactions transactions;
};

Present present() {
  const auto place = pg::log_place();
  const auto marks = all_marks_statement.run({}, pg::Snapshot::callers);
  Present now;
  now.beginning.log = pg::identity_of("jb_change_log");
  now.beginning.timeline = place.timeline;
  now.beginning.position = place.position;
  now.beginning.purged = pg::to_id(*marks.at(0, 2));
  now.transactions = {static_cast<std::uint64_t>(pg::to_id(*marks.at(0, 1))), pg::next_transaction()};
  return now;
}

Failure lost(const std::string& message, const std::string& detail) {
  return {Error::history_purged, message, detail,
          "Read the events by jb_events(), and go on from a cursor that jb_changes_cursor() has made before."};
}

/// The cursor of `text`, brought up to the present. Errors: 22023; JB410 where the listing could skip a change.
ChangeCursor cursor_from(const std::string& text, const Present& now) {
  auto cursor = parse_change_cursor(text);
  if (!cursor) {
    Validation validation;
    validation.refuse("after", text, "it must be a cursor that jb_changes_all() has returned");
    throw validation.failure();
  }
  if (cursor->log != now.beginning.log)
    throw lost("the cursor \"" + text + "\" belongs to another database",
               "Or this database was restored from a dump, or upgraded, since the cursor was made.");
  if (!pg::is_kept({cursor->timeline, cursor->position}))
    throw lost("the cursor \"" + text + "\" is ahead of this database",
               "The server was promoted or restored, and does not have all changes that the reader has seen.");
  if (cursor->has_lost(now.beginning.purged))
    throw lost("changes after the cursor \"" + text + "\" have been purged",
               "History was purged up to number " + std::to_string(now.beginning.purged) + ".");
  cursor->timeline = now.beginning.timeline;
  cursor->position = now.beginning.position;
  cursor->purged = now.beginning.purged;
  return *cursor;
}

pg::Rows page_after(const ChangeCursor& cursor, int max_rows) {
  std::vector<std::int64_t> firsts, lasts;
  for (const auto& range : cursor.open) {
    firsts.push_back(range.first);
    lasts.push_back(range.last);
  }
  return all_page_statement.run({pg::from_ids(firsts), pg::from_ids(lasts), pg::from_id(cursor.within),
                                 pg::from_int(cursor.calendar), pg::from_id(cursor.last), pg::from_int(max_rows)},
                                pg::Snapshot::callers);
}

Datum changes_all_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto after = arguments.text(0);
  const auto max_rows = arguments.max_rows(1);
  RowSet rows(info);
  pg::Session session;
  const auto now = present();
  auto cursor = after ? cursor_from(*after, now) : now.beginning;
  const auto page = page_after(cursor, max_rows);
  for (std::uint64_t i = 0; i < page.size(); ++i) {
    if (!cursor.pass(pg::to_id(*page.at(i, 1)), pg::to_int(*page.at(i, 2)), now.transactions)) break;
    if (const auto change = page.at(i, 3)) rows.add({*change, pg::from_text(change_cursor_text(cursor))});
  }
  session.finish();
  return rows.done();
}

/// The cursor after a row, for a reader who has not seen what comes before the row: of what is missing there, the last
/// numbers may belong to transactions that are open now.
ChangeCursor cursor_at(std::int64_t number, int calendar, const Present& now) {
  auto cursor = now.beginning;
  cursor.last = cursor.within = number;
  cursor.calendar = calendar;
  if (now.transactions.oldest >= now.transactions.next) return cursor;
  const auto missing = missing_statement.run({pg::from_id(number)}, pg::Snapshot::callers);
  for (std::uint64_t i = 0; i < missing.size(); ++i) {
    const auto id = pg::to_id(*missing.at(i, 1));
    if (!cursor.open.empty() && cursor.open.back().first == id + 1)
      cursor.open.back().first = id;
    else if (cursor.open.size() < ChangeCursor::kMostOpen)
      cursor.open.push_back({id, id, now.transactions.next});
  }
  std::reverse(cursor.open.begin(), cursor.open.end());
  return cursor;
}

Datum changes_cursor_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto last = arguments.integer(0).value_or(0);
  Validation validation;
  if (last < 0 || last > 1000) validation.refuse("last", std::to_string(last), "it must be from 0 to 1000");
  validation.raise();
  pg::Session session;
  const auto now = present();
  const auto row = from_end_statement.run({pg::from_int(last)}, pg::Snapshot::callers);
  const auto cursor = row.empty() ? now.beginning : cursor_at(pg::to_id(*row.at(0, 1)), pg::to_int(*row.at(0, 2)), now);
  const auto text = change_cursor_text(cursor);
  session.finish();
  return pg::from_text(text);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_changes_all, jb::sql::changes_all_body)
JB_FUNCTION(jb_changes_cursor, jb::sql::changes_cursor_body)
