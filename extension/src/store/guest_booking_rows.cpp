// SPDX-License-Identifier: PostgreSQL
#include "guest_booking_rows.hpp"

#include "calendar_row.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

constinit pg::Statement page_statement{"SELECT FROM jb_calendar c WHERE c.name = $1 AND c.public_booking"};
constinit pg::Statement page_facts_statement{
    "SELECT json_build_object('provider_id', $2, 'display_name', c.display_name, 'time_zone', c.time_zone,"
    " 'duration', extract(epoch FROM c.default_duration)::bigint, 'min_notice', extract(epoch FROM "
    "c.min_notice)::bigint,"
    " 'confirm_within', extract(epoch FROM c.confirm_within)::bigint)"
    " FROM jb_calendar c WHERE c.name = $1 AND c.public_booking"};

constinit pg::Statement take_link_statement{
    "INSERT INTO jb_booking_link (token, calendar, visitor, request, made_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (token) DO NOTHING RETURNING 1"};
constinit pg::Statement keep_booking_statement{
    "UPDATE jb_booking_link SET event_id = $2, starts_at = $3 WHERE token = $1"};
constinit pg::Table link_table{"jb_booking_link", "event_id, starts_at"};
constinit pg::Statement drop_link_statement{"DELETE FROM jb_booking_link WHERE token = $1"};
constinit pg::Statement forget_booking_statement{"DELETE FROM jb_booking_link WHERE event_id = $1"};
constinit pg::Statement find_link_statement{
    "SELECT l.calendar, l.visitor, l.request, l.event_id FROM jb_booking_link l JOIN jb_calendar c ON c.id = l.calendar"
    " WHERE l.token = $1 AND c.name = $2 AND l.event_id IS NOT NULL"};

// Holds are counted among what is watched on the calendar, which is never long, and a visitor's own bookings by the
// visitor: so the cost does not grow with the provider's past. All visitors' bookings are counted up to the limit, by
// an index that has those which take time alone.
constinit pg::Statement count_bookings_statement{
    "WITH held AS (SELECT l.visitor FROM jb_watched w JOIN jb_booking_link l ON l.event_id = w.event_id"
    "  JOIN jb_event e ON e.id = w.event_id"
    "  WHERE w.calendar = $1 AND w.event_id <> $3 AND e.status = 'held' AND e.expires_at > $4) "
    "SELECT (SELECT count(*) FILTER (WHERE l.visitor = $2) FROM held l)::int,"
    "  (SELECT count(*) FROM jb_booking_link l JOIN jb_event e ON e.id = l.event_id"
    "    WHERE l.calendar = $1 AND l.visitor = $2 AND e.id <> $3 AND e.start_timestamp > $4"
    "     AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > $4)))::int,"
    "  (SELECT count(*) FROM held)::int,"
    "  (SELECT count(*) FROM (SELECT FROM jb_booking_link l WHERE l.calendar = $1 AND l.starts_at > $4"
    "    AND l.event_id <> $3 LIMIT c.max_guest_bookings) n)::int,"
    "  (SELECT count(*) FROM (SELECT FROM jb_booking_link l WHERE l.calendar = $1 AND l.starts_at >= $5"
    "    AND l.starts_at < $6 AND l.event_id <> $3 LIMIT c.max_guest_bookings_per_day) n)::int,"
    "  c.max_guest_bookings, c.max_guest_bookings_per_day FROM jb_calendar c WHERE c.id = $1"};

constinit pg::Statement booked_time_statement{
    "SELECT e.calendars || e.attendee_calendars,"
    " extract(epoch FROM coalesce(e.end_timestamp - e.start_timestamp, e.duration))::bigint"
    " FROM jb_event e WHERE e.id = $1"};

// By the event's id, found before: a join would read the whole view.
constinit pg::Statement event_of_token_statement{"SELECT l.event_id FROM jb_booking_link l WHERE l.token = $1"};
constinit pg::Statement booking_row_statement{
    "SELECT $2, $3, $4, $5, e.version, e.json, e.calendar, k.change_seq, e.due"
    " FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT v.version, jb_booking_json(jb_event_json(v)) AS json,"
    "   v.calendars[1] AS calendar, CASE WHEN v.status IN ('held', 'expired') THEN v.expires_at END AS due"
    "  FROM jb_event_view v WHERE v.id = $1 OFFSET 0) e ON true"
    " LEFT JOIN LATERAL (SELECT l.change_seq FROM jb_calendar c JOIN jb_calendar_lock l ON l.id = c.id"
    "  WHERE c.name = e.calendar OFFSET 0) k ON true"};

std::string calendar_of_page(const std::string& provider_id) { return std::string(kProvider) + provider_id; }

}  // namespace

std::optional<Calendar> find_page(const std::string& provider_id, pg::Snapshot snapshot) {
  const auto name = calendar_of_page(provider_id);
  if (page_statement.run({name}, snapshot).empty()) return std::nullopt;
  return find_calendar(name, snapshot);
}

pg::Rows page_facts(const std::string& provider_id) {
  return page_facts_statement.run({calendar_of_page(provider_id), provider_id}, pg::Snapshot::callers);
}

bool take_link(const GuestBookingLink& link, Instant now) {
  return !take_link_statement
              .run({pg::from_bytes(link.token), link.calendar, pg::from_bytes(link.visitor),
                    pg::from_bytes(link.request), now})
              .empty();
}

void keep_event(const GuestBookingLink& link, EventId event_id, Instant start) {
  keep_booking_statement.run({pg::from_bytes(link.token), event_id, start});
}

void follow_guest_booking(const Event& event) {
  const pg::Scratch scratch;
  const auto rows = link_table.find("jb_booking_link_event_id_key", {pg::equals_id(event.id)});
  if (rows.empty()) return;
  const bool takes_time = (event.status == Status::scheduled || event.status == Status::held) && event.time &&
                          event.calendars.front().starts_with(kProvider);
  link_table.update(rows.place(0), 2, {takes_time ? pg::Param(event.time->start) : pg::Param()});
}

void drop_link(const GuestBookingLink& link) { drop_link_statement.run({pg::from_bytes(link.token)}); }

void forget_guest_booking(EventId event_id) { forget_booking_statement.run({event_id}); }

std::optional<GuestBookingLink> find_link(const std::string& provider_id, const std::string& token,
                                          pg::Snapshot snapshot) {
  const auto rows = find_link_statement.run({pg::from_bytes(token), calendar_of_page(provider_id)}, snapshot);
  if (rows.empty()) return std::nullopt;
  return GuestBookingLink{.token = token,
                          .calendar = pg::to_int(*rows.at(0, 1)),
                          .visitor = pg::to_bytes(*rows.at(0, 2)),
                          .request = pg::to_bytes(*rows.at(0, 3)),
                          .event_id = pg::to_id(*rows.at(0, 4))};
}

GuestBookingCounts count_guest_bookings(const GuestBookingLink& link, EventId event_id, Instant now, Span day) {
  const auto rows =
      count_bookings_statement.run({link.calendar, pg::from_bytes(link.visitor), event_id, now, day.start, day.end});
  const auto count = [&](int column) { return pg::to_int(*rows.at(0, column)); };
  return {count(1), count(2), count(3), count(4), count(5), count(6), count(7)};
}

std::optional<BookedTime> booked_time(EventId event_id) {
  const auto rows = booked_time_statement.run({event_id}, pg::Snapshot::callers);
  if (rows.empty()) return std::nullopt;
  return BookedTime{pg::to_texts(*rows.at(0, 1)), Seconds{pg::to_id(*rows.at(0, 2))}};
}

pg::Rows guest_booking_row(const GuestBookingAnswer& answer, const std::string& token_digest, pg::Snapshot snapshot) {
  const auto found = event_of_token_statement.run({pg::from_bytes(token_digest)}, snapshot);
  const auto id = found.empty() ? pg::Param::null(INT8OID) : found.param(0, 1);
  return booking_row_statement.run(
      {id, answer.outcome, answer.reason, pg::from_ranges(answer.alternatives), answer.token}, snapshot);
}

}  // namespace jb
