// SPDX-License-Identifier: PostgreSQL
//
// A page of the events of one calendar, or of several, at a cost that grows with the page and not with the calendar
// (rule 14.5).
//
// No index has the events of a calendar in the order of their times, since every booking would pay for it. Events that
// claim time are found by the exclusion constraint of the claims, the others by jb_event_ended and jb_event_timeless.
// (A list of held events alone uses jb_event_watched, a rare value of metadata jb_event_metadata.) No index finds
// events by attendee: that filter examines events until the budget `searched` ends it. These are GiST indexes, which
// find what lies within a window, in any order. So a page is searched by windows that grow from its beginning until one
// of them holds it (event.cpp).
#pragma once

#include "call.hpp"
#include "core/event/calendar.hpp"
#include "core/event/shown.hpp"
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
  std::optional<std::vector<std::string>> statuses;  ///< of jb_event_view
  pg::Param word = pg::Param::null(TEXTOID);         ///< of the statements' filter
  pg::Param metadata = pg::Param::null(JSONBOID);
  pg::Param patterns = pg::Param::null(TEXTARRAYOID);
};

/// An event of a list: its start in seconds, or its id if it has no time, and the event itself if it was read.
struct Found {
  std::int64_t key;
  EventId id = 0;
  std::shared_ptr<Event> event{};
};

/// The status of event e by the clock, from `status` or from its stored status.
template <sql::Text status>
inline constexpr auto kStatusOf =
    "jb_status_at(" + status + ", e.expires_at, e.start_timestamp, e.end_timestamp, :now)";
inline constexpr auto kStatus = kStatusOf<"e.status">;

/// The one condition for an event to be in a list: it is behind the cursor, has a wanted status, and fits `filter` and
/// the search. A CASE fixes the order, since the pages read would otherwise reveal how far an unreadable event fits.
inline constexpr sql::Text kBehind =
    "(:cursor_id::bigint IS NULL OR (e.start_timestamp, e.id) > (:cursor_start, :cursor_id))";
inline constexpr sql::Text kReadable = "jb_sight(e.calendars, e.attendee_calendars) = 'read'";
template <sql::Text status>
inline constexpr auto kHasStatus = "(:statuses::text[] IS NULL OR " + status + " = ANY (:statuses))";
template <sql::Text filter>
inline constexpr auto kSought = filter + R"(
    AND (:metadata::jsonb IS NULL OR e.metadata @> :metadata)
    AND (:patterns::text[] IS NULL
         OR jb_folded(concat_ws(E'\n', e.event_name, e.event_location, e.description,
                                array_to_string(e.attendees, E'\n'), e.metadata ->> 'contact')) ~ ALL (:patterns)))";
template <sql::Text filter>
inline constexpr auto kListed = kBehind + " AND CASE WHEN " + kReadable + " THEN " + kHasStatus<"s.status"> + " AND " +
                                kSought<filter> + " ELSE false END";

/// The same for events that take time. Those that the caller may not read are in the list as busy times, if `busy`
/// holds. They fit no filter on their content, so no answer reveals it.
template <sql::Text filter, sql::Text busy>
inline constexpr auto kListedOrBusy = kBehind + R"( AND CASE jb_sight(e.calendars, e.attendee_calendars)
    WHEN 'read' THEN )" + kHasStatus<"s.status"> +
                                      " AND " + kSought<filter> + R"(
    WHEN 'busy' THEN )" + busy + " AND s.status <> 'expired' AND " +
                                      kHasStatus<kStatusOf<"'scheduled'">> + R"(
    ELSE false END)";

/// The text of a statement that finds the events of calendars that claim time within a window. `filter` is a condition
/// on the event e with the :word of Listing. `read` counts the events examined. The third column marks the row that
/// exceeds :searched, which is returned whether it fits or not. An event on several of the calendars is taken from its
/// claim on the first of them.
template <sql::Text filter, sql::Text busy>
inline constexpr auto kClaimingEvents = R"(
    SELECT e.id, e.start_timestamp, c.read > :searched
      FROM (SELECT l.event_id, k.n, (:names::text[])[1 : k.n::int - 1] AS earlier, row_number() OVER () AS read
              FROM unnest(:numbers::int[]) WITH ORDINALITY AS k (id, n)
             CROSS JOIN LATERAL (SELECT event_id FROM jb_claim
                                  WHERE calendar = k.id AND during && tstzrange(:from, :to) AND during && :within
                                 OFFSET 0) l LIMIT :searched + 1) c
     CROSS JOIN LATERAL (SELECT * FROM jb_event WHERE id = c.event_id OFFSET 0) e
     CROSS JOIN LATERAL (SELECT )" + kStatus +
                                        R"( AS status) s
     WHERE (:to IS NULL OR e.start_timestamp < :to) AND (:from IS NULL OR e.end_timestamp > :from)
       AND (c.n = 1 OR NOT e.calendars || e.attendee_calendars && c.earlier)
       AND )" + kListedOrBusy<filter, busy> +
                                        " OR c.read > :searched LIMIT :most";

/// The same for events that have had a time.
template <sql::Text filter>
inline constexpr auto kEndedEvents = R"(
    SELECT e.id, e.start_timestamp, e.read > :searched
      FROM (SELECT u.*, row_number() OVER () AS read FROM jb_event u
             WHERE )" + kUnclaimed<":query", ":names"> +
                                     R"( AND u.start_timestamp IS NOT NULL
               AND tstzrange(u.start_timestamp, u.end_timestamp) && tstzrange(:from, :to) LIMIT :searched + 1) e
     CROSS JOIN LATERAL (SELECT e.status) s
     WHERE )" + kListed<filter> + " OR e.read > :searched LIMIT :most";

/// The same for held events alone, so that a list that wants them finds them however many scheduled events stand
/// between them.
template <sql::Text filter>
inline constexpr auto kHeldEvents = R"(
    SELECT e.id, e.start_timestamp, false
      FROM jb_event e
     CROSS JOIN LATERAL (SELECT )" + kStatus +
                                    R"( AS status) s
     WHERE e.calendars || e.attendee_calendars || (' ' || e.held_by) && :names AND e.status = 'held'
       AND tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange(:from, :to)
       AND )" + kListed<filter>;

/// The same for events without a time, which come last, by id: waiting events, and events that ended while they waited.
template <sql::Text filter>
inline constexpr auto kTimelessEvents = R"(
    SELECT e.id, NULL, e.read > :searched
      FROM (SELECT u.*, row_number() OVER () AS read FROM jb_event u
             WHERE )" + kUnclaimed<":query", ":names"> +
                                        R"( AND u.start_timestamp IS NULL
               AND int8range(u.id, u.id, '[]') && int8range(:first, :to) LIMIT :searched + 1) e
     WHERE )" + kHasStatus<"e.status"> + " AND CASE WHEN " +
                                        kReadable + " THEN " + kSought<filter> + R"( ELSE false END
        OR e.read > :searched LIMIT :most)";

/// The same for events, with a time or without, that jb_event_metadata finds by :metadata.
template <sql::Text filter>
inline constexpr auto kMatchedEvents = R"(
    SELECT e.id, e.start_timestamp, e.read > :searched
      FROM (SELECT u.*, row_number() OVER () AS read FROM jb_event u
             WHERE u.metadata @> :metadata LIMIT :searched + 1) e
     CROSS JOIN LATERAL (SELECT )" + kStatus +
                                       R"( AS status) s
     WHERE e.calendars || e.attendee_calendars && :names
       AND (e.start_timestamp IS NULL OR tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange(:from, :to))
       AND )" + kListed<filter> + " OR e.read > :searched";

/// The statements of one kind of list, with the same filter.
struct ListStatements {
  pg::StatementOf<sql::kNames<kClaimingEvents<":word", "">>> claiming;
  pg::StatementOf<sql::kNames<kEndedEvents<":word">>> ended;
  pg::StatementOf<sql::kNames<kHeldEvents<":word">>> held;
  pg::StatementOf<sql::kNames<kTimelessEvents<":word">>> timeless;
  bool is_plain;  ///< whether the filter asks for an attendee alone, as fits() does
};
template <sql::Text filter, sql::Text busy>
constexpr ListStatements list_statements(bool is_plain) {
  return {pg::Statement<kClaimingEvents<filter, busy>>(pg::Fetch::first_few),
          pg::Statement<kEndedEvents<filter>>(pg::Fetch::first_few), pg::Statement<kHeldEvents<filter>>(),
          pg::Statement<kTimelessEvents<filter>>(pg::Fetch::first_few), is_plain};
}

/// The condition for event e to be in a list of all calendars whose names begin with :prefix: the caller may read it,
/// it has a wanted status, and fits `filter` and the search.
template <sql::Text filter>
inline constexpr auto kOnPrefix = R"(
    CASE WHEN NOT EXISTS (SELECT FROM unnest(e.calendars || e.attendee_calendars) AS c (name)
                           WHERE starts_with(lower(c.name COLLATE "C"), :prefix)) THEN false
         WHEN )" + kReadable + " THEN " +
                                  kHasStatus<kStatus> + " AND " + kSought<filter> + " ELSE false END";

/// The text of a statement that finds such events with a time. Events in progress at :from are found by their claims
/// or, once they have ended, by jb_event_ended; later ones in the order of jb_event_time. The event at which a search
/// ends is returned whether it fits or not.
template <sql::Text filter>
inline constexpr auto kTimedOnPrefix = R"(
    SELECT f.id, f.ends
      FROM (SELECT e.id, e.start_timestamp, false AS ends
              FROM (SELECT event_id AS id FROM jb_claim
                     WHERE during && tstzrange(:from, :from, '[]') AND :from IS NOT NULL
                       AND (:cursor_start::timestamptz IS NULL OR :cursor_start < :from)
                     UNION
                    SELECT u.id
                      FROM (SELECT id FROM jb_event
                             WHERE tstzrange(start_timestamp, end_timestamp) @> :from AND start_timestamp IS NOT NULL
                               AND status NOT IN ('scheduled', 'held') OFFSET 0) u) c
             CROSS JOIN LATERAL (SELECT * FROM jb_event WHERE id = c.id OFFSET 0) e
             WHERE tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange(:from, :to) AND e.start_timestamp < :from
               AND )" + kBehind + " AND " +
                                       kOnPrefix<filter> + R"(
             UNION ALL
            (SELECT e.id, e.start_timestamp, e.read > :searched
               FROM (SELECT v.*, row_number() OVER (ORDER BY v.start_timestamp, v.id) AS read FROM jb_event v
                      WHERE v.start_timestamp >= coalesce(greatest(:from, :cursor_start), '-infinity')
                        AND v.start_timestamp < coalesce(:to, 'infinity')
                        AND (:cursor_id::bigint IS NULL OR (v.start_timestamp, v.id) > (:cursor_start, :cursor_id))
                      ORDER BY v.start_timestamp, v.id LIMIT :searched + 1) e
              WHERE )" + kOnPrefix<filter> +
                                       R"( OR e.read > :searched
              ORDER BY e.start_timestamp, e.id LIMIT :most)) f
     ORDER BY f.start_timestamp, f.id LIMIT :most)";

/// The same for those without a time, which come last, by id. No index has the events of all calendars in this order,
/// so all events without a time are read.
template <sql::Text filter>
inline constexpr auto kTimelessOnPrefix = R"(
    SELECT e.id, false
      FROM jb_event e
     WHERE e.start_timestamp IS NULL AND (:cursor_id::bigint IS NULL OR e.id > :cursor_id)
       AND )" + kOnPrefix<filter> + " ORDER BY e.id LIMIT :most";

struct PrefixStatements {
  pg::StatementOf<sql::kNames<kTimedOnPrefix<":word">>> timed;
  pg::StatementOf<sql::kNames<kTimelessOnPrefix<":word">>> timeless;
};
template <sql::Text filter>
constexpr PrefixStatements prefix_statements() {
  return {pg::Statement<kTimedOnPrefix<filter>>(pg::Fetch::first_few), pg::Statement<kTimelessOnPrefix<filter>>()};
}

/// A page of all calendars whose names begin with `prefix`, which is folded; `listing` names no calendars.
/// Errors: 22023 when the search ends without a full page.
std::vector<Found> page_of_prefix(PrefixStatements& statements, const Listing& listing, const std::string& prefix);

std::vector<EventId> ids_of(const std::vector<Found>& page);

/// A page, by start, then id, events without a time last. Errors: 22023 when more events than the budget `searched`
/// allows were examined before the page was full. Cost: a small multiple of the page, the logarithm of the time to its
/// last event, and all events that begin at that moment.
std::vector<Found> page_of(ListStatements& statements, const Listing& listing);

/// The same; nullopt if more than `searched` events would have to be examined.
std::optional<std::vector<Found>> page_within(ListStatements& statements, const Listing& listing,
                                              std::int64_t searched);

/// The same by the statement of kMatchedEvents; nullopt if more than `searched` events of the database match the
/// metadata alone. Cost: linear in the matching events, not in the calendars.
std::optional<std::vector<Found>> page_matched(pg::StatementOf<sql::kNames<kMatchedEvents<":word">>>& matched,
                                               const Listing& listing, std::int64_t searched);

}  // namespace jb::functions
