// SPDX-License-Identifier: PostgreSQL
//
// A page of the events of one calendar, or of several, at a cost that grows with the page and not with the calendar
// (rule 14.5).
//
// No index has the events of a calendar in the order of their times, since every booking would pay for it. Events that
// claim time are found by the exclusion constraint of the claims, the others by jb_event_ended and jb_event_timeless.
// These are GiST indexes, which find what lies within a window, in any order. So a page is searched by windows that
// grow from its beginning until one of them holds it (listing.cpp).
#pragma once

#include "call.hpp"
#include "core/event/calendar.hpp"
#include "core/event/cursors.hpp"
#include "pg/spi.hpp"
#include "store/calendar.hpp"

namespace jb::functions {

/// The range that the events of a list overlap: the arguments from_time and to_time, where null is unbounded.
struct ListedRange {
  explicit ListedRange(const Arguments& arguments)
      : from(arguments.param("from_time")),
        to(arguments.param("to_time")),
        begin(arguments.instant("from_time")),
        end(arguments.instant("to_time")) {
    constexpr std::int64_t second = 1'000'000;
    if (end && *end < kRepresentable.end && pg::to_id(to.value) % second != 0) *end += Seconds{1};
  }
  pg::Param from;
  pg::Param to;
  std::optional<Instant> begin;  ///< floored: events begin and end at whole seconds
  std::optional<Instant> end;    ///< rounded up to a whole second
};

/// Which events a list of calendars holds, and where its page begins.
struct Listing {
  std::vector<Calendar> calendars;  ///< distinct; at least one
  Instant now;
  ListedRange range;
  std::optional<Cursor> after;
  int most;
  std::optional<std::vector<std::string>> statuses;    ///< of jb_event_view
  pg::Param word = pg::Param::null(TEXTOID);           ///< $5 of the statements' filter
  pg::Param metadata = pg::Param::null(JSONBOID);      ///< $6
  pg::Param patterns = pg::Param::null(TEXTARRAYOID);  ///< $7
};

/// An event of a list: its start in seconds, or its id if it has no time, and the event itself if it was read.
struct Found {
  std::int64_t key;
  EventId id = 0;
  std::shared_ptr<Event> event{};
};

/// The status of event e by the clock, from `status` or from its stored status.
#define JB_STATUS_OF(status, now) "jb_status_at(" status ", e.expires_at, e.start_timestamp, e.end_timestamp, " now ")"
#define JB_STATUS(now) JB_STATUS_OF("e.status", now)

/// The one condition for an event to be in a list: it is behind the cursor, has a wanted status, and fits `filter`. A
/// CASE fixes the order, since the pages read would otherwise reveal how far an unreadable event fits.
#define JB_BEHIND "($9 IS NULL OR (e.start_timestamp, e.id) > ($8, $9))"
#define JB_FITTING(filter) "($10 IS NULL OR s.status = ANY ($10)) AND (" filter ")"
#define JB_SIGHT "jb_sight(e.calendars, e.attendee_calendars)"
#define JB_LISTED(filter) JB_BEHIND " AND CASE WHEN " JB_SIGHT " = 'read' THEN " JB_FITTING(filter) " ELSE false END"

/// The same for events that take time. Those that the caller may not read are in the list as busy times, if `busy`
/// holds. They fit no filter on their content, so no answer reveals it.
#define JB_LISTED_OR_BUSY(filter, busy, now)                       \
  JB_BEHIND " AND CASE " JB_SIGHT " WHEN 'read' THEN " JB_FITTING( \
      filter) " WHEN 'busy' THEN " busy                            \
              " AND s.status <> 'expired'"                         \
              " AND ($10 IS NULL OR " JB_STATUS_OF("'scheduled'", now) " = ANY ($10)) ELSE false END"

/// Whether a list of jb_events() takes events of any content.
#define JB_ANYTHING "($5 IS NULL AND $6 IS NULL AND $7 IS NULL)"

/// The text of a statement that finds the events of calendars that claim time within a window. `filter` is a condition
/// on the event e, in which $2 is the calendars' names, and $5 to $7 are those of Listing. `read` counts the events
/// examined. The third column marks the row that exceeds $14, which is returned whether it fits or not. An event on
/// several of the calendars is taken from its claim on the first of them.
#define JB_CLAIMING_EVENTS(filter, busy) \
  "SELECT e.id, e.start_timestamp, c.read > $14 FROM"                                                             \
  "  (SELECT l.event_id, k.n, ($2)[:k.n::int - 1] AS earlier, row_number() OVER () AS read"                       \
  "    FROM unnest($1) WITH ORDINALITY AS k (id, n)"                                                              \
  "    CROSS JOIN LATERAL (SELECT event_id FROM jb_claim"                                                         \
  "     WHERE calendar = k.id AND during && tstzrange($3, $4) AND during && $12 OFFSET 0) l LIMIT $14 + 1) c"     \
  "  CROSS JOIN LATERAL (SELECT * FROM jb_event WHERE id = c.event_id OFFSET 0) e"                                \
  "  CROSS JOIN LATERAL (SELECT " JB_STATUS("$11") " AS status) s"                                                \
  "  WHERE ($4 IS NULL OR e.start_timestamp < $4) AND ($3 IS NULL OR e.end_timestamp > $3)"                       \
  "   AND (c.n = 1 OR NOT e.calendars || e.attendee_calendars && c.earlier) AND " JB_LISTED_OR_BUSY(filter, busy, "$11") \
  "   OR c.read > $14 LIMIT $15"

/// The same for events that have had a time.
#define JB_ENDED_EVENTS(filter) \
  "SELECT e.id, e.start_timestamp, e.read > $14 FROM"                                                             \
  "  (SELECT u.*, row_number() OVER () AS read FROM jb_event u"                                                   \
  "    WHERE " JB_UNCLAIMED("$13", "$2") " AND u.start_timestamp IS NOT NULL"                                     \
  "     AND tstzrange(u.start_timestamp, u.end_timestamp) && tstzrange($3, $4) LIMIT $14 + 1) e"                  \
  "  CROSS JOIN LATERAL (SELECT e.status) s"                                                                      \
  "  WHERE " JB_LISTED(filter) " OR e.read > $14 LIMIT $15"

/// The same for held events alone, so that a list that wants them finds them however many scheduled events stand
/// between them.
#define JB_HELD_EVENTS(filter) \
  "SELECT e.id, e.start_timestamp, false FROM jb_event e"                                                         \
  " CROSS JOIN LATERAL (SELECT " JB_STATUS("$1") " AS status) s"                                                  \
  " WHERE e.calendars || e.attendee_calendars && $2 AND e.status = 'held'"                                        \
  "  AND tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($3, $4) AND " JB_LISTED(filter)

/// The same for events without a time, which come last, by id: waiting events, and events that ended while they waited.
#define JB_TIMELESS_EVENTS(filter) \
  "SELECT e.id, NULL, e.read > $9 FROM"                                                                           \
  " (SELECT u.*, row_number() OVER () AS read FROM jb_event u"                                                    \
  "   WHERE " JB_UNCLAIMED("$1", "$2") " AND u.start_timestamp IS NULL"                                           \
  "    AND int8range(u.id, u.id, '[]') && int8range($3, $4) LIMIT $9 + 1) e"                                      \
  " WHERE ($8 IS NULL OR e.status = ANY ($8)) AND CASE WHEN " JB_SIGHT " = 'read' THEN (" filter ") ELSE false END"  \
  "  OR e.read > $9 LIMIT $10"

/// The same for events, with a time or without, that jb_event_metadata finds by $6.
#define JB_MATCHED_EVENTS(filter) \
  "SELECT e.id, e.start_timestamp, e.read > $11"                                                                  \
  " FROM (SELECT u.*, row_number() OVER () AS read FROM jb_event u WHERE u.metadata @> $6 LIMIT $11 + 1) e"       \
  " CROSS JOIN LATERAL (SELECT " JB_STATUS("$1") " AS status) s"                                                  \
  " WHERE e.calendars || e.attendee_calendars && $2"                                                              \
  "  AND (e.start_timestamp IS NULL OR tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($3, $4))"       \
  "  AND " JB_LISTED(filter) " OR e.read > $11"

/// The statements of one kind of list, with the same filter.
struct ListStatements {
  pg::Statement claiming;
  pg::Statement ended;
  pg::Statement held;
  pg::Statement timeless;
  bool is_plain;  ///< whether the filter asks for an attendee alone, as fits() does
};
#define JB_LIST_STATEMENTS(filter, busy, is_plain)             \
  {{JB_CLAIMING_EVENTS(filter, busy), pg::Reading::first_few}, \
   {JB_ENDED_EVENTS(filter), pg::Reading::first_few},          \
   {JB_HELD_EVENTS(filter)},                                   \
   {JB_TIMELESS_EVENTS(filter), pg::Reading::first_few},       \
   is_plain}

/// The condition for event e to be in a list of all calendars whose names begin with $1: the caller may read it, it has
/// a wanted status, and fits `filter`, in which $5 to $7 are those of Listing.
#define JB_ON_PREFIX(filter)                                                                  \
  "CASE WHEN NOT EXISTS (SELECT FROM unnest(e.calendars || e.attendee_calendars) AS c (name)" \
  "  WHERE starts_with(lower(c.name COLLATE \"C\"), $1)) THEN false WHEN " JB_SIGHT           \
  " = 'read'"                                                                                 \
  "  THEN ($10 IS NULL OR " JB_STATUS("$11") " = ANY ($10)) AND (" filter ") ELSE false END"

/// The text of a statement that finds such events with a time. Events in progress at $3 are found by their claims or,
/// once they have ended, by jb_event_ended; later ones in the order of jb_event_time. The event at which a search ends
/// is returned whether it fits or not.
#define JB_TIMED_ON_PREFIX(filter) \
  "SELECT f.id, f.ends FROM ("                                                                                    \
  " SELECT e.id, e.start_timestamp, false AS ends FROM"                                                           \
  "  (SELECT event_id AS id FROM jb_claim WHERE during && tstzrange($3, $3, '[]')"                                \
  "    AND $3 IS NOT NULL AND ($8 IS NULL OR $8 < $3)"                                                            \
  "   UNION SELECT u.id FROM (SELECT id FROM jb_event WHERE tstzrange(start_timestamp, end_timestamp) @> $3"      \
  "     AND start_timestamp IS NOT NULL AND status NOT IN ('scheduled', 'held') OFFSET 0) u) c"                   \
  "  CROSS JOIN LATERAL (SELECT * FROM jb_event WHERE id = c.id OFFSET 0) e"                                      \
  "  WHERE tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($3, $4) AND e.start_timestamp < $3"         \
  "   AND " JB_BEHIND " AND " JB_ON_PREFIX(filter)                                                                \
  " UNION ALL"                                                                                                    \
  " (SELECT e.id, e.start_timestamp, e.read > $12"                                                                \
  "   FROM (SELECT v.*, row_number() OVER (ORDER BY v.start_timestamp, v.id) AS read FROM jb_event v"             \
  "     WHERE v.start_timestamp >= coalesce(greatest($3, $8), '-infinity')"                                       \
  "      AND v.start_timestamp < coalesce($4, 'infinity')"                                                        \
  "      AND ($9 IS NULL OR (v.start_timestamp, v.id) > ($8, $9))"                                                \
  "     ORDER BY v.start_timestamp, v.id LIMIT $12 + 1) e"                                                        \
  "   WHERE " JB_ON_PREFIX(filter)                                                                                \
  "    OR e.read > $12 ORDER BY e.start_timestamp, e.id LIMIT $2)) f ORDER BY f.start_timestamp, f.id LIMIT $2"

/// The same for those without a time, which come last, by id. No index has the events of all calendars in this order,
/// so all events without a time are read.
#define JB_TIMELESS_ON_PREFIX(filter)                                                                \
  "SELECT e.id, false FROM jb_event e WHERE e.start_timestamp IS NULL AND ($9 IS NULL OR e.id > $9)" \
  " AND " JB_ON_PREFIX(filter) " ORDER BY e.id LIMIT $2"

struct PrefixStatements {
  pg::Statement timed;
  pg::Statement timeless;
};
#define JB_PREFIX_STATEMENTS(filter)                                                        \
  {                                                                                         \
    {JB_TIMED_ON_PREFIX(filter), pg::Reading::first_few}, { JB_TIMELESS_ON_PREFIX(filter) } \
  }

/// The ids of a page of all calendars whose names begin with `prefix`, which is folded; `listing` names no calendars.
/// Errors: 22023 when the search ends without a full page.
std::vector<EventId> page_of_prefix(PrefixStatements& statements, const Listing& listing, const std::string& prefix);

std::vector<EventId> ids_of(const std::vector<Found>& page);

/// A page, by start, then id, events without a time last. Errors: 22023 when more events than the budget `searched`
/// allows were examined before the page was full. Cost: a small multiple of the page, the logarithm of the time to its
/// last event, and all events that begin at that moment.
std::vector<Found> page_of(ListStatements& statements, const Listing& listing);

/// The same; nullopt if more than `searched` events would have to be examined.
std::optional<std::vector<Found>> page_within(ListStatements& statements, const Listing& listing,
                                              std::int64_t searched);

/// The same by one of JB_MATCHED_EVENTS; nullopt if more than `searched` events of the database match the metadata
/// alone. Cost: linear in the matching events, not in the calendars.
std::optional<std::vector<Found>> page_matched(pg::Statement& matched, const Listing& listing, std::int64_t searched);

}  // namespace jb::functions
