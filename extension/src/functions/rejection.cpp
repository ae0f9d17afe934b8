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

#include "call.hpp"
#include "pg/heap.hpp"
#include "store/calendar_row.hpp"
#include "store/named.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

// $1 < id < $2, $3 of them, asked by $4, on calendar $5.
#define JB_ALL "SELECT r.* FROM jb_rejection r WHERE r.id > $1 AND r.id < $2 ORDER BY r.id LIMIT $3"
#define JB_OF_CALENDAR                                                                                          \
  "SELECT r.* FROM (SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $5 AND c.id > $1 AND c.id < $2" \
  " ORDER BY c.id LIMIT $3) c JOIN jb_rejection r ON r.id = c.id"
constinit pg::Statement all_statement{JB_ALL};
constinit pg::Statement of_calendar_statement{JB_OF_CALENDAR " ORDER BY r.id"};

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
// know when it is taken: the range that was searched begins with the notice, and ends with the horizon. The rejections
// of a calendar that the caller may not read are looked for among all rejections, as those of a calendar that does not
// exist are: so nobody learns by how far a call got whether there is such a calendar.
#define JB_SEEN_OF(seen, found)                                                                                 \
  "SELECT s.* FROM (SELECT r.*, " JB_IS_SEEN("$4") seen                                                         \
      " AS is_seen,"                                                                                            \
      " ARRAY(SELECT u.id FROM unnest(r.conflicts) WITH ORDINALITY AS u (id, n) JOIN jb_event e ON e.id = u.id" \
      "   WHERE jb_sight(e.calendars, e.attendee_calendars) = 'read' ORDER BY u.n) AS named,"                   \
      " r.principal = $4 OR NOT (r.facts ?| '{calendar,limit,slot_increment}'"                                  \
      "   OR r.reason IN ('no_open_slot', 'outside_hours')) OR NOT EXISTS (SELECT FROM"                         \
      "   unnest(r.calendars || array_remove(ARRAY[r.facts ->> 'calendar'], NULL)) AS u (name)"                 \
      "   WHERE NOT jb_may(u.name, 'busy')) AS is_told"                                                         \
      " FROM (" found ") r) s ORDER BY s.id"
constinit pg::Statement seen_statement{JB_SEEN_OF(" AND ($5 IS NULL OR $5 = ANY (r.calendars))", JB_ALL)};
constinit pg::Statement seen_of_calendar_statement{JB_SEEN_OF("", JB_OF_CALENDAR)};
#undef JB_ALL
#undef JB_OF_CALENDAR
#undef JB_SEEN_OF

/// The places of jb_rejection's columns, and of those that the statement adds.
constexpr int kEvent = 3, kCalendars = 4, kDetail = 6, kPrincipal = 8, kConflicts = 9, kFacts = 10, kShown = 11,
              kColumns = 12, kIsSeen = 13, kNamed = 14, kIsTold = 15;

/// How many rejections one call looks at where the caller may not see every one.
constexpr int kMostLookedAt = 1000;

/// A rejection without what tells of events and settings that the caller may not read.
std::vector<pg::Param> seen_columns(const pg::Rows& found, std::uint64_t row) {
  std::vector<pg::Param> columns(kColumns);
  for (int column = 1; column <= kShown; ++column) columns[column - 1] = found.param(row, column);
  const auto all = pg::to_items(columns[kConflicts - 1].value).size();
  const auto named = found.param(row, kNamed);
  if (pg::to_items(named.value).size() != all) {
    columns[kConflicts - 1] = named;
    columns[kDetail - 1] = "The time is taken.";
  }
  if (!pg::to_bool(*found.at(row, kIsTold))) {
    columns[kFacts - 1] = pg::from_jsonb_text("{}");
    columns[kDetail - 1] = "A calendar does not allow it.";
  }
  return columns;
}

/// Whether the rejections of a calendar are listed by themselves.
bool is_readable(const std::optional<std::string>& calendar) { return calendar && may_any(Right::read, {*calendar}); }

/// The argument `calendar`, as the calendar itself spells it.
std::optional<std::string> named_calendar(const Arguments& arguments) {
  const auto given = arguments.text("calendar");
  if (!given || !rights_to_read(*given).any()) return given;
  return own_name(*given, pg::Snapshot::callers);
}

/// As JB_IS_SEEN, but for the event, which may be as unseen as the row.
bool may_be_shown(const pg::UnseenRow& row) {
  return may_any(Right::read, pg::to_texts(*row.at(kCalendars))) ||
         (!row.at(kEvent) && pg::to_text(*row.at(kPrincipal)) == pg::asking_principal());
}

/// The first id after `after`, among `most` rows, of a rejection that may come: one of an open transaction, on the
/// calendar where there is one, which the caller may be shown. The rows of a rejection's calendars are written under
/// the same lock as the rejection. Without such an id: above all.
std::int64_t border(const pg::Param& calendar, std::int64_t after, std::int64_t most) {
  const auto unseen =
      calendar.is_null
          ? pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, after, most, may_be_shown)
          : pg::first_unseen("jb_rejection_calendar", "jb_rejection_calendar_pkey", calendar.value, after, most);
  return unseen.value_or(std::numeric_limits<std::int64_t>::max());
}

/// The next `most` rejections after `after`, up to the border: no stranger's transaction holds the listing back. Where
/// the caller may not see every one, each with whether it is shown.
pg::Rows next_rejections(const std::optional<std::string>& calendar, std::int64_t after, int most) {
  const pg::Param asking = pg::asking_principal();
  const pg::Param name = calendar;
  const bool is_own = is_readable(calendar);
  auto& own = rights_are_open() ? of_calendar_statement : seen_of_calendar_statement;
  auto& all = rights_are_open() ? all_statement : seen_statement;
  return (is_own ? own : all)
      .run({after, border(is_own ? name : pg::Param(), after, most), most, asking, name}, pg::Snapshot::callers);
}

/// A row that tells nothing but an id: how far was looked among what the caller may not see.
std::vector<pg::Param> place_columns(std::int64_t id) {
  std::vector<pg::Param> columns(kColumns);
  columns[0] = id;
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

// The id of the last rejection that is `last` before the end; among the last thousand, where not every one is seen: the
// first of these, where no more are seen.
constinit pg::Statement last_rejections_statement{
    "SELECT r.id FROM jb_rejection r ORDER BY r.id DESC OFFSET $1 LIMIT 1"};
constinit pg::Statement last_of_calendar_statement{
    "SELECT c.id FROM jb_rejection_calendar c WHERE c.calendar = $2 ORDER BY c.id DESC OFFSET $1 LIMIT 1"};
constinit pg::Statement
    last_seen_statement{"SELECT f.id FROM (SELECT r.id, row_number() OVER w AS n, count(*) FILTER (WHERE " JB_IS_SEEN(
        "$2") "   AND ($3 IS NULL OR $3 = ANY (r.calendars))) OVER w AS seen"
              "  FROM (SELECT r.* FROM jb_rejection r ORDER BY r.id DESC LIMIT 1000) r WINDOW w AS (ORDER BY r.id "
              "DESC)) f"
              " WHERE f.seen > $1 OR f.n = 1000 ORDER BY f.n LIMIT 1"};
#undef JB_IS_SEEN

std::int64_t id_before_last(int last, const std::optional<std::string>& calendar) {
  const pg::Param count = last;
  const pg::Param name = calendar;
  const auto found = [&] {
    if (is_readable(calendar)) return last_of_calendar_statement.run({count, name}, pg::Snapshot::callers);
    if (last == 0 || (!calendar && rights_are_open()))
      return last_rejections_statement.run({count}, pg::Snapshot::callers);
    const pg::Param asking = pg::asking_principal();
    return last_seen_statement.run({count, asking, name}, pg::Snapshot::callers);
  }();
  return found.empty() ? 0 : pg::to_id(*found.at(0, 1));
}

/// `id`, or less, where a rejection up to it cannot be seen yet: the id before that one.
std::int64_t readable_up_to(std::int64_t id) {
  for (const auto unseen : pg::all_unseen("jb_rejection", "id")) id = std::min(id, unseen - 1);
  return id;
}

// The whole of jb_rejections(), which each shard's part of the list over all shards has, too.
constinit pg::Statement with_cursor_statement{
    "SELECT CASE WHEN r.at IS NOT NULL THEN r END, r.id::text FROM jb_rejections($1, $2, NULL, $3) r"};

std::int64_t id_from(const std::string& cursor) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), id);
  if (error == std::errc{} && end == cursor.data() + cursor.size() && id >= 0) return id;
  throw invalid("after", cursor, "it must be the cursor of a rejection seen");
}

// The gateway wakes those who wait by these numbers, whoever they are: each then asks for itself.
constinit pg::Statement last_numbers_statement{
    "SELECT w.calendar, CASE WHEN w.calendar = '' THEN (SELECT coalesce(sum(l.id), 0)::bigint"
    "    FROM (SELECT id FROM jb_change_log WHERE id IS NOT NULL ORDER BY id DESC LIMIT 1000) AS l)"
    "   ELSE coalesce(k.change_seq, CASE WHEN lower(w.calendar COLLATE \"C\") = 'ceo' THEN 0 END) END, NULL::int8"
    "  FROM unnest($1) AS w (calendar) LEFT JOIN jb_calendar AS c ON " JB_NAMED(
        "c.name", "w.calendar") "  LEFT JOIN jb_calendar_lock AS k ON k.id = c.id"};
constinit pg::Statement poll_versions_statement{
    "SELECT NULL, p.version, w.id FROM unnest($1) AS w (id) LEFT JOIN jb_poll AS p ON p.id = w.id"};

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
  return readable_up_to(id_before_last(last, named_calendar(arguments)));
}

JB_CONNECTED_ROWS(jb_rejections_all) {
  const auto after = arguments.text("after");
  const auto max_rows = arguments.max_rows();
  rows.add(with_cursor_statement.run({after ? id_from(*after) : 0, max_rows, arguments.param("principal")},
                                     pg::Snapshot::callers));
}

JB_CONNECTED_ROWS(jb_last_numbers) {
  rows.add(last_numbers_statement.run({arguments.param("calendars")}, pg::Snapshot::callers));
  if (!arguments.is_null("polls"))
    rows.add(poll_versions_statement.run({arguments.param("polls")}, pg::Snapshot::callers));
  if (const auto after = arguments.bigint("rejections_after")) {
    constexpr std::int64_t most = 1000;
    auto end = id_before_last(0, std::nullopt);
    if (const auto border = pg::first_unseen("jb_rejection", "jb_rejection_pkey", std::nullopt, end - most, most))
      end = std::min(end, *border - 1);
    rows.add({pg::Param(), end > *after ? pg::Param(end) : pg::Param(), pg::Param()});
  }
}

}  // namespace jb::functions
