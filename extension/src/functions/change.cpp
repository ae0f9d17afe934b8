// SPDX-License-Identifier: PostgreSQL
//
// Changes of one calendar, and the history of one event, read from the numbered log.
#include <algorithm>

#include "call.hpp"
#include "pg/schema.hpp"
#include "reading.hpp"
#include "store/unclaimed.hpp"

namespace jb::functions {

namespace {

// seq has no gap, so a range of seq is a page. A LIMIT instead would make PostgreSQL sort the rest of the history
// first.
constinit pg::Statement changes_statement{
    "SELECT v.* FROM jb_change_row v WHERE v.calendar = $1 AND v.seq > $2 AND v.seq <= $3 ORDER BY v.seq"};
// The index by event has all changes but the first ones, which are found by their numbers.
constinit pg::Statement history_statement{
    "SELECT v.* FROM ("
    " SELECT l.* FROM (SELECT g.calendar, g.seq FROM jb_change_log g WHERE g.event_id = $1 AND g.version > 1) f"
    "  JOIN jb_calendar c ON c.id = f.calendar"
    "  CROSS JOIN LATERAL (SELECT l.* FROM jb_change_row l WHERE l.calendar = c.name AND l.seq = f.seq OFFSET 0) l"
    " UNION ALL"
    " SELECT h.* FROM ("
    "  SELECT l.calendar, l.seq FROM jb_change_log l WHERE l.event_id = $1 AND l.version = 1 AND l.id = coalesce("
    "   (SELECT e.first_change FROM jb_event e WHERE e.id = $1),"
    "   (SELECT d.first_change FROM jb_change_log d WHERE d.event_id = $1 AND d.version > 1"
    "     AND d.first_change IS NOT NULL LIMIT 1))) f"
    "  JOIN jb_calendar c ON c.id = f.calendar"
    "  CROSS JOIN LATERAL (SELECT l.* FROM jb_change_row l WHERE l.calendar = c.name AND l.seq = f.seq OFFSET 0) h) v "
    "WHERE v.event_id = $1 "
    "ORDER BY v.version, v.calendar, v.seq"};
// The events of a calendar at change $2, reckoned backwards from the present, since old history may be purged. An
// event with changes after $2 stood where the first of these changes found it (old_range, old_status). An event
// without changes after $2 stands now where it stood then. Stored events are found as in jb_events: by their claims,
// by jb_event_ended and by jb_event_timeless. Of an event on an attendee's calendar that the caller may not read only
// the time that it takes is told.
constinit pg::Statement events_at_statement{
    "SELECT CASE WHEN s.reads THEN s.id END, s.start_timestamp, s.end_timestamp, CASE WHEN s.reads THEN s.status END"
    " FROM ("
    " SELECT l.event_id AS id, lower(l.old_range) AS start_timestamp, upper(l.old_range) AS end_timestamp,"
    "  l.old_status AS status, l.named IS NULL OR jb_sight("
    "   ARRAY(SELECT k.name FROM jb_calendar k WHERE k.id = ANY (l.named))) IS NOT DISTINCT FROM 'read' AS reads"
    "  FROM (SELECT DISTINCT ON (event_id) * FROM jb_change_log WHERE calendar = $1 AND seq > $2"
    "        ORDER BY event_id, seq) l"
    "  WHERE l.old_status IS NOT NULL"
    " UNION ALL"
    " SELECT e.id, e.start_timestamp, e.end_timestamp, e.status,"
    "  $3 = ANY (e.calendars) OR jb_sight(e.calendars) IS NOT DISTINCT FROM 'read' FROM ("
    "  SELECT c.event_id AS id FROM jb_claim c WHERE c.calendar = $1"
    "  UNION ALL"
    "  SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$3") " AND u.start_timestamp IS NOT NULL"
    "  UNION ALL"
    "  SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$3") " AND u.start_timestamp IS NULL) found"
    "  JOIN jb_event e ON e.id = found.id"
    "  WHERE NOT EXISTS (SELECT FROM jb_change_log l WHERE l.calendar = $1 AND l.seq > $2 AND l.event_id = e.id)) s "
    "WHERE s.reads OR s.status IN ('scheduled', 'held') "
    "ORDER BY s.start_timestamp NULLS LAST, s.id"};
constinit pg::Statement marks_statement{
    "SELECT c.id, c.purged_seq, k.change_seq FROM jb_calendar c JOIN jb_calendar_lock k USING (id) WHERE c.name = $1"};

/// The changes that are kept of a calendar's history: those after `purged`, up to `last`. `ceo` has no changes before
/// it is made.
struct Marks {
  std::string name;  ///< of the calendar
  int calendar = 0;
  std::int64_t purged = 0;
  std::int64_t last = 0;
};

Marks marks_of(const std::string& calendar, Right right = Right::busy) {
  const auto name = require_named_calendar(calendar, right).name;
  const auto rows = marks_statement.run({name}, pg::Snapshot::callers);
  if (rows.empty()) return {name};
  return {name, pg::to_int(*rows.at(0, 1)), pg::to_id(*rows.at(0, 2)), pg::to_id(*rows.at(0, 3))};
}

Failure not_kept(const std::string& message, const std::string& detail) {
  return {Error::history_purged, message, detail,
          "Take the number of the last change, which jb_changes_after() tells, then read the events, and go on from "
          "that number."};
}

/// Refuses to read from a `seq` beyond the calendar's last change (rule 4.8). Such a reader has read changes that a
/// restore took back. New changes get the same numbers again, and the reader would skip them as known; an empty answer
/// would look like a calendar on which nothing happened.
void check_not_ahead(const Marks& marks, std::int64_t seq) {
  if (seq > marks.last)
    throw not_kept("calendar \"" + marks.name + "\" has no change " + std::to_string(seq) + ", its last one is " +
                       std::to_string(marks.last),
                   "It has been restored as it was before, or the number is none that it gave.");
}

/// Refuses to read from a `seq` whose next changes have been purged (rule 4.8).
void check_kept(const Marks& marks, std::int64_t seq) {
  if (std::max<std::int64_t>(seq, 0) < marks.purged)
    throw not_kept(
        "the changes of calendar \"" + marks.name + "\" up to " + std::to_string(marks.purged) + " have been purged",
        "History was asked for from " + std::to_string(seq) + " on.");
}

}  // namespace

JB_CONNECTED_ROWS(jb_changes) {
  const auto after = arguments.bigint("after");
  const auto max_rows = arguments.max_rows();
  const auto marks = marks_of(arguments.word("calendar"));
  if (after) {
    check_not_ahead(marks, *after);
    check_kept(marks, *after);
  }
  const auto from = std::max(after.value_or(marks.purged), marks.purged);
  const auto to = std::min(from + max_rows, marks.last);
  rows.add(changes_statement.run({marks.name, from, to}, pg::Snapshot::callers));
}

JB_CONNECTED(jb_changes_after, std::int64_t) {
  const auto last = arguments.last();
  const auto marks = marks_of(arguments.word("calendar"));
  return std::max(marks.purged, marks.last - last);
}

JB_CONNECTED_ROWS(jb_events_at) {
  const auto seq = arguments.bigint("seq");
  const auto marks = marks_of(arguments.word("calendar"), Right::read);
  if (!seq || *seq < 0 || *seq > marks.last)
    throw invalid("seq", seq ? std::to_string(*seq) : "NULL",
                  "it must be from " + std::to_string(marks.purged) + " to " + std::to_string(marks.last));
  check_kept(marks, *seq);
  rows.add(events_at_statement.run({marks.calendar, *seq, marks.name}, pg::Snapshot::callers));
}

JB_CONNECTED_ROWS(jb_history) {
  const auto id = arguments.event_id();
  const auto changes = history_statement.run({id}, pg::Snapshot::callers);
  rows.add(changes);
  if (changes.empty()) readable_event(id);
}

}  // namespace jb::functions
