// SPDX-License-Identifier: PostgreSQL
//
// Changes of one calendar, and the history of one event, read from the numbered log.
#include <algorithm>

#include "arguments.hpp"
#include "pg/schema.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/unclaimed.hpp"

namespace jb::sql {

namespace {

// seq has no gap, so a range of seq is a page. A LIMIT instead would make PostgreSQL sort the rest of the history
// first.
constinit pg::Statement changes_statement{
    "SELECT v.* FROM jb_change_row v WHERE v.calendar = $1 AND v.seq > $2 AND v.seq <= $3 ORDER BY v.seq",
    {TEXTOID, INT8OID, INT8OID}};
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
    "ORDER BY v.version, v.calendar, v.seq",
    {INT8OID}};
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
    "ORDER BY s.start_timestamp NULLS LAST, s.id",
    {INT4OID, INT8OID, TEXTOID}};
constinit pg::Statement marks_statement{
    "SELECT c.id, c.purged_seq, k.change_seq FROM jb_calendar c JOIN jb_calendar_lock k USING (id) WHERE c.name = $1",
    {TEXTOID}};

/// The changes that are kept of a calendar's history: those after `purged`, up to `last`. `ceo` has no changes before
/// it is made.
struct Marks {
  int calendar = 0;
  std::int64_t purged = 0;
  std::int64_t last = 0;
};

Marks marks_of(const std::string& calendar, Right right = Right::busy) {
  require_named_calendar(calendar, right);
  const auto rows = marks_statement.run({pg::from_text(calendar)}, pg::Snapshot::callers);
  if (rows.empty()) return {};
  return {pg::to_int(*rows.at(0, 1)), pg::to_id(*rows.at(0, 2)), pg::to_id(*rows.at(0, 3))};
}

/// Refuses to read from a `seq` beyond the calendar's last change (rule 4.8). Such a reader has read changes that a
/// restore took back. New changes get the same numbers again, and the reader would skip them as known; an empty answer
/// would look like a calendar on which nothing happened.
void check_not_ahead(const std::string& calendar, const Marks& marks, std::int64_t seq) {
  if (seq <= marks.last) return;
  throw Failure(Error::history_purged,
                "calendar \"" + calendar + "\" has no change " + std::to_string(seq) + ", its last one is " +
                    std::to_string(marks.last),
                "It has been restored as it was before.",
                "Read change_seq of jb_calendar(), then the events by jb_events(), and go on from that change_seq.");
}

/// Refuses to read from a `seq` whose next changes have been purged (rule 4.8).
void check_kept(const std::string& calendar, const Marks& marks, std::int64_t seq) {
  if (std::max<std::int64_t>(seq, 0) >= marks.purged) return;
  throw Failure(
      Error::history_purged,
      "the changes of calendar \"" + calendar + "\" up to " + std::to_string(marks.purged) + " have been purged",
      "History was asked for from " + std::to_string(seq) + " on.",
      "Read change_seq of jb_calendar(), then the events by jb_events(), and go on from that change_seq.");
}

Datum changes_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto calendar = arguments.text(0).value_or("");
  const auto after = arguments.bigint(1);
  const auto max_rows = arguments.max_rows(2);
  RowSet rows(info);
  pg::Session session;
  const auto marks = marks_of(calendar);
  if (after) {
    check_not_ahead(calendar, marks, *after);
    check_kept(calendar, marks, *after);
  }
  const auto from = std::max(after.value_or(marks.purged), marks.purged);
  const auto to = std::min(from + max_rows, marks.last);
  rows.add(changes_statement.run({pg::from_text(calendar), pg::from_id(from), pg::from_id(to)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

Datum changes_after_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto last = arguments.last(1);
  pg::Session session;
  const auto marks = marks_of(arguments.text(0).value_or(""));
  session.finish();
  return pg::from_id(std::max(marks.purged, marks.last - last));
}

Datum events_at_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto calendar = arguments.text(0).value_or("");
  const auto seq = arguments.bigint(1);
  RowSet rows(info);
  pg::Session session;
  const auto marks = marks_of(calendar, Right::read);
  if (!seq || *seq < 0 || *seq > marks.last) {
    Validation validation;
    validation.refuse("seq", seq ? std::to_string(*seq) : "NULL",
                      "it must be from " + std::to_string(marks.purged) + " to " + std::to_string(marks.last));
    throw validation.failure();
  }
  check_kept(calendar, marks, *seq);
  rows.add(events_at_statement.run({pg::from_int(marks.calendar), pg::from_id(*seq), pg::from_text(calendar)},
                                   pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

Datum history_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto id = arguments.event_id(0);
  RowSet rows(info);
  pg::Session session;
  const auto changes = history_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  rows.add(changes);
  if (changes.empty()) require_event(id);
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_changes, jb::sql::changes_body)
JB_FUNCTION(jb_changes_after, jb::sql::changes_after_body)
JB_FUNCTION(jb_history, jb::sql::history_body)
JB_FUNCTION(jb_events_at, jb::sql::events_at_body)
