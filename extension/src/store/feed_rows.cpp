// SPDX-License-Identifier: PostgreSQL
#include "feed_rows.hpp"

#include "event_row.hpp"
#include "pg/datum.hpp"
#include "unclaimed.hpp"
#include "watched_rows.hpp"

namespace jb {

namespace {

// As in jb_events, events that hold time are found by their claims, and events that gave their time back by the index
// jb_event_ended. Which events are left out beyond the limit depends on today's date ($7), not on the hour: the
// text's tag, too, changes by the day (icalendar_tag).
constexpr int kUidColumn = kEventColumnCount + 1;
constexpr int kOriginalStartColumn = kUidColumn + 1;
constexpr int kSeriesMadeColumn = kUidColumn + 2;
constinit pg::Statement events_statement{
    select_event<
    ", i.uid, i.original_start, s.created_at FROM ("
    " SELECT e.id AS chosen"
    "  FROM (SELECT c.event_id AS id FROM jb_claim c WHERE c.calendar = $1 AND c.during && $3"
    "   UNION ALL"
    "   SELECT u.id FROM jb_event u WHERE NOT $5 AND " JB_UNCLAIMED_ON("$2")
    "    AND u.start_timestamp IS NOT NULL AND tstzrange(u.start_timestamp, u.end_timestamp) && $3) found"
    "  JOIN jb_event e ON e.id = found.id,"
    "  LATERAL (SELECT e.status NOT IN ('scheduled', 'held') OR (e.status = 'held' AND e.expires_at <= $6) AS "
    "gave_back)"
    "   AS g"
    "  WHERE tstzrange(e.start_timestamp, e.end_timestamp) && $3 AND e.start_timestamp IS NOT NULL AND e.status <> "
    "'waiting' AND NOT (g.gave_back AND $5)"
    "  ORDER BY g.gave_back, e.end_timestamp <= $7, abs(extract(epoch FROM e.start_timestamp - $7)), e.id"
    "  LIMIT $4) AS c "
    "JOIN jb_event e ON e.id = c.chosen "
    "LEFT JOIN jb_series s ON s.id = e.series "
    "LEFT JOIN jb_imported i ON i.event_id = e.id AND i.calendar = $1 AND e.series IS NULL "
    "ORDER BY e.start_timestamp, e.id">.data()};

constinit pg::Statement busy_statement{
    "SELECT coalesce(range_agg(c.during * $2) FILTER (WHERE e.status = 'scheduled' OR (h.is_held AND NOT h.is_told)), "
    "'{}'),"
    " coalesce(range_agg(c.during * $2) FILTER (WHERE h.is_held AND h.is_told), '{}'),"
    " max(e.updated_at) FILTER (WHERE h.is_told) "
    "FROM jb_claim c JOIN jb_event e ON e.id = c.event_id"
    " CROSS JOIN LATERAL (SELECT e.status = 'held' AND e.expires_at > $3 AS is_held,"
    " $4 AND $5 = ANY (e.calendars) AS is_told) h"
    " WHERE c.calendar = $1 AND c.during && $2"};

// Time alone changes what a feed shows when the deadline of a hold passes: the last instant at which something fell due
// tells that.
constinit pg::Statement state_statement{
    "SELECT concat_ws('.', c.id, k.change_seq, extract(epoch FROM c.updated_at),"
    " (SELECT extract(epoch FROM w.due_at) FROM jb_watched w WHERE w.calendar = $1 AND w.due_at <= $2"
    "  ORDER BY w.due_at DESC LIMIT 1)) "
    "FROM jb_calendar c JOIN jb_calendar_lock k USING (id) WHERE c.id = $1"};

constinit pg::Statement face_statement{
    "SELECT coalesce(display_name, name), coalesce(color, '')"
    " FROM jb_calendar WHERE id = $1"};

constinit pg::Statement find_feed_statement{
    "SELECT c.name, f.shows, f.token, f.created_by, f.made_as FROM jb_feed f JOIN jb_calendar c ON c.id = f.calendar "
    "WHERE f.token = $1"};
constinit pg::Statement store_feed_statement{
    "INSERT INTO jb_feed (calendar, shows, token, created_by, created_at, made_as) "
    "SELECT c.id, $2, $3, $4, $5, $6 FROM jb_calendar c WHERE c.name = $1 "
    "ON CONFLICT (calendar) DO UPDATE SET shows = excluded.shows, token = excluded.token,"
    " created_by = excluded.created_by, created_at = excluded.created_at, made_as = excluded.made_as"};
constinit pg::Statement delete_feed_statement{
    "DELETE FROM jb_feed f USING jb_calendar c WHERE c.id = f.calendar AND c.name = $1 RETURNING 1"};

}  // namespace

std::vector<FeedEvent> feed_events(const Calendar& calendar, const FeedChoice& choice) {
  const auto rows = events_statement.run(
      {calendar.id, calendar.name, choice.within, choice.most, choice.only_claiming, choice.now, choice.day},
      pg::Snapshot::callers);
  std::vector<FeedEvent> events;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    const auto uid = rows.at(i, kUidColumn);
    const auto series_made = rows.at(i, kSeriesMadeColumn);
    FeedEvent shown{read_event(rows, i, pg::Snapshot::callers), uid ? pg::to_text(*uid) : std::string()};
    if (const auto start = rows.at(i, kOriginalStartColumn)) shown.event.recurrence_id = pg::to_instant(*start);
    if (series_made) shown.uid = series_uid(*shown.event.series, pg::to_instant(*series_made));
    events.push_back(std::move(shown));
  }
  return events;
}

FreeBusy free_busy(const Calendar& calendar, Span within, Instant now, FeedDetail detail) {
  const auto rows =
      busy_statement.run({calendar.id, within, now, detail != FeedDetail::busy, calendar.name}, pg::Snapshot::callers);
  const auto last = rows.at(0, 3);
  return {calendar.name,
          face_of(calendar),
          calendar.time_zone,
          within,
          last ? pg::to_instant(*last) : within.start,
          pg::to_spans(*rows.at(0, 1)),
          pg::to_spans(*rows.at(0, 2))};
}

CalendarFace face_of(const Calendar& calendar) {
  const auto rows = face_statement.run({calendar.id}, pg::Snapshot::callers);
  if (rows.empty()) return {calendar.name, ""};
  return {pg::to_text(*rows.at(0, 1)), pg::to_text(*rows.at(0, 2))};
}

std::string state_of(const Calendar& calendar, Instant now) {
  const auto rows = state_statement.run({calendar.id, now}, pg::Snapshot::callers);
  return rows.empty() ? "new" : pg::to_text(*rows.at(0, 1));
}

std::optional<PublicFeed> find_feed(const std::string& digest) {
  const auto rows = find_feed_statement.run({pg::from_bytes(digest)}, pg::Snapshot::callers);
  if (rows.empty()) return std::nullopt;
  PublicFeed feed{pg::to_text(*rows.at(0, 1)),
                  feed_detail_from(pg::to_text(*rows.at(0, 2))).value_or(FeedDetail::busy),
                  pg::to_bytes(*rows.at(0, 3)),
                  {pg::to_text(*rows.at(0, 4)), std::nullopt}};
  if (const auto role = rows.at(0, 5)) feed.maker.role = pg::to_text(*role);
  return feed;
}

void store_feed(const PublicFeed& feed, const std::string& shows, Instant now) {
  store_feed_statement.run(
      {feed.calendar, shows, pg::from_bytes(feed.digest), feed.maker.principal, now, feed.maker.role});
}

bool delete_feed(const std::string& calendar) { return !delete_feed_statement.run({calendar}).empty(); }

}  // namespace jb
