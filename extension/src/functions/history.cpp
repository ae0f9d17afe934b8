// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <charconv>
#include <limits>

#include "call.hpp"
#include "core/scheduling/store.hpp"
#include "pg/table.hpp"

namespace jb::functions {

// Changes of one calendar, and the history of one event, read from the numbered log.

namespace {

// seq has no gap, so a range of seq is a page. A LIMIT instead would make PostgreSQL sort the rest of the history
// first.
constinit auto changes_statement = pg::Statement<R"(
    SELECT v.* FROM jb_change_row v WHERE v.calendar = :calendar AND v.seq > :after AND v.seq <= :last
     ORDER BY v.seq)">();
// The index by event has all changes but the first of each event, which is found by its number.
constinit auto history_statement = pg::Statement<R"(
    SELECT v.*
      FROM (SELECT g.calendar, g.seq FROM jb_change_log g WHERE g.event_id = :event AND g.version > 1
             UNION ALL
            SELECT l.calendar, l.seq FROM jb_change_log l
             WHERE l.event_id = :event AND l.version = 1
               AND l.id = coalesce((SELECT e.first_change FROM jb_event e WHERE e.id = :event),
                                   (SELECT d.first_change FROM jb_change_log d
                                     WHERE d.event_id = :event AND d.version > 1 AND d.first_change IS NOT NULL
                                     LIMIT 1))) f
      JOIN jb_calendar c ON c.id = f.calendar
     CROSS JOIN LATERAL (SELECT l.* FROM jb_change_row l WHERE l.calendar = c.name AND l.seq = f.seq OFFSET 0) v
     WHERE v.event_id = :event ORDER BY v.version, v.calendar, v.seq)">();
// The last change of the event or, if there is none, of an event before it, with the calendars of a deleted event. So
// one row is read in any case (rule 13.5).
constinit auto latest_change_statement = pg::Statement<R"(
    SELECT l.event_id = :event, ARRAY(SELECT jsonb_array_elements_text(l.image -> 'calendars')), l.id
      FROM jb_change_log l WHERE l.event_id <= :event AND l.version > 1 ORDER BY l.event_id DESC, l.version DESC
     LIMIT 1)">(pg::Fetch::first_few);
// The calendars that a change names, by their ids: a later calendar of the same name is another.
constinit auto calendars_then_statement = pg::Statement<R"(
    SELECT c.name FROM jb_calendar c
     WHERE c.id IN (SELECT unnest(coalesce(l.named, ARRAY[l.calendar])) FROM jb_change_log l WHERE l.id = :change))">();
// The events of a calendar at change :seq, computed backwards from the present, since old history may be purged. An
// event with changes after :seq stood where the first of these changes found it (old_range, old_status). An event
// without changes after :seq still stands where it stood then. Stored events are found as in jb_events: by their
// claims, by jb_event_ended and by jb_event_timeless. If the caller may not read an event on an attendee's calendar,
// only the time that it takes is returned.
constinit auto events_at_statement = pg::Statement<R"(
    SELECT CASE WHEN s.reads THEN s.id END, s.start_timestamp, s.end_timestamp, CASE WHEN s.reads THEN s.status END
      FROM (SELECT l.event_id AS id, lower(l.old_range) AS start_timestamp, upper(l.old_range) AS end_timestamp,
                   l.old_status AS status,
                   l.named IS NULL OR jb_sight(ARRAY(SELECT k.name FROM jb_calendar k WHERE k.id = ANY (l.named)))
                                        IS NOT DISTINCT FROM 'read' AS reads
              FROM (SELECT DISTINCT ON (event_id) * FROM jb_change_log
                     WHERE calendar = :calendar AND seq > :seq ORDER BY event_id, seq) l
             WHERE l.old_status IS NOT NULL
             UNION ALL
            SELECT e.id, e.start_timestamp, e.end_timestamp, e.status,
                   :name = ANY (e.calendars) OR jb_sight(e.calendars) IS NOT DISTINCT FROM 'read'
              FROM (SELECT c.event_id AS id FROM jb_claim c WHERE c.calendar = :calendar
                     UNION ALL)" + kUnclaimedIds<":name"> +
                                                   R"() found
              JOIN jb_event e ON e.id = found.id
             WHERE NOT EXISTS (SELECT FROM jb_change_log l
                                WHERE l.calendar = :calendar AND l.seq > :seq AND l.event_id = e.id)) s
     WHERE s.reads OR s.status IN ('scheduled', 'held') ORDER BY s.start_timestamp NULLS LAST, s.id)">();
constinit auto marks_statement = pg::Statement<R"(
    SELECT c.id, c.purged_seq, k.change_seq FROM jb_calendar c JOIN jb_calendar_lock k USING (id)
     WHERE c.name = :name)">();
constinit auto past_statement = pg::Statement<"SELECT " + kPastSeq<":name">>();

/// The kept changes of a calendar's history: those after `purged`, up to `last`. `ceo` has none before it is made, but
/// goes on after those of a deleted one.
struct Marks {
  std::string name;  ///< of the calendar
  int calendar = 0;
  std::int64_t purged = 0;
  std::int64_t last = 0;
};

Marks marks_of(const std::string& calendar, Right right = Right::busy) {
  const auto name = require_named_calendar(calendar, right).name;
  const auto rows = marks_statement.run(pg::Snapshot::callers, "name"_arg = name);
  if (rows.empty()) {
    const auto past = pg::to_id(*past_statement.run(pg::Snapshot::callers, "name"_arg = name).at(0, 1));
    return {name, 0, past, past};
  }
  return {name, pg::to_int(*rows.at(0, 1)), pg::to_id(*rows.at(0, 2)), pg::to_id(*rows.at(0, 3))};
}

Failure not_kept(const std::string& message, const std::string& detail) {
  return {Error::history_purged, message, detail,
          "Take the number of the last change, which jb_changes_after() tells, then read the events, and go on from "
          "that number."};
}

/// Refuses to read from a `seq` beyond the calendar's last change (rule 4.8). Such a reader has read changes that a
/// restore undid. New changes get the same numbers, and the reader would skip them as known; an empty answer would look
/// like a calendar on which nothing happened.
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
  rows.add(
      changes_statement.run(pg::Snapshot::callers, "calendar"_arg = marks.name, "after"_arg = from, "last"_arg = to));
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
  rows.add(events_at_statement.run(pg::Snapshot::callers, "calendar"_arg = marks.calendar, "seq"_arg = *seq,
                                   "name"_arg = marks.name));
}

// A caller who may not read the event sees the same cost whether or not the event exists, so the history itself is not
// searched for such a caller.
JB_CONNECTED_ROWS(jb_history) {
  const auto id = arguments.event_id();
  if (!find_readable_event(id)) {
    const auto last = latest_change_statement.run(pg::Snapshot::callers, "event"_arg = id);
    const bool is_its = last.first(pg::to_bool).value_or(false);
    auto calendars = is_its ? pg::to_texts(*last.at(0, 2)) : std::vector<std::string>();
    if (calendars.empty()) calendars.emplace_back("*");
    if (!may_any(Right::read, calendars) || !is_its) throw no_such_event(id);
    const auto then = calendars_then_statement.run(pg::Snapshot::callers, "change"_arg = last.param(0, 3));
    if (!may_any(Right::read, then.map([&](auto row) { return pg::to_text(*then.at(row, 1)); })))
      throw no_such_event(id);
  }
  rows.add(history_statement.run(pg::Snapshot::callers, "event"_arg = id));
}

// The changes of all calendars, in an order in which nothing is skipped (rule 4.28).
//
// The order is that of the changes' numbers (jb_change_log.id), which each call draws while it holds the locks of its
// calendars. So a calendar's changes come in the order of seq, and an event's in the order of version. Transactions
// commit in any order; core/event/shown.hpp explains how the cursor keeps the missing numbers.

namespace {

// Three scans of the index on numbers: the remaining rows of a change on several calendars, missing numbers that have
// appeared, and what comes after. The view's row is looked up for the rows of the page only.
constinit auto all_page_statement = pg::Statement<R"(
    SELECT p.id, p.calendar,
           (SELECT w.v FROM jb_calendar k
             CROSS JOIN LATERAL (SELECT ROW(v.*)::jb_change AS v FROM jb_change_row v
                                  WHERE v.calendar = k.name AND v.seq = p.seq OFFSET 0) w
             WHERE k.id = p.calendar)
      FROM ((SELECT 1 AS part, l.id, l.calendar, l.seq FROM jb_change_log l
              WHERE l.id = :within AND l.calendar > :calendar)
            UNION ALL (SELECT 2, l.* FROM unnest(:firsts::bigint[], :lasts::bigint[]) AS o (first, last)
                        CROSS JOIN LATERAL (SELECT l.id, l.calendar, l.seq FROM jb_change_log l
                                             WHERE l.id >= o.first AND l.id <= o.last ORDER BY l.id, l.calendar
                                             LIMIT :most) l
                        ORDER BY l.id, l.calendar LIMIT :most)
            UNION ALL (SELECT 3, l.id, l.calendar, l.seq FROM jb_change_log l WHERE l.id > :last
                        ORDER BY l.id, l.calendar LIMIT :most)) p
     ORDER BY p.part, p.id, p.calendar LIMIT :most)">();
constinit auto oldest_statement = pg::Statement<"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint">();
constinit auto purges_statement = pg::Statement<R"(
    SELECT coalesce(sum(p.purged_change), 0)::bigint, coalesce(max(p.purged_change), 0)
      FROM (SELECT c.purged_change FROM jb_calendar c WHERE c.purged_change >= :floor
             UNION ALL
            SELECT g.purged_change FROM jb_calendar_past g WHERE g.purged_change >= :floor) p)">();
constinit auto from_end_statement = pg::Statement<
    "SELECT l.id, l.calendar FROM jb_change_log l ORDER BY l.id DESC, l.calendar DESC OFFSET :last LIMIT 1">();
// For a caller who may not see every change: among the last thousand, or the one before these.
constinit auto from_seen_end_statement = pg::Statement<R"(
    SELECT f.id, f.calendar
      FROM (SELECT l.id, l.calendar, row_number() OVER w AS n,
                   count(*) FILTER (WHERE jb_sight(l.names) IS NOT NULL) OVER w AS seen
              FROM (SELECT l.id, l.calendar, ARRAY[c.name] AS names FROM jb_change_log l
                      JOIN jb_calendar c ON c.id = l.calendar ORDER BY l.id DESC, l.calendar DESC LIMIT 1001) l
            WINDOW w AS (ORDER BY l.id DESC, l.calendar DESC)) f
     WHERE f.seen > :last OR f.n = 1001 ORDER BY f.n LIMIT 1)">();
// The last ranges of missing numbers among the last thousand rows.
constinit auto missing_statement = pg::Statement<R"(
    SELECT g.first, g.last
      FROM (SELECT lag(l.id) OVER (ORDER BY l.id) + 1 AS first, l.id - 1 AS last, count(*) OVER () AS n
              FROM ((SELECT id FROM jb_change_log WHERE id <= :up_to ORDER BY id DESC LIMIT 1000) UNION ALL SELECT 0)
                   AS l) AS g
     WHERE g.first <= g.last AND (g.first > 1 OR g.n <= 1000) ORDER BY g.last DESC LIMIT :most)">();

/// What is known when a listing begins.
struct Present {
  ChangeCursor beginning;  ///< the cursor before all changes
  Transactions transactions;
};

Purges purges_from(std::int64_t floor) {
  const auto rows = purges_statement.run(pg::Snapshot::callers, "floor"_arg = floor);
  return {pg::to_id(*rows.at(0, 1)), pg::to_id(*rows.at(0, 2))};
}

/// The cursor, which has seen all purges up to the present.
ChangeCursor with_purges(ChangeCursor cursor) {
  cursor.floor = cursor.first_unseen();
  cursor.purged = purges_from(cursor.floor).sum;
  return cursor;
}

Present present() {
  const auto position = pg::wal_position();
  const auto oldest = oldest_statement.run(pg::Snapshot::callers);
  Present now;
  now.beginning.log = pg::identity_of("jb_change_log");
  now.beginning.timeline = position.timeline;
  now.beginning.position = position.lsn;
  now.transactions = {static_cast<std::uint64_t>(pg::to_id(*oldest.at(0, 1))), pg::next_transaction()};
  return now;
}

Failure lost(const std::string& message, const std::string& detail) {
  return {Error::history_purged, message, detail,
          "Take a cursor by jb_changes_cursor(), then read the events, and go on from the cursor."};
}

/// The cursor of `text`, brought up to the present. Errors: 22023; JB410 if the listing could skip a change.
ChangeCursor cursor_from(const std::string& text, const Present& now) {
  auto cursor = parse_change_cursor(text);
  if (!cursor) throw invalid("after", text, "it must be the cursor of a change seen");
  if (cursor->log != now.beginning.log)
    throw lost("the cursor \"" + text + "\" belongs to another database",
               "Or this database was restored from a dump, or upgraded, since the cursor was made.");
  if (!pg::is_kept({cursor->timeline, cursor->position}))
    throw lost("the cursor \"" + text + "\" is ahead of this database",
               "The server was promoted or restored, and does not have all changes that the reader has seen.");
  const auto purges = purges_from(cursor->floor);
  if (cursor->has_lost(purges))
    throw lost("changes after the cursor \"" + text + "\" have been purged",
               "History was purged up to number " + std::to_string(purges.greatest) + ".");
  cursor->timeline = now.beginning.timeline;
  cursor->position = now.beginning.position;
  return with_purges(*cursor);
}

pg::Rows page_after(const ChangeCursor& cursor, int max_rows) {
  std::vector<std::int64_t> firsts, lasts;
  for (const auto& range : cursor.open) {
    firsts.push_back(range.first);
    lasts.push_back(range.last);
  }
  return all_page_statement.run(pg::Snapshot::callers, "firsts"_arg = firsts, "lasts"_arg = lasts,
                                "within"_arg = cursor.within, "calendar"_arg = cursor.calendar,
                                "last"_arg = cursor.last, "most"_arg = max_rows);
}

/// How many hidden changes one call passes over, and in how many pages, before it answers with its place alone.
constexpr int kMostPassed = 1000, kMostPages = 10;

/// The numbers below `number` that may still appear, in order: those of rows that open transactions have written,
/// however far back, and the last missing ones, which may have been drawn for a row that is not written yet.
std::vector<OpenNumbers> may_come(std::int64_t number, const Present& now) {
  constexpr int most = ChangeCursor::kMostOpen / 2;
  const auto missing = missing_statement.run(pg::Snapshot::callers, "up_to"_arg = number, "most"_arg = most);
  auto ranges = missing.map([&](auto row) {
    return OpenNumbers{pg::to_id(*missing.at(row, 1)), pg::to_id(*missing.at(row, 2)), now.transactions.next};
  });
  for (const auto id : pg::all_unseen("jb_change_log", "id"))
    if (id < number) ranges.push_back({id, id, now.transactions.next});
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return ranges;
}

/// The cursor after a row, for a reader who has not seen what comes before it. If more numbers may still appear there
/// than a cursor holds, the cursor is placed earlier: the reader gets more than it asked for, and misses nothing.
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
      cursor.calendar = ChangeCursor::kLastRow;
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
  auto cursor = after ? cursor_from(*after, now) : with_purges(now.beginning);
  bool ends_unseen = false;  // whether the last change that the cursor has passed is hidden
  bool goes_on = true;
  for (int pages = 1; goes_on; ++pages) {
    // One more row shows whether the last change of the page goes on.
    const auto page = page_after(cursor, max_rows + 1);
    const auto most = static_cast<std::uint64_t>(max_rows);
    const auto number = [&](std::uint64_t row) { return pg::to_id(*page.at(row, 1)); };
    goes_on = page.size() > most && pages < kMostPages && pages * max_rows < kMostPassed;
    for (std::uint64_t i = 0; i < std::min(page.size(), most); ++i) {
      const bool ends = i + 1 == page.size() || number(i + 1) != number(i);
      const int calendar = ends ? ChangeCursor::kLastRow : pg::to_int(*page.at(i, 2));
      if (!cursor.pass(number(i), calendar, now.transactions)) {
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
  // The page ends in hidden changes. Their place is returned, so that they are not read again.
  if (ends_unseen) rows.add({pg::Param(), change_cursor_text(cursor)});
}

JB_CONNECTED(jb_changes_cursor, std::string) {
  const auto last = arguments.last();
  const auto now = present();
  const auto row = last == 0 || rights_are_open()
                       ? from_end_statement.run(pg::Snapshot::callers, "last"_arg = last)
                       : from_seen_end_statement.run(pg::Snapshot::callers, "last"_arg = last);
  const auto calendar = [&] { return last == 0 ? ChangeCursor::kLastRow : pg::to_int(*row.at(0, 2)); };
  const auto cursor = row.empty() ? now.beginning : cursor_at(pg::to_id(*row.at(0, 1)), calendar(), now);
  return change_cursor_text(with_purges(cursor));
}

// The event as a change left it, reconstructed backwards: the present event, or the last image of a deleted one, under
// the old values of each later change. If one of these changes was purged or deleted with a calendar, there is no
// answer. The change of every 32nd version keeps all values (Change::kStep), so no later one is needed.

namespace {

// What the caller may read of the change, provided that it left the event on the calendar.
constinit auto one_change_statement = pg::Statement<R"(
    SELECT v.event_id, v.version, v.at, v.new_range, v.new_status, v.time_zone FROM jb_change_row v
     WHERE v.calendar = :calendar AND v.seq = :seq AND v.version IS NOT NULL AND v.new_status IS NOT NULL)">();
// One row for each later version, since a change has the same values on all calendars. The requested change itself
// holds the rest. A change without old values replaced only time and status, which each change records.
constinit auto event_after_statement = pg::Statement<R"(
    WITH later AS (SELECT n.version, l.*
                     FROM generate_series(:version + 1, least((:version / :step + 1) * :step,
                                                              (SELECT e.version FROM jb_event e WHERE e.id = :event)))
                            AS n (version)
                    CROSS JOIN LATERAL
                          (SELECT coalesce(g.image, g.old_values) AS old_values, g.image IS NOT NULL AS is_image
                             FROM jb_change_log g
                            WHERE g.event_id = :event AND g.version = n.version AND g.version > 1
                              AND (num_nonnulls(g.image, g.old_values) > 0
                                   OR g.fields <@ '{start_timestamp,end_timestamp,status}') LIMIT 1) l)
    SELECT (m.was
            || jsonb_build_object('id', :event, 'version', :version, 'updated_at', jb_timestamp_text(:at, z.name),
                 'start_timestamp', jb_timestamp_text(lower(:range::tstzrange), z.name),
                 'end_timestamp', jb_timestamp_text(upper(:range), z.name),
                 'status', jb_status_at(:status, NULL, lower(:range), upper(:range), :at),
                 'placement', CASE WHEN num_nonnulls(m.was ->> 'start_time', m.was ->> 'wished_start') = 0
                                   THEN 'automatic' ELSE 'fixed' END,
                 'time_zone', z.name)
            || (SELECT jsonb_object_agg(k.name, jb_timestamp_text((m.was ->> k.name)::timestamptz, z.name))
                  FROM unnest('{created_at,wished_start,not_before,not_after,recurrence_id,expires_at}'::text[])
                         AS k (name)))::text,
           ARRAY(SELECT jsonb_array_elements_text(m.was -> 'calendars')),
           ARRAY(SELECT jsonb_array_elements_text(m.was -> 'attendee_calendars'))
      FROM (SELECT count(*) AS n, coalesce(max(l.version), :version) AS last,
                   coalesce(bool_or(l.is_image OR l.version % :step = 0), false) AS is_whole
              FROM later l) w
      LEFT JOIN LATERAL (SELECT jb_event_json(v)::jsonb AS json FROM jb_event_view v
                          WHERE v.id = :event AND v.version = w.last AND NOT w.is_whole) p ON true
     CROSS JOIN LATERAL
           (SELECT jsonb_object_agg(f.key, f.value ORDER BY o.version DESC) AS was
              FROM (SELECT l.version, l.old_values FROM later l UNION ALL SELECT w.last + 1, p.json) o (version, values)
             CROSS JOIN LATERAL jsonb_each(o.values) f) m
     CROSS JOIN LATERAL (SELECT coalesce((SELECT c.time_zone FROM jb_calendar c
                                           WHERE c.name = m.was -> 'calendars' ->> 0), :time_zone) AS name) z
     WHERE w.n = w.last - :version AND (w.is_whole OR p.json IS NOT NULL))">();
constinit auto sight_statement = pg::Statement<"SELECT jb_sight(:calendars, :attendees) IS NOT DISTINCT FROM 'read'">();

}  // namespace

JB_CONNECTED(jb_change_event, std::optional<std::string>) {
  if (arguments.is_null("calendar") || arguments.is_null("seq")) return std::nullopt;
  const auto calendar = require_named_calendar(arguments.word("calendar")).name;
  const auto changes =
      one_change_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar, "seq"_arg = arguments.param("seq"));
  if (changes.empty()) return std::nullopt;
  const auto column = [&](int n) { return changes.param(0, n); };
  const auto events = [&] {
    const pg::Unasked unasked;
    return event_after_statement.run(pg::Snapshot::callers, "event"_arg = column(1), "version"_arg = column(2),
                                     "at"_arg = column(3), "range"_arg = column(4), "status"_arg = column(5),
                                     "time_zone"_arg = column(6), "step"_arg = Change::kStep);
  }();
  if (events.empty()) return std::nullopt;
  const auto sight = sight_statement.run(pg::Snapshot::callers, "calendars"_arg = events.param(0, 2),
                                         "attendees"_arg = events.param(0, 3));
  return pg::to_bool(*sight.at(0, 1)) ? std::optional{pg::to_text(*events.at(0, 1))} : std::nullopt;
}

// Reading rejections by id without skipping a rejection (rule 4.6).
//
// Each id is drawn and its row written under one short lock (PgStore::reject), but transactions commit in any order. A
// reader that went on from the greatest id it has seen would skip a smaller id whose transaction commits late. So the
// listing stops before the first row of an open transaction that the reader may see. The commit of this transaction
// sends a NOTIFY for its own rejection, and a reader that reads then gets this rejection and the rejections that the
// listing held back. An id whose transaction rolled back leaves no row and holds nothing back.

namespace {

constexpr sql::Text kAll =
    "SELECT r.* FROM jb_rejection r WHERE r.id > :after AND r.id < :before ORDER BY r.id LIMIT :most";
constexpr sql::Text kOfCalendar = R"(
    SELECT r.*
      FROM (SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = :calendar AND c.id > :after AND c.id < :before
             ORDER BY c.id LIMIT :most) c
      JOIN jb_rejection r ON r.id = c.id)";
constinit auto all_statement = pg::Statement<kAll>();
constinit auto of_calendar_statement = pg::Statement<kOfCalendar + " ORDER BY r.id">();

// A caller who may not see every rejection sees those on readable calendars, and those of its own requests. Only
// requests have no event_id; an event's rejection names the principal that caused it. It holds the whole event, and its
// calendars are the wished ones, so the event itself must be readable, too.
constexpr sql::Text kSeen = R"(
    ((jb_sight(r.calendars) IS NOT DISTINCT FROM 'read'
      AND NOT EXISTS (SELECT FROM jb_event o WHERE o.id = r.event_id
                         AND jb_sight(o.calendars, o.attendee_calendars) IS DISTINCT FROM 'read'))
     OR (r.principal = :asking AND r.event_id IS NULL)))";

// These rows lose what reveals unreadable events: their ids, a sentence that may name them, and the bound of a grant,
// which would tell that a hidden event is automatic. They also lose the
// facts of another's request that hold a setting, perhaps of a calendar whose busy times the caller may not know: the
// searched range begins with the notice, and ends with the horizon. `free` tells when calendars are. The rejections of
// an unreadable calendar are searched among all rejections, like those of a calendar that does not exist, so that the
// progress of a call does not reveal whether there is one. For a hidden rejection nothing else is read, so that its
// cost reveals nothing either.
template <sql::Text seen, sql::Text found>
constexpr auto kSeenOf = R"(
    SELECT r.*,
           ARRAY(SELECT u.id
                   FROM unnest(CASE WHEN r.is_seen THEN r.conflicts END) WITH ORDINALITY AS u (id, n)
                   JOIN jb_event e ON e.id = u.id
                  WHERE jb_sight(e.calendars, e.attendee_calendars) = 'read' ORDER BY u.n) AS named,
           NOT r.is_seen OR r.principal = :asking
             OR NOT (r.facts ?| '{calendar,limit,slot_increment,free}' OR r.reason IN ('no_open_slot', 'outside_hours'))
             OR NOT EXISTS (SELECT FROM unnest(r.calendars || array_remove(ARRAY[r.facts ->> 'calendar'], NULL))
                                     AS u (name)
                             WHERE NOT jb_may(u.name, 'busy')) AS is_told,
           CASE WHEN r.is_seen THEN r.facts - 'bound' END AS other_facts
      FROM (SELECT r.*,
                   )" + kSeen +
                         seen + " AS is_seen FROM (" + found + ") r OFFSET 0) r ORDER BY r.id";
constinit auto seen_statement =
    pg::Statement<kSeenOf<" AND (:calendar::text IS NULL OR :calendar = ANY (r.calendars))", kAll>>();
constinit auto seen_of_calendar_statement = pg::Statement<kSeenOf<"", kOfCalendar>>();

/// The places of jb_rejection's columns, and of those that the statement adds.
constexpr int kEvent = 3, kCalendars = 4, kDetail = 6, kPrincipal = 8, kConflicts = 9, kFacts = 10, kShown = 11,
              kColumns = 12, kIsSeen = 13, kNamed = 14, kIsTold = 15, kOtherFacts = 16;

/// How many rejections one call examines for a caller who may not see every one.
constexpr int kMostLookedAt = 1000;

/// A rejection without the details of events and settings that the caller may not read.
std::vector<pg::Param> seen_columns(const pg::Rows& found, std::uint64_t row) {
  std::vector<pg::Param> columns(kColumns);
  for (int column = 1; column <= kShown; ++column) columns[column - 1] = found.param(row, column);
  const auto all = pg::to_items(columns[kConflicts - 1].value).size();
  const auto named = found.param(row, kNamed);
  if (pg::to_items(named.value).size() != all) {
    columns[kConflicts - 1] = named;
    columns[kDetail - 1] = "The time is taken.";
    columns[kFacts - 1] = found.param(row, kOtherFacts);
  }
  if (!pg::to_bool(*found.at(row, kIsTold))) {
    columns[kFacts - 1] = pg::from_jsonb_text("{}");
    columns[kDetail - 1] = "A calendar does not allow it.";
  }
  return columns;
}

/// Whether the rejections are looked up by calendar.
bool is_readable(const std::optional<std::string>& calendar) { return calendar && may_any(Right::read, {*calendar}); }

/// The argument `calendar`, as the calendar itself spells it.
std::optional<std::string> named_calendar(const Arguments& arguments) {
  const auto given = arguments.text("calendar");
  if (!given || !rights_to_read(*given).any()) return given;
  return own_name(*given, pg::Snapshot::callers);
}

/// As kSeen, but without the event, which may be as invisible as the row.
bool may_be_shown(const pg::UnseenRow& row) {
  return may_any(Right::read, pg::to_texts(*row.at(kCalendars))) ||
         (!row.at(kEvent) && pg::to_text(*row.at(kPrincipal)) == pg::asking_principal());
}

/// The first id after `after`, among `most` rows, of a rejection of an open transaction that the caller may be shown;
/// if a calendar is given, on that calendar. The rows of a rejection's calendars are written under the same lock as the
/// rejection. Without such an id: a number above all.
std::int64_t border(const pg::Param& calendar, std::int64_t after, std::int64_t most) {
  const auto unseen =
      calendar.is_null
          ? pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, after, most, may_be_shown)
          : pg::first_unseen("jb_rejection_calendar", "jb_rejection_calendar_pkey", calendar.value, after, most);
  return unseen.value_or(std::numeric_limits<std::int64_t>::max());
}

/// The next `most` rejections after `after`, up to the border, so that no stranger's transaction holds the listing
/// back. For a caller who may not see every one, each row says whether it is shown.
pg::Rows next_rejections(const std::optional<std::string>& calendar, std::int64_t after, int most) {
  const auto on = "calendar"_arg = calendar;
  const auto by = "asking"_arg = pg::asking_principal();
  const bool is_own = is_readable(calendar);
  const auto run = [&](auto& statement, const auto&... more) {
    return statement.run(pg::Snapshot::callers, "after"_arg = after, "most"_arg = most,
                         "before"_arg = border(is_own ? on.value : pg::Param(), after, most), more...);
  };
  if (rights_are_open()) return is_own ? run(of_calendar_statement, on) : run(all_statement);
  return is_own ? run(seen_of_calendar_statement, on, by) : run(seen_statement, on, by);
}

/// A row with nothing but an id: how far the search came among hidden rejections.
std::vector<pg::Param> place_columns(std::int64_t id) {
  std::vector<pg::Param> columns(kColumns);
  columns[0] = id;
  return columns;
}

/// Adds the rejections that the caller may see, in order of id. If the search ends behind hidden rejections, or before
/// the page is full because it has looked at enough, the last row is a place_columns(): a reader goes on from its id,
/// however many are hidden.
void add_seen(RowSet& rows, const std::optional<std::string>& calendar, std::int64_t after, int max_rows) {
  bool is_hidden = false;
  int added = 0, looked_at = 0;
  while (added < max_rows && looked_at < kMostLookedAt) {
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
  if (is_hidden || (added < max_rows && looked_at == kMostLookedAt)) rows.add(pg::Values(place_columns(after)));
}

// The id of the rejection that is `last` before the end. For a caller who may not see every one it is searched among
// the last thousand, and is the one before these if too few are seen.
constinit auto last_rejections_statement =
    pg::Statement<"SELECT r.id FROM jb_rejection r ORDER BY r.id DESC OFFSET :last LIMIT 1">();
constinit auto last_of_calendar_statement = pg::Statement<R"(
    SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = :calendar ORDER BY c.id DESC OFFSET :last LIMIT 1)">();
constinit auto last_seen_statement = pg::Statement<R"(
    SELECT f.id
      FROM (SELECT r.id, row_number() OVER w AS n,
                   count(*) FILTER (WHERE )" + kSeen +
                                                   R"(
                                      AND (:calendar::text IS NULL OR :calendar = ANY (r.calendars))) OVER w AS seen
              FROM (SELECT r.* FROM jb_rejection r ORDER BY r.id DESC LIMIT 1001) r
            WINDOW w AS (ORDER BY r.id DESC)) f
     WHERE f.seen > :last OR f.n = 1001 ORDER BY f.n LIMIT 1)">();

std::int64_t id_before_last(int last, const std::optional<std::string>& calendar) {
  const auto found = [&] {
    if (is_readable(calendar))
      return last_of_calendar_statement.run(pg::Snapshot::callers, "last"_arg = last, "calendar"_arg = calendar);
    if (last == 0 || (!calendar && rights_are_open()))
      return last_rejections_statement.run(pg::Snapshot::callers, "last"_arg = last);
    return last_seen_statement.run(pg::Snapshot::callers, "last"_arg = last, "asking"_arg = pg::asking_principal(),
                                   "calendar"_arg = calendar);
  }();
  return found.empty() ? 0 : pg::to_id(*found.at(0, 1));
}

// All of jb_rejections(), which is also each shard's part of the list over all shards.
constinit auto with_cursor_statement = pg::Statement<R"(
    SELECT CASE WHEN r.at IS NOT NULL THEN r END, r.id::text FROM jb_rejections(:after, :most, NULL, :principal) r)">();

std::int64_t id_from(const std::string& cursor) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), id);
  if (error == std::errc{} && end == cursor.data() + cursor.size() && id >= 0) return id;
  throw invalid("after", cursor, "it must be the cursor of a rejection seen");
}

// By these numbers the gateway wakes all waiting readers; each then asks for itself.
constinit auto last_numbers_statement = pg::Statement<R"(
    SELECT w.calendar,
           CASE WHEN w.calendar = '' THEN
             (SELECT coalesce(sum(l.id), 0)::bigint
                FROM (SELECT id FROM jb_change_log WHERE id IS NOT NULL ORDER BY id DESC LIMIT 1000) AS l)
           ELSE coalesce(k.change_seq, CASE WHEN lower(w.calendar COLLATE "C") = 'ceo' THEN
             )" + kPastSeq<"w.calendar"> + R"( END) END,
           NULL::int8
      FROM unnest(:calendars::text[]) AS w (calendar)
      LEFT JOIN jb_calendar AS c
        ON )" + kHasName<"c.name", "w.calendar"> + R"(
      LEFT JOIN jb_calendar_lock AS k ON k.id = c.id)">();
constinit auto poll_versions_statement = pg::Statement<
    "SELECT NULL, p.version, w.id FROM unnest(:polls::bigint[]) AS w (id) LEFT JOIN jb_poll AS p ON p.id = w.id">();

}  // namespace

JB_CONNECTED_ROWS(jb_rejections) {
  const auto after = arguments.bigint("after").value_or(0);
  const auto max_rows = arguments.max_rows();
  const auto calendar = named_calendar(arguments);
  if (rights_are_open())
    rows.add(next_rejections(calendar, after, max_rows));
  else
    add_seen(rows, calendar, after, max_rows);
}

JB_CONNECTED(jb_rejections_after, std::int64_t) {
  const auto last = arguments.last();
  auto id = id_before_last(last, named_calendar(arguments));
  // A rejection that is not visible yet must not be skipped.
  for (const auto unseen : pg::all_unseen("jb_rejection", "id")) id = std::min(id, unseen - 1);
  return id;
}

JB_CONNECTED_ROWS(jb_rejections_all) {
  const auto after = arguments.text("after");
  const auto max_rows = arguments.max_rows();
  rows.add(with_cursor_statement.run(pg::Snapshot::callers, "after"_arg = after ? id_from(*after) : 0,
                                     "most"_arg = max_rows, "principal"_arg = arguments.param("principal")));
}

JB_CONNECTED_ROWS(jb_last_numbers) {
  rows.add(last_numbers_statement.run(pg::Snapshot::callers, "calendars"_arg = arguments.param("calendars")));
  if (!arguments.is_null("polls"))
    rows.add(poll_versions_statement.run(pg::Snapshot::callers, "polls"_arg = arguments.param("polls")));
  if (const auto after = arguments.bigint("rejections_after")) {
    constexpr std::int64_t most = 1000;
    auto end = id_before_last(0, std::nullopt);
    if (const auto border = pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, end - most, most))
      end = std::min(end, *border - 1);
    rows.add({pg::Param(), end > *after ? pg::Param(end) : pg::Param(), pg::Param()});
  }
}

}  // namespace jb::functions
