// SPDX-License-Identifier: PostgreSQL
//
// A calendar as iCalendar text, for a caller with a role and for a reader with a feed's token.
#include "core/adapters/icalendar.hpp"

#include <algorithm>
#include <functional>

#include "call.hpp"
#include "core/event/calendar.hpp"
#include "core/values/time.hpp"
#include "pg/secret.hpp"

namespace jb::functions {

namespace {

/// The options of a feed. Without `from` and `to` the text shows the events from 90 days ago on, or, with free_busy,
/// the claimed time from today to the horizon. Days are those of the calendar's zone, so while the calendar is
/// unchanged its shown range, and with it the tag, changes once a day.
struct FeedOptions {
  FeedDetail detail = FeedDetail::all;
  bool free_busy = false;
  std::optional<Instant> from{};
  std::optional<Instant> to{};
  std::function<bool(const Event&)> reads{};  ///< whether an event that does not name the calendar may be read
};

constexpr Seconds kPast = 90 * kDay;
constexpr int kMostEvents = 10'000;
// The version of the text's form, a part of the tag. Increment it whenever the same events are written in another way.
constexpr const char* kForm = "9";

// As in jb_events, events that claim time are found by their claims, and events that gave their time back by the index
// jb_event_ended. Which events are left out beyond the limit depends on today's date, not on the hour, since the
// text's tag changes only by the day (jb_icalendar_tag).
// SEQUENCE and UID of an imported event, in one text: a row has room for no more columns (kMost of pg::Columns).
constexpr int kUidColumn = kEventColumnCount + 1;
constexpr int kOriginalStartColumn = kUidColumn + 1;
constexpr int kSeriesMadeColumn = kUidColumn + 2;
constinit auto feed_events_statement = pg::Statement<"SELECT " + kEventColumns + R"(,
           coalesce(i.sequence, 0) || ' ' || i.uid, i.original_start, s.created_at
      FROM (SELECT e.id AS chosen
              FROM (SELECT c.event_id AS id FROM jb_claim c WHERE c.calendar = :calendar AND c.during && :within
                     UNION ALL
                    SELECT u.id FROM jb_event u
                     WHERE NOT :is_busy AND )" + kUnclaimedOn<":name"> +
                                                     R"(
                       AND u.start_timestamp IS NOT NULL
                       AND tstzrange(u.start_timestamp, u.end_timestamp) && :within) found
              JOIN jb_event e ON e.id = found.id
             CROSS JOIN LATERAL (SELECT e.status NOT IN ('scheduled', 'held')
                                        OR (e.status = 'held' AND e.expires_at <= :now) AS gave_back) g
             WHERE tstzrange(e.start_timestamp, e.end_timestamp) && :within AND e.start_timestamp IS NOT NULL
               AND e.status <> 'waiting' AND NOT (g.gave_back AND :is_busy)
             ORDER BY g.gave_back, e.end_timestamp <= :today, abs(extract(epoch FROM e.start_timestamp - :today)), e.id
             LIMIT :most) c
      JOIN jb_event e ON e.id = c.chosen
      LEFT JOIN jb_series s ON s.id = e.series
      LEFT JOIN jb_imported i ON i.event_id = e.id AND i.calendar = :calendar AND e.series IS NULL
     ORDER BY e.start_timestamp, e.id)">();

constinit auto free_busy_statement = pg::Statement<R"(
    SELECT coalesce(range_agg(c.during * :within)
                      FILTER (WHERE e.status = 'scheduled' OR (h.is_held AND NOT h.is_told)), '{}'),
           coalesce(range_agg(c.during * :within) FILTER (WHERE h.is_held AND h.is_told), '{}'),
           max(e.updated_at) FILTER (WHERE h.is_told)
      FROM jb_claim c JOIN jb_event e ON e.id = c.event_id
     CROSS JOIN LATERAL (SELECT e.status = 'held' AND e.expires_at > :now AS is_held,
                                :is_told AND :name = ANY (e.calendars) AS is_told) h
     WHERE c.calendar = :calendar AND c.during && :within)">();

// A feed changes without a write when the deadline of a hold passes. The last instant at which something fell due
// reflects that.
constinit auto state_statement = pg::Statement<R"(
    SELECT concat_ws('.', c.id, k.change_seq, extract(epoch FROM c.updated_at),
                     (SELECT extract(epoch FROM w.due_at) FROM jb_watched w
                         WHERE w.calendar = :calendar AND w.due_at <= :now ORDER BY w.due_at DESC LIMIT 1))
      FROM jb_calendar c JOIN jb_calendar_lock k USING (id) WHERE c.id = :calendar)">();

constinit auto face_statement =
    pg::Statement<"SELECT coalesce(display_name, name), coalesce(color, '') FROM jb_calendar WHERE id = :calendar">();

constinit auto last_change_statement =
    pg::Statement<"SELECT l.at FROM jb_change_log l WHERE l.calendar = :calendar ORDER BY l.seq DESC LIMIT 1">();

Instant today(const Calendar& calendar, Instant now) { return calendar.zone().day_at(now).start; }

/// Errors: 22023 under `to_time` when the end that the caller named is before the beginning, named or not.
Span window_of(const Calendar& calendar, const FeedOptions& options, Instant now) {
  const auto day = today(calendar, now);
  const auto from = options.from.value_or(options.free_busy ? day : day - kPast);
  const auto to = options.to.value_or(options.free_busy ? std::max(from, day + calendar.horizon) : kRepresentable.end);
  check_range(from, to);
  return {from, to};
}

/// The error for a range with more than kMostEvents events. Only for a range that the caller named, since the caller
/// wants every event in it.
Failure too_many(const FeedOptions& options) {
  const auto* field = options.from ? "from_time" : "to_time";
  return invalid(field, format_utc(options.from ? *options.from : *options.to),
                 "more than 10000 events lie in this range, which is all that a feed holds", {},
                 "Ask for a shorter range, and then for the range that follows it.");
}

/// The calendar's name for readers and its color, as the calling query's snapshot shows them; its own name by default.
CalendarFace face_of(const Calendar& calendar) {
  const auto rows = face_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id);
  if (rows.empty()) return {calendar.name, ""};
  return {pg::to_text(*rows.at(0, 1)), pg::to_text(*rows.at(0, 2))};
}

/// The claimed time of the calendar within `within`, as the calling query's snapshot shows it. A hold past its deadline
/// takes no time (rule 3.9). For FeedDetail::busy, and for events that do not name the calendar, neither holds nor the
/// times of changes are shown.
FreeBusy free_busy(const Calendar& calendar, Span within, Instant now, FeedDetail detail) {
  const auto rows =
      free_busy_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id, "within"_arg = within,
                              "now"_arg = now, "is_told"_arg = detail != FeedDetail::busy, "name"_arg = calendar.name);
  return {calendar.name,
          face_of(calendar),
          calendar.time_zone,
          within,
          rows.read(0, 3, pg::to_instant).value_or(within.start),
          pg::to_spans(*rows.at(0, 1)),
          pg::to_spans(*rows.at(0, 2))};
}

/// The event of a row of feed_events_statement, as the feed shows it.
FeedEvent feed_event(const pg::Rows& rows, std::uint64_t row, const Calendar& calendar, const FeedOptions& options) {
  FeedEvent shown{read_event(rows, row, pg::Snapshot::callers), {}};
  if (const auto name = rows.read(row, kUidColumn, pg::to_text)) {
    shown.uid = name->substr(name->find(' ') + 1);
    shown.sequence = std::stoi(*name);
  }
  auto& event = shown.event;
  if (const auto start = rows.at(row, kOriginalStartColumn)) event.recurrence_id = pg::to_instant(*start);
  shown.series_made = rows.read(row, kSeriesMadeColumn, pg::to_instant);
  const auto& named = event.calendars;
  shown.is_busy_time = std::find(named.begin(), named.end(), calendar.name) == named.end() && !options.reads(event);
  return shown;
}

/// The calendar's text, with at most 10,000 events by start, then id, as the calling query's snapshot shows them. When
/// there are more, and neither `from` nor `to` is named, events are left out in this order: first those that have given
/// their time back, then those that ended before today, the oldest first, then those that begin last. Needs an open
/// pg::SpiConnection. Errors: 22023 when the range that `from` and `to` name has more events.
std::string icalendar_text(const Calendar& calendar, const FeedOptions& options) {
  const auto now = pg::now();
  const auto within = window_of(calendar, options, now);
  const auto day = today(calendar, now);
  if (options.free_busy) return write_free_busy(free_busy(calendar, within, now, options.detail));
  const bool is_named = options.from || options.to;
  const auto rows =
      feed_events_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id, "name"_arg = calendar.name,
                                "within"_arg = within, "most"_arg = kMostEvents + (is_named ? 1 : 0),
                                "is_busy"_arg = options.detail == FeedDetail::busy, "now"_arg = now, "today"_arg = day);
  if (rows.size() > kMostEvents) throw too_many(options);
  auto events = rows.map([&](auto row) { return feed_event(rows, row, calendar, options); });
  const auto last = last_change_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id);
  return write_feed({face_of(calendar), calendar.time_zone, calendar.grid().zone, options.detail, now,
                     std::move(events), calendar.name, day, last.empty() ? Instant{} : pg::to_instant(*last.at(0, 1))});
}

}  // namespace

JB_CONNECTED(jb_icalendar, std::string) {
  Validation validation;
  FeedOptions options{.free_busy = arguments.flag("free_busy"),
                      .from = arguments.instant(validation, "from_time"),
                      .to = arguments.instant(validation, "to_time"),
                      .reads = may_read};
  validation.raise();
  const auto calendar = require_named_calendar(arguments.word("calendar"));
  if (!rights_on(calendar.name).has(Right::read)) options.detail = FeedDetail::busy;
  return icalendar_text(calendar, options);
}

// The tag of a text changes after each change on the calendar, and after a hold on it has passed its deadline; readers
// with other rights have other tags. Cost: reads the calendar's row, and looks once into the index of due events.
JB_CONNECTED(jb_icalendar_tag, std::string) {
  const auto calendar = require_named_calendar(arguments.word("calendar"));
  const auto now = pg::now();
  // The settings that the text depends on are part of the tag, since the statement has updated_at in whole seconds, and
  // two changes of the settings can fall into one second.
  const auto face = face_of(calendar);
  const auto changes =
      state_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id, "now"_arg = now).first(pg::to_text);
  const auto form = rights_on(calendar.name).has(Right::read) ? " " : " busy ";
  const auto state = std::string(kForm) + " " + format_utc(today(calendar, now)) + " " + calendar.time_zone + " " +
                     std::to_string(calendar.horizon.count()) + " " + face.display_name + "\n" + face.color + " " +
                     changes.value_or("new") + form + rights_tag();
  return pg::hex(pg::digest(state).substr(0, 16));
}

// Public feeds. The token of a calendar's feed opens this calendar, and nothing else; events that are there as an
// attendee's are shown as far as the feed's maker may read them (rule 13.4). Each maker has a separate feed, so that
// nobody ends another's address. It opens nothing once its maker may no longer read the calendar. The functions run
// with their owner's rights, since a guest has no right to read a table.

namespace {

constinit auto find_feed_statement = pg::Statement<R"(
    SELECT c.name, f.shows, f.token, f.created_by, f.made_as FROM jb_feed f
      JOIN jb_calendar c ON c.id = f.calendar WHERE f.token = :token)">();
constinit auto store_feed_statement = pg::Statement<R"(
    INSERT INTO jb_feed (calendar, shows, token, created_by, created_at, made_as)
    VALUES (:calendar, :shows, :token, :created_by, :now, :made_as) ON CONFLICT (calendar, created_by)
        DO UPDATE SET shows = excluded.shows, token = excluded.token, created_at = excluded.created_at,
               made_as = excluded.made_as)">();
constinit auto delete_feed_statement = pg::Statement<
    "DELETE FROM jb_feed f WHERE f.calendar = :calendar AND (:all OR f.created_by = :created_by) RETURNING 1">();

/// One error for a token that never existed, a revoked token, one whose maker may no longer read the calendar, and one
/// of a deleted calendar, so that a guest cannot tell which of these it is.
Failure no_such_feed() {
  return {Error::not_found, "no feed has this token", "",
          "Ask for the address once more: a new token ends an old one."};
}

/// A public feed, which everybody with its token may read.
struct PublicFeed {
  Calendar calendar;
  FeedDetail detail;
  MakersRights maker;
};

/// The feed whose token this is.
PublicFeed require_feed(const std::string& token) {
  const auto rows = find_feed_statement.run(pg::Snapshot::callers, "token"_arg = pg::from_bytes(pg::digest(token)));
  if (rows.empty() || !pg::is_token(token, pg::to_bytes(*rows.at(0, 3)))) throw no_such_feed();
  auto calendar = find_calendar(pg::to_text(*rows.at(0, 1)));
  if (!calendar) throw no_such_feed();
  MakersRights maker({pg::to_text(*rows.at(0, 4)), rows.read(0, 5, pg::to_text)});
  if (!maker.may_call("jb_secretary") || !maker.has(Right::read, {calendar->name})) throw no_such_feed();
  return {std::move(*calendar), feed_detail_from(pg::to_text(*rows.at(0, 2))).value_or(FeedDetail::busy),
          std::move(maker)};
}

}  // namespace

JB_LENT(jb_feed_create, std::string) {
  const auto shows = arguments.text("shows").value_or("events");
  if (!feed_detail_from(shows)) throw invalid("shows", shows, "it must be events or busy");
  const auto name = arguments.word("calendar");
  if (is_same_name(name, kCeo)) make_calendar(name);
  const int calendar = lock_permitted(name, Right::read);
  const auto token = pg::new_token("jbf_");
  const auto maker = maker_now(arguments.principal());
  store_feed_statement.run("calendar"_arg = calendar, "shows"_arg = shows,
                           "token"_arg = pg::from_bytes(pg::digest(token)), "created_by"_arg = maker.principal,
                           "now"_arg = pg::now(), "made_as"_arg = maker.role);
  return token;
}

JB_CONNECTED(jb_feed_revoke, bool) {
  const auto name = arguments.word("calendar");
  const int calendar = lock_permitted(name, Right::read);
  // A manager of the calendar ends everybody's feeds, others end their own.
  const bool all = pg::caller_has_privileges_of("jb_manager") && may_any(Right::manage, {name});
  if (delete_feed_statement
          .run("calendar"_arg = calendar, "all"_arg = all, "created_by"_arg = pg::principal(arguments.principal()))
          .empty())
    throw Failure(Error::not_found, "calendar \"" + name + "\" has no public feed" + (all ? "" : " of yours"), "",
                  "jb_feed_create() makes one.");
  return true;
}

JB_CONNECTED(jb_feed_read, std::string) {
  const pg::Unasked unasked;
  const auto feed = require_feed(arguments.word("token"));
  const auto reads = [&](const Event& event) { return feed.maker.has(Right::read, event.calendars); };
  return icalendar_text(feed.calendar,
                        {.detail = feed.detail, .free_busy = arguments.flag("free_busy"), .reads = reads});
}

}  // namespace jb::functions
