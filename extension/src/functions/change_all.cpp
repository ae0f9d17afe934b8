// SPDX-License-Identifier: PostgreSQL
//
// The changes of all calendars, in an order in which nothing is skipped (rule 4.28).
//
// The order is that of the changes' numbers (jb_change_log.id), which each call draws while it holds the locks of its
// calendars: so the changes of a calendar come in the order of seq, and the changes of an event in the order of
// version. Transactions commit in any order; core/event/change_cursor.hpp tells how the cursor keeps what is missing.
#include <algorithm>
#include <limits>

#include "call.hpp"
#include "core/event/change_cursor.hpp"
#include "pg/heap.hpp"
#include "pg/log_place.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

// Three scans of the index on numbers: the rest of a change that has a row on several calendars, what was missing and
// has come, and what comes after. The row itself is the view's, and is looked up for the rows of the page only.
constinit pg::Statement all_page_statement{
    "SELECT p.id, p.calendar, (SELECT w.v FROM jb_calendar k CROSS JOIN LATERAL"
    "    (SELECT ROW(v.*)::jb_change AS v FROM jb_change_row v WHERE v.calendar = k.name AND v.seq = p.seq OFFSET 0) w "
    "WHERE k.id = p.calendar) "
    "FROM ("
    " (SELECT 1 AS part, l.id, l.calendar, l.seq FROM jb_change_log l WHERE l.id = $3 AND l.calendar > $4)"
    " UNION ALL"
    " (SELECT 2, l.* FROM unnest($1, $2) AS o (first, last) CROSS JOIN LATERAL (SELECT l.id, l.calendar, l.seq"
    "   FROM jb_change_log l WHERE l.id >= o.first AND l.id <= o.last ORDER BY l.id, l.calendar LIMIT $6) l"
    "   ORDER BY l.id, l.calendar LIMIT $6)"
    " UNION ALL"
    " (SELECT 3, l.id, l.calendar, l.seq FROM jb_change_log l WHERE l.id > $5 ORDER BY l.id, l.calendar LIMIT $6)) p "
    "ORDER BY p.part, p.id, p.calendar LIMIT $6"};
constinit pg::Statement all_marks_statement{
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, greatest(0,"
    " (SELECT max(c.purged_change) FROM jb_calendar c), (SELECT max(p.purged_change) FROM jb_calendar_past p))"};
constinit pg::Statement from_end_statement{
    "SELECT l.id, l.calendar FROM jb_change_log l ORDER BY l.id DESC, l.calendar DESC"
    " OFFSET $1 LIMIT 1"};
// Where the caller may not see every change: of the last thousand.
constinit pg::Statement from_seen_end_statement{
    "SELECT f.id, f.calendar FROM (SELECT l.id, l.calendar, row_number() OVER w AS n,"
    "   count(*) FILTER (WHERE jb_sight(l.names) IS NOT NULL) OVER w AS seen"
    "  FROM (SELECT l.id, l.calendar, ARRAY[c.name] AS names FROM jb_change_log l JOIN jb_calendar c ON c.id = "
    "l.calendar"
    "   ORDER BY l.id DESC, l.calendar DESC LIMIT 1000) l"
    "  WINDOW w AS (ORDER BY l.id DESC, l.calendar DESC)) f"
    " WHERE f.seen > $1 OR f.n = 1000 ORDER BY f.n LIMIT 1"};
// The last ranges of numbers that are missing among the last thousand rows.
constinit pg::Statement missing_statement{
    "SELECT g.first, g.last"
    " FROM (SELECT lag(l.id) OVER (ORDER BY l.id) + 1 AS first, l.id - 1 AS last, count(*) OVER () AS n"
    "  FROM ((SELECT id FROM jb_change_log WHERE id <= $1 ORDER BY id DESC LIMIT 1000) UNION ALL SELECT 0) AS l) AS g"
    " WHERE g.first <= g.last AND (g.first > 1 OR g.n <= 1000) ORDER BY g.last DESC LIMIT $2"};

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
          "Take a cursor by jb_changes_cursor(), then read the events, and go on from the cursor."};
}

/// The cursor of `text`, brought up to the present. Errors: 22023; JB410 where the listing could skip a change.
ChangeCursor cursor_from(const std::string& text, const Present& now) {
  auto cursor = parse_change_cursor(text);
  if (!cursor) throw invalid("after", text, "it must be the cursor of a change seen");
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
  return all_page_statement.run({firsts, lasts, cursor.within, cursor.calendar, cursor.last, max_rows},
                                pg::Snapshot::callers);
}

/// How many changes that the caller may not see one call passes over, and in how many pages, before it answers with its
/// place alone.
constexpr int kMostPassed = 1000, kMostPages = 10;

/// The numbers below `number` that may still come, in order: of the rows that open transactions have written, however
/// far back, and the last missing ones, which may have been drawn for a row that is not written yet.
std::vector<OpenNumbers> may_come(std::int64_t number, const Present& now) {
  constexpr int most = ChangeCursor::kMostOpen / 2;
  const auto missing = missing_statement.run({number, most}, pg::Snapshot::callers);
  auto ranges = missing.map([&](auto row) {
    return OpenNumbers{pg::to_id(*missing.at(row, 1)), pg::to_id(*missing.at(row, 2)), now.transactions.next};
  });
  for (const auto id : pg::all_unseen("jb_change_log", "id"))
    if (id < number) ranges.push_back({id, id, now.transactions.next});
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return ranges;
}

/// The cursor after a row, for a reader who has not seen what comes before the row. Where more may still come there
/// than a cursor holds, it stands earlier: the reader gets more than it asked for, and misses nothing.
ChangeCursor cursor_at(std::int64_t number, int calendar, const Present& now) {
  auto cursor = now.beginning;
  cursor.last = cursor.within = number;
  cursor.calendar = calendar;
  if (now.transactions.oldest >= now.transactions.next) return cursor;
  for (const auto& range : may_come(number, now)) {
    if (!cursor.open.empty() && range.first <= cursor.open.back().last + 1) {
      cursor.open.back().last = std::max(cursor.open.back().last, range.last);
    } else if (cursor.open.size() < ChangeCursor::kMostOpen) {
      cursor.open.push_back(range);
    } else {
      cursor.last = cursor.within = range.first - 1;
      cursor.calendar = std::numeric_limits<int>::max();
      break;
    }
  }
  return cursor;
}

}  // namespace

JB_CONNECTED_ROWS(jb_changes_all) {
  const auto after = arguments.text("after");
  const auto max_rows = arguments.max_rows();
  const auto now = present();
  auto cursor = after ? cursor_from(*after, now) : now.beginning;
  bool ends_unseen = false;  // whether the last change that the cursor has passed is not among the rows
  bool goes_on = true;
  for (int pages = 1; goes_on; ++pages) {
    const auto page = page_after(cursor, max_rows);
    const bool is_full = page.size() == static_cast<std::uint64_t>(max_rows);
    goes_on = is_full && pages < kMostPages && pages * max_rows < kMostPassed;
    for (std::uint64_t i = 0; i < page.size(); ++i) {
      if (!cursor.pass(pg::to_id(*page.at(i, 1)), pg::to_int(*page.at(i, 2)), now.transactions)) {
        goes_on = false;
        break;
      }
      const auto change = page.param(i, 3);
      ends_unseen = change.is_null;
      if (change.is_null) continue;
      rows.add({change, change_cursor_text(cursor)});
      goes_on = false;
    }
  }
  // Others' changes stand between: the place behind them, so that nobody reads them again.
  if (ends_unseen) rows.add({pg::Param(), change_cursor_text(cursor)});
}

JB_CONNECTED(jb_changes_cursor, std::string) {
  const auto last = arguments.last();
  const auto now = present();
  auto& from_end = last == 0 || rights_are_open() ? from_end_statement : from_seen_end_statement;
  const auto row = from_end.run({last}, pg::Snapshot::callers);
  const auto cursor = row.empty() ? now.beginning : cursor_at(pg::to_id(*row.at(0, 1)), pg::to_int(*row.at(0, 2)), now);
  return change_cursor_text(cursor);
}

}  // namespace jb::functions
