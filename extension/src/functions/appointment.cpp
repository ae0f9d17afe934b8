// SPDX-License-Identifier: PostgreSQL
//
// Appointments with a provider: making, confirming and listing them, the provider's offered times, and its open slots;
// and the same by the provider's public page.
#include "core/adapters/appointment.hpp"

#include <algorithm>

#include "event.hpp"
#include "pg/icu.hpp"
#include "pg/secret.hpp"
#include "poll_access.hpp"
#include "writing.hpp"

namespace jb::functions {

namespace {

// An appointment has the provider's calendar alone (rule 11.1), so events that the provider only attends are left out.
constinit auto list_of_provider =
    list_statements<"e.calendars = :names AND (:word::text IS NULL OR jb_folded(e.attendees[1]) = :word)", "false">(
        false);
constinit auto appointment_page_statement = pg::Statement<R"(
    SELECT v.* FROM unnest(:ids::bigint[]) WITH ORDINALITY AS p (id, n)
     CROSS JOIN LATERAL (SELECT * FROM jb_appointment WHERE appointment_id = p.id OFFSET 0) v ORDER BY p.n)">();

constinit auto list_of_providers = prefix_statements<
    "e.calendars[1] LIKE 'provider:%' AND cardinality(e.calendars) = 1"
    " AND (:word::text IS NULL OR jb_folded(e.attendees[1]) = :word)">();

constinit auto open_statement = pg::Statement<
    "SELECT :provider, a.date, jb_slot_dictionary(a.spans) FROM jb_availability(:calendar, :date, :date) a">();

std::string calendar_of(const std::string& provider_id) { return std::string(kProvider) + provider_id; }

Failure no_such_provider(const std::string& id) {
  return {Error::not_found, "provider \"" + id + "\" does not exist", "", "jb_provider_availability_add() makes one."};
}

/// Refuses a provider without a calendar, and throws what `validation` has refused.
void require_provider(Validation& validation, const std::optional<std::string>& id) {
  if (id && !find_seen_calendar(calendar_of(*id))) validation.refuse("provider_id", *id, "there is no such provider");
  validation.raise();
}

/// If something is refused already, the provider is required before anything is locked, so that one error names
/// everything that is invalid (rule 8.3). Otherwise it is required within the call.
Datum reserve(const Arguments& arguments, Validation& validation, const Reservation& reservation, bool dry_run) {
  const auto require = [&] { require_provider(validation, reservation.provider_id); };
  if (!validation.ok()) connected(require);
  return keyed_outcome(arguments, dry_run, [&](Scheduler& scheduler) {
    require();
    return scheduler.schedule(new_appointment(reservation));
  });
}

/// Opens a date of the provider that the first argument names. Makes the provider if it is new; existing settings stay
/// (rule 11.2). Result: the open spans of the date, as jb_provider_availability shows them.
Datum add_open_date(const Arguments& arguments, Validation& validation, const OpenDate& open) {
  const auto id = arguments.word("provider_id");
  const auto name = calendar_of(id);
  if (id.empty() || !is_calendar_name(name)) {
    validation.refuse("provider_id", id, "it must be 1 to 191 of A-Z a-z 0-9 . _ : @ + -");
  }
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    if (id_of(name)) require_managing(name);
    scheduler.retune(name, [&] {
      if (make_calendar(name)) set_calendar(name, kNewProvider);
      require_managing(name);
      add_availability(name, *open.date, open.spans);
    });
    return 0;
  });
  return connected([&] {
    const auto calendar = own_name(name, pg::Snapshot::fresh);
    return pg::returned_row(open_statement.run("provider"_arg = calendar.substr(kProvider.size()),
                                               "calendar"_arg = calendar, "date"_arg = *open.date));
  });
}

using Words = std::vector<std::string>;

/// The statuses of jb_event_view that correspond to these statuses of appointments.
std::optional<Words> meant_by(const std::optional<Words>& statuses) {
  if (!statuses) return std::nullopt;
  Words meant;
  for (const auto& status : *statuses) {
    for (auto& word : statuses_of_appointment(status)) meant.push_back(std::move(word));
  }
  return meant;
}

}  // namespace

JB_CALL(jb_appointment_reserve, Datum) {
  Validation validation;
  const Reservation reservation{.provider_id = arguments.text("provider_id"),
                                .client = arguments.text("client"),
                                .time = read_arguments(arguments, validation)};
  check_reservation(validation, reservation, kArgumentNames);
  return reserve(arguments, validation, reservation, arguments.flag("dry_run"));
}

JB_CALL(jb_appointment_post, Datum) {
  Validation validation;
  const auto reservation = read_reservation(validation, arguments.json("request"), pg::parse_interval);
  check_reservation(validation, reservation);
  return reserve(arguments, validation, reservation, false);
}

JB_CALL(jb_appointment_status_set, Datum) {
  const auto id = arguments.event_id("appointment_id");
  const auto word = arguments.text("status");
  const auto status = wished_status(word.value_or(""));
  const auto given = arguments.text("reply");
  Validation validation;
  const auto reply = given ? read_reply(validation, *given) : std::nullopt;
  if (!status)
    validation.refuse("status", word.value_or("NULL"), "it must be CONFIRMED, DENIED or EXPIRED",
                      "Give CONFIRMED or DENIED, in capitals; EXPIRED where the deadline has passed.");
  validation.raise();
  const Editor edit = [&](const Event& current, Instant now) {
    if (!is_appointment(current))
      throw Failure(Error::not_found, "appointment " + std::to_string(id) + " does not exist", "",
                    "jb_appointments() lists the appointments.");
    check_decision(current, *word, now);
    Edit wanted;
    wanted.fields.status.set(status);
    wanted.if_still_free = arguments.flag("if_still_free");
    if (reply) wanted.fields.metadata.set(*reply);
    return wanted;
  };
  return keyed_update(arguments, arguments.flag("dry_run"), id, edit);
}

JB_CALL(jb_provider_availability_add, Datum) {
  Validation validation;
  OpenDate open{.date = arguments.required_date(validation, "on_date"), .spans = {}};
  open.spans = read_slots(validation, arguments.json("slots"));
  return add_open_date(arguments, validation, open);
}

JB_CALL(jb_provider_availability_post, Datum) {
  Validation validation;
  const auto open = read_open_date(validation, arguments.json("request"));
  return add_open_date(arguments, validation, open);
}

JB_CALL(jb_provider_availability_remove, bool) {
  const auto id = arguments.word("provider_id");
  Validation validation;
  const auto date = arguments.required_date(validation, "on_date");
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    const auto require = [&] {
      if (!find_seen_calendar(calendar_of(id))) throw no_such_provider(id);
      require_managing(calendar_of(id));
    };
    require();
    scheduler.retune(calendar_of(id), [&] {
      require();
      if (!remove_availability(calendar_of(id), *date)) throw no_such_provider(id);
    });
    return 0;
  });
  return true;
}

JB_CONNECTED_ROWS(jb_provider_slots) {
  const auto id = arguments.word("provider_id");
  Validation validation;
  const auto date = arguments.required_date(validation, "on_date");
  const auto wished = arguments.duration(validation, "duration");
  validation.raise();
  const auto most = arguments.max_rows();
  const auto calendar = find_seen_calendar(calendar_of(id));
  if (!calendar) throw no_such_provider(id);
  const auto duration = wished.value_or(calendar->default_duration);
  auto search = search_in(calendar->name, pg::now());
  // The date is the date of the start, as in a reservation: the end may lie on the next date.
  auto within = calendar->zone().day(*date);
  if (!within.empty()) within.end += duration - Seconds{1};
  add_slots(rows, search, duration, within, most);
}

JB_CONNECTED_ROWS(jb_appointment_one) {
  const auto id = arguments.bigint("appointment_id");
  if (id) rows.add(appointment_page_statement.run(pg::Snapshot::callers, "ids"_arg = std::vector{*id}));
}

JB_CONNECTED_ROWS(jb_appointments) {
  const auto provider = arguments.text("provider_id");
  const auto statuses =
      read_statuses(arguments, is_appointment_status,
                    "Name any of PENDING, CONFIRMED, DENIED, EXPIRED, CANCELLED and WAITING, in capitals.");
  check_range(arguments);
  const auto after = cursor(arguments);
  const auto most = arguments.max_rows();
  Validation validation;
  require_provider(validation, provider);
  Listing listing{.calendars = {},
                  .now = pg::now(),
                  .range = ListedRange(arguments),
                  .after = after,
                  .most = most,
                  .statuses = meant_by(statuses),
                  .word = pg::optional_param(arguments.text("client"), pg::folded_text)};
  if (provider) listing.calendars = {*find_calendar(calendar_of(*provider))};
  const auto page = provider ? page_of(list_of_provider, listing)
                             : page_of_prefix(list_of_providers, listing, std::string(kProvider));
  rows.add(appointment_page_statement.run(pg::Snapshot::callers, "ids"_arg = ids_of(page)));
}

// Bookings by a provider's public page (rules 11.9 to 11.15). The functions run with their owner's rights, since a
// guest has none: the provider's setting opens the page, and a token opens one booking. Their answers name nobody but
// the visitor, and no other event.

namespace {

/// The calendar of a provider's page, by an index of pages alone, so that a provider without one costs no more than one
/// that does not exist (rule 13.5).
constexpr auto kPage = "c.public_booking AND " + kHasName<"substr(c.name, 10)", ":provider">;

constinit auto page_statement = pg::Statement<"SELECT c.name FROM jb_calendar c WHERE " + kPage>();
constinit auto page_facts_statement = pg::Statement<R"(
    SELECT json_build_object('provider_id', substr(c.name, 10), 'display_name', c.display_name,
                             'time_zone', c.time_zone, 'duration', extract(epoch FROM c.default_duration)::bigint,
                             'min_notice', extract(epoch FROM c.min_notice)::bigint,
                             'confirm_within', extract(epoch FROM c.confirm_within)::bigint)
      FROM jb_calendar c WHERE )" + kPage>();

constinit auto take_link_statement = pg::Statement<R"(
    INSERT INTO jb_booking_link (token, calendar, sender, request, made_at)
    VALUES (:token, :calendar, :sender, :request, 'infinity') ON CONFLICT (token) DO NOTHING RETURNING 1)">();
constinit auto keep_booking_statement = pg::Statement<
    "UPDATE jb_booking_link SET event_id = :event, starts_at = :start, made_at = :now WHERE token = :token">();
constinit auto drop_link_statement = pg::Statement<"DELETE FROM jb_booking_link WHERE token = :token">();
constinit auto find_link_statement = pg::Statement<R"(
    SELECT l.calendar, l.sender, l.request, l.event_id
      FROM jb_booking_link l LEFT JOIN jb_calendar c ON c.id = l.calendar
     WHERE l.token = :token AND l.event_id IS NOT NULL
       AND (c.id IS NULL OR )" + kHasName<"c.name", ":calendar"> +
                                                   R"())">();

/// The holds of the calendar past their deadline, which do not count, ended by a writer or not (rule 3.9).
constexpr sql::Text kEnded = R"(
    ended AS (SELECT w.event_id FROM jb_watched w JOIN jb_event e ON e.id = w.event_id
               WHERE w.calendar = :calendar AND w.due_at <= :now AND e.status = 'held' AND e.expires_at <= :now))";
constexpr sql::Text kLasts = "l.event_id <> :event AND l.event_id NOT IN (SELECT n.event_id FROM ended n)";

// Holds are counted among the calendar's watched events, which are never many. All others are counted up to the limit,
// by an index of those that take time, or by one that is read from the last 24 hours on. So the cost does not grow with
// the provider's past.
template <sql::Text condition, sql::Text most>
constexpr auto kCounted = R"(
           (SELECT count(*)
              FROM (SELECT FROM jb_booking_link l
                     WHERE l.calendar = :calendar AND )" +
                          condition + " LIMIT c." + most + ") n)::int";
constexpr sql::Text kOfSender = "l.sender = :sender AND ";
constexpr auto kAhead = "l.starts_at > :now AND " + kLasts;
constexpr auto kOnDay = "l.starts_at >= :day_start AND l.starts_at < :day_end AND " + kLasts;
constexpr sql::Text kMadeToday = "l.made_at > :now - interval '24 hours' AND l.event_id <> :event";
constinit auto count_bookings_statement =
    pg::Statement<"WITH" + kEnded + R"(,
         held AS (SELECT l.sender FROM jb_watched w JOIN jb_booking_link l ON l.event_id = w.event_id
                    JOIN jb_event e ON e.id = w.event_id
                   WHERE w.calendar = :calendar AND w.event_id <> :event AND e.status = 'held' AND e.expires_at > :now)
    SELECT (SELECT count(*) FROM held)::int, (SELECT count(*) FROM held h WHERE h.sender = :sender)::int,)" +
                  kCounted<kAhead, "max_guest_bookings"> + "," + kCounted<kOfSender + kAhead, "max_guest_bookings"> +
                  "," + kCounted<kOfSender + kMadeToday, "max_guest_bookings"> + R"(,
           c.max_guest_bookings, c.max_guest_bookings_per_day
      FROM jb_calendar c WHERE c.id = :calendar)">();
constinit auto count_day_statement =
    pg::Statement<"WITH" + kEnded + "SELECT" + kCounted<kOnDay, "max_guest_bookings_per_day"> + "," +
                  kCounted<kOfSender + kOnDay, "max_guest_bookings_per_day"> + R"(,
           c.max_guest_bookings_per_day
      FROM jb_calendar c WHERE c.id = :calendar)">();

constinit auto count_moves_statement = pg::Statement<R"(
    SELECT (SELECT count(*)
              FROM (SELECT FROM jb_change_log l
                     WHERE l.event_id = :event AND l.version > 1 AND l.calendar = c.id
                       AND l.principal = :principal AND l.at > :now::timestamptz - interval '24 hours'
                     LIMIT c.max_guest_bookings + 1) n)::int,
           c.max_guest_bookings
      FROM jb_calendar c WHERE c.id = :calendar)">();

constinit auto booked_time_statement = pg::Statement<R"(
    SELECT e.calendars,
           extract(epoch FROM coalesce(e.end_timestamp - e.start_timestamp, e.duration,
                                       make_interval(days => e.days)))::bigint,
           e.status = 'waiting' OR (e.status IN ('pending', 'held') AND e.start_timestamp > jb_now()),
           e.status = 'waiting', e.start_timestamp
      FROM jb_event_view e WHERE e.id = :event)">();

// By the event's id, found before, since a join would read the whole view.
constinit auto event_of_token_statement =
    pg::Statement<"SELECT l.event_id FROM jb_booking_link l WHERE l.token = :token">();
constinit auto booking_row_statement = pg::Statement<R"(
    SELECT :outcome, :reason, :detail, :hint, e.version, e.json, e.calendar, k.change_seq, e.due,
           e.version || coalesce('-' || nullif(k.zone_changes, 0), '')
      FROM (SELECT 1) one
      LEFT JOIN LATERAL (SELECT v.version, jb_booking_json(jb_event_json(v)) AS json, v.calendars[1] AS calendar,
                                CASE WHEN v.status IN ('held', 'expired') THEN v.expires_at END AS due
                           FROM jb_event_view v WHERE v.id = :event OFFSET 0) e ON true
      LEFT JOIN LATERAL (SELECT l.change_seq, c.zone_changes FROM jb_calendar c
                           JOIN jb_calendar_lock l ON l.id = c.id WHERE c.name = e.calendar OFFSET 0) k ON true)">();

/// The provider's calendar, if it takes public bookings.
std::optional<Calendar> find_page(const std::string& provider_id, pg::Snapshot snapshot) {
  const auto found = page_statement.run(snapshot, "provider"_arg = provider_id);
  return found.empty() ? std::nullopt : find_calendar(pg::to_text(*found.at(0, 1)), snapshot);
}

/// Also for a provider who takes no public bookings.
Failure no_such_page(const std::string& provider_id) {
  return {Error::not_found, "provider \"" + provider_id + "\" has no booking page", "",
          "Ask the provider for the address of the page."};
}

Calendar require_page(const std::string& provider_id, pg::Snapshot snapshot) {
  if (auto calendar = find_page(provider_id, snapshot)) return std::move(*calendar);
  throw no_such_page(provider_id);
}

/// The provider's page now that the calendar is locked. While a call waits for the lock, the provider may close the
/// page.
Calendar require_still_open(const std::string& provider_id, const Calendar& page) {
  auto now = find_page(provider_id, pg::Snapshot::fresh);
  if (!now || now->id != page.id) throw no_such_page(provider_id);
  return std::move(*now);
}

/// The row that answers a call: its outcome, if it did anything, a new `token`, and the booking as it is now, if the
/// token of this digest has one.
Datum shown_guest_booking(const std::optional<Outcome>& done, const std::string& digest, pg::Snapshot snapshot,
                          const Token& token = {}) {
  const pg::Unasked unasked;
  const auto found = event_of_token_statement.run(snapshot, "token"_arg = pg::from_bytes(digest));
  const auto id = found.empty() ? pg::Param::null(INT8OID) : found.param(0, 1);
  const bool is_rejected = done && done->outcome == Verb::rejected && done->refusal;
  return pg::returned_row(booking_row_statement.run(
      snapshot, "event"_arg = id, "outcome"_arg = done ? pg::Param(name_of(done->outcome)) : pg::Param::null(TEXTOID),
      "reason"_arg = is_rejected ? pg::Param(name_of(done->refusal->reason)) : pg::Param::null(TEXTOID),
      "detail"_arg = pg::from_ranges(done ? done->alternatives : std::vector<Span>()), "hint"_arg = token));
}

/// Runs `work`, which writes for a visitor, and answers with the booking of the token of this digest. `made`: the
/// token, if it is a new one, which the visitor gets with a new booking.
template <class Work>
Datum as_visitor(const std::string& digest, Work&& work, const Token& made = {}) {
  PgStore store(std::string(kBookingPage), true);
  pg::SpiConnection spi;
  Scheduler scheduler(store);
  const Outcome outcome = work(scheduler, store);
  store.settle();
  const Datum row = shown_guest_booking(outcome, digest, pg::Snapshot::fresh, outcome.event_id ? made : std::nullopt);
  spi.finish();
  return row;
}

constexpr const char* kAskProvider = "Ask the provider for another time, or cancel the booking.";

Failure cannot_be_moved(const std::string& why) {
  return {Error::invalid_transition, "the booking cannot be moved: " + why, "", kAskProvider};
}

/// Refuses a booking that its provider has moved to another calendar, whose times this page must not show.
void require_on(const std::string& calendar, const std::vector<std::string>& calendars) {
  if (calendars.front() != calendar) throw cannot_be_moved("it is now on another calendar");
}

Failure is_over() {
  return {Error::invalid_transition, "the booking has begun or is over and cannot be changed", "",
          "Book another time, or ask the provider."};
}

/// Changes a booking. Errors about its status or version leave out the event's id, which the visitor must not know.
template <class Change>
Outcome changed_guest_booking(Change&& change) {
  try {
    return change();
  } catch (const Failure& failure) {
    if (failure.error == Error::version_mismatch)
      throw Failure(failure.error, "the booking" + failure.message.substr(failure.message.find(" has version")),
                    failure.detail, "Look at the booking again, and repeat the change on what it is now.");
    if (failure.error != Error::invalid_transition || failure.hint == kAskProvider) throw;
    throw is_over();
  }
}

/// One error for whatever is wrong with the token.
Failure no_such_guest_booking() {
  return {Error::not_found, "no booking has this token", "", "Use the link that was given when the booking was made."};
}

/// A row of jb_booking_link. Of the token, its sender and the request only the SHA-256 is kept.
struct GuestBookingLink {
  std::string token{};  ///< its digest
  int calendar = 0;     ///< of the provider
  std::optional<std::string> sender{};
  std::string request{};
  std::optional<EventId> event_id{};
};

/// The link of a token with this provider, whether or not the provider takes public bookings. If the link's calendar is
/// gone, its booking was moved to another calendar before, and the token alone opens it (rule 11.13). It may have come
/// back to a later calendar of the provider: counts are of the calendar that the event is on.
std::optional<GuestBookingLink> find_link(const std::string& provider_id, const std::string& token,
                                          pg::Snapshot snapshot) {
  const auto rows =
      find_link_statement.run(snapshot, "token"_arg = pg::from_bytes(token), "calendar"_arg = calendar_of(provider_id));
  if (rows.empty()) return std::nullopt;
  return GuestBookingLink{.token = token,
                          .calendar = pg::to_int(*rows.at(0, 1)),
                          .sender = rows.read(0, 2, pg::to_bytes),
                          .request = pg::to_bytes(*rows.at(0, 3)),
                          .event_id = pg::to_id(*rows.at(0, 4))};
}

GuestBookingLink require_link(const Arguments& arguments, const std::string& digest, pg::Snapshot snapshot) {
  if (auto link = find_link(arguments.word("provider_id"), digest, snapshot)) return std::move(*link);
  throw no_such_guest_booking();
}

/// The sender that the front end names; none if a caller in SQL names nobody.
std::optional<std::string> sender_of(const Arguments& arguments) {
  const auto sender = arguments.text("sender");
  return sender && !sender->empty() ? std::optional(pg::digest(*sender)) : std::nullopt;
}

pg::Param sender_param(const GuestBookingLink& link) {
  return link.sender ? pg::from_bytes(*link.sender) : pg::Param::null(BYTEAOID);
}

/// The bookings beside that of the link, on any day; it is not new if it was made before, and waited. A writer has
/// locked the calendar, so that the counts hold until the end of the transaction. The same holds for the functions
/// below.
GuestBookingRoom room_beside(const GuestBookingLink& link, Instant now, pg::Snapshot snapshot, bool is_new = true) {
  const auto rows =
      count_bookings_statement.run(snapshot, "calendar"_arg = link.calendar, "sender"_arg = sender_param(link),
                                   "event"_arg = link.event_id.value_or(0), "now"_arg = now);
  const auto count = [&](int column) { return pg::to_int(*rows.at(0, column)); };
  return {.all = {.pending = count(1), .ahead = count(3)},
          .of_sender = {.pending = count(2), .ahead = count(4)},
          .made_by_sender = is_new ? count(5) : 0,
          .most_ahead = count(6),
          .most_on_day = count(7)};
}

/// The same on one day.
GuestBookingRoom room_on_day_beside(const GuestBookingLink& link, Span day, Instant now, pg::Snapshot snapshot) {
  const auto rows = count_day_statement.run(snapshot, "calendar"_arg = link.calendar, "sender"_arg = sender_param(link),
                                            "event"_arg = link.event_id.value_or(0), "now"_arg = now,
                                            "day_start"_arg = day.start, "day_end"_arg = day.end);
  const auto count = [&](int column) { return pg::to_int(*rows.at(0, column)); };
  return {.all = {.on_day = count(1)}, .of_sender = {.on_day = count(2)}, .most_on_day = count(3)};
}

/// Checks the number of moves made, plus `more`. Their history stays, like that of cancelled bookings.
void check_moves_of(const GuestBookingLink& link, Instant now, int more, pg::Snapshot snapshot) {
  const auto rows = count_moves_statement.run(snapshot, "calendar"_arg = link.calendar, "event"_arg = *link.event_id,
                                              "principal"_arg = kBookingPage, "now"_arg = now);
  check_moves(pg::to_int(*rows.at(0, 1)) + more, pg::to_int(*rows.at(0, 2)));
}

void check_room_on_day_of(const GuestBookingLink& link, Instant start, Instant now, const Calendar& calendar) {
  const auto day = calendar.zone().day_at(start);
  check_room_on_day(room_on_day_beside(link, day, now, pg::Snapshot::fresh), day.end, calendar.zone());
}

/// Removes alternatives that could not be booked, on days without room.
void keep_bookable(std::vector<Span>& alternatives, const GuestBookingLink& link, Instant now,
                   const Calendar& calendar) {
  std::erase_if(alternatives, [&](const Span& span) {
    const auto day = calendar.zone().day_at(span.start);
    return !has_room_on_day(room_on_day_beside(link, day, now, pg::Snapshot::fresh));
  });
}

void check_token(Validation& validation, const Token& token) {
  if (token && !is_visitors_token(*token))
    validation.refuse("token", "", "a token that the visitor makes is jbb_ and 48 digits of hexadecimal");
}

/// The answer to a call repeated under its token: the first call's booking, as it is now.
Outcome repeated(const std::string& provider_id, const GuestBookingLink& link) {
  const auto first = find_link(provider_id, link.token, pg::Snapshot::fresh);
  if (!first || first->request != link.request)
    throw Failure(Error::key_reused, "the token stands for another booking", "", "Take a new token for a new booking.");
  Outcome outcome;
  outcome.outcome = Verb::unchanged;
  return outcome;
}

/// A wished booking: its length, and the link of the booking that it is, or would be beside.
struct WishedBooking {
  Seconds duration;
  GuestBookingLink link;
  bool waits;                    ///< for a time, so that it has no room yet
  std::optional<Instant> start;  ///< at which it is booked now
};

/// The booking that slots are wanted for: a new one, or the token's, which is to move.
WishedBooking wished_booking(const Arguments& arguments, const Calendar& calendar) {
  const auto given = token(arguments);
  if (!given)
    return {calendar.default_duration, {.calendar = calendar.id, .sender = sender_of(arguments)}, false, std::nullopt};
  auto link = require_link(arguments, pg::digest(*given), pg::Snapshot::callers);
  const auto booked = booked_time_statement.run(pg::Snapshot::callers, "event"_arg = *link.event_id);
  if (booked.empty()) throw no_such_guest_booking();
  require_on(calendar.name, pg::to_texts(*booked.at(0, 1)));
  link.calendar = calendar.id;
  if (!pg::to_bool(*booked.at(0, 3))) throw is_over();
  return {Seconds{pg::to_id(*booked.at(0, 2))}, link, pg::to_bool(*booked.at(0, 4)), booked.read(0, 5, pg::to_instant)};
}

/// Where it may go: to the time that is open, or would be without the booking itself.
Search open_to(const WishedBooking& wished, const Calendar& calendar, Instant now) {
  if (!wished.link.event_id) return search_in(calendar.name, now);
  SnapshotStore store{std::string(kBookingPage)};
  return Scheduler(store, true).search_beside(*wished.link.event_id);
}

}  // namespace

// A repeated call is answered even if the page was closed meanwhile. Like an idempotency key, the token is taken before
// the calendar is locked: a call waits for another open transaction that has taken the token. The counts are read after
// the lock, which keeps them until the end of the transaction.
JB_CALL(jb_booking_make, Datum) {
  const auto provider_id = arguments.word("provider_id");
  const auto request = arguments.json("request");
  const auto given = token(arguments);
  Validation validation;
  const auto wanted = read_guest_request(validation, request, pg::parse_interval);
  check_token(validation, given);
  const auto token = given ? *given : pg::new_token("jbb_");
  const auto digest = pg::digest(token);
  const auto make = [&](Scheduler& scheduler, const PgStore& store) {
    GuestBookingLink link{.token = digest, .sender = sender_of(arguments), .request = pg::digest(request)};
    const auto page = find_page(provider_id, pg::Snapshot::fresh);
    if (!page && find_link(provider_id, digest, pg::Snapshot::fresh)) return repeated(provider_id, link);
    if (!page) throw no_such_page(provider_id);
    const auto& calendar = *page;
    validation.raise();
    link.calendar = calendar.id;
    const pg::Param key = pg::from_bytes(digest);
    const auto taken =
        take_link_statement.run("token"_arg = key, "calendar"_arg = link.calendar, "sender"_arg = sender_param(link),
                                "request"_arg = pg::from_bytes(link.request));
    if (taken.empty()) return repeated(provider_id, link);
    auto outcome = [&] {
      try {
        return scheduler.schedule(new_guest_booking(calendar.name, wanted));
      } catch (const Failure&) {
        require_still_open(provider_id, calendar);  // it may have been deleted
        throw;
      }
    }();
    check_as_told(wanted, require_still_open(provider_id, calendar));
    const auto now = store.decided_at();
    if (!outcome.event_id) {
      drop_link_statement.run("token"_arg = key);
      check_room(room_beside(link, now, pg::Snapshot::fresh));
      keep_bookable(outcome.alternatives, link, now, calendar);
      return outcome;
    }
    keep_booking_statement.run("token"_arg = key, "event"_arg = *outcome.event_id, "start"_arg = *wanted.start,
                               "now"_arg = now);
    link.event_id = outcome.event_id;
    check_room(room_beside(link, now, pg::Snapshot::fresh));
    check_room_on_day_of(link, *wanted.start, now, calendar);
    return outcome;
  };
  return as_visitor(digest, make, given ? Token() : token);
}

JB_CONNECTED(jb_booking, Datum) {
  const auto digest = digest_of(token(arguments));
  require_link(arguments, digest, pg::Snapshot::callers);
  return shown_guest_booking({}, digest, pg::Snapshot::callers);
}

JB_CALL(jb_booking_move, Datum) {
  const auto digest = digest_of(token(arguments));
  const auto start = arguments.instant("start_timestamp");
  const auto expected = arguments.bigint("expected_version");
  return as_visitor(digest, [&](Scheduler& scheduler, const PgStore& store) {
    auto link = require_link(arguments, digest, pg::Snapshot::fresh);
    if (!start) throw invalid("start_timestamp", "NULL", "it is required");
    std::optional<Calendar> calendar;
    Fields fields;
    fields.start_timestamp.set(*start);
    fields.only_slots = true;
    Validation validation;
    check_values(validation, fields);
    validation.raise();
    bool waited = false;
    const Editor edit = [&](const Event& event, Instant) {
      waited = event.status == Status::waiting;
      calendar = find_page(arguments.word("provider_id"), pg::Snapshot::fresh);
      if (!calendar) throw cannot_be_moved("the provider takes no bookings by the page now");
      require_on(calendar->name, event.calendars);
      link.calendar = calendar->id;
      return Edit{.fields = fields};
    };
    auto answer = changed_guest_booking([&] { return scheduler.update(*link.event_id, edit, expected); });
    const auto now = store.decided_at();
    if (answer.outcome != Verb::unchanged && waited)
      check_room(room_beside(link, now, pg::Snapshot::fresh, /*is_new=*/false));
    if (answer.outcome == Verb::rejected) {
      check_moves_of(link, now, 1, pg::Snapshot::fresh);  // no alternative could be taken
      keep_bookable(answer.alternatives, link, now, *calendar);
    } else if (answer.outcome != Verb::unchanged) {
      check_moves_of(link, now, 0, pg::Snapshot::fresh);
      check_room_on_day_of(link, *start, now, *calendar);
    }
    return answer;
  });
}

JB_CALL(jb_booking_cancel, Datum) {
  const auto digest = digest_of(token(arguments));
  const auto expected = arguments.bigint("expected_version");
  return as_visitor(digest, [&](Scheduler& scheduler, const PgStore&) {
    const auto link = require_link(arguments, digest, pg::Snapshot::fresh);
    return changed_guest_booking(
        [&] { return scheduler.become(*link.event_id, {.status = Status::cancelled}, expected); });
  });
}

JB_CONNECTED(jb_booking_page, Datum) {
  const auto provider_id = arguments.word("provider_id");
  const auto facts = page_facts_statement.run(pg::Snapshot::callers, "provider"_arg = provider_id);
  if (facts.empty()) throw no_such_page(provider_id);
  return pg::outliving(*facts.at(0, 1));
}

// Offers only what could be booked: full days are left out, and if no day has room the call says so (rule 11.14). A
// booking that is moved takes room on its new day alone, and is itself not in the way (jb_booking_move).
JB_CONNECTED_ROWS(jb_booking_slots) {
  const pg::Unasked unasked;
  const auto calendar = require_page(arguments.word("provider_id"), pg::Snapshot::callers);
  auto left = static_cast<std::size_t>(arguments.max_rows());
  const auto wished = wished_booking(arguments, calendar);
  const auto& [duration, link, waits, booked] = wished;
  const auto now = pg::now();
  if (!link.event_id) check_room(room_beside(link, now, pg::Snapshot::callers));
  if (waits) check_room(room_beside(link, now, pg::Snapshot::callers, /*is_new=*/false));
  if (link.event_id) check_moves_of(link, now, 1, pg::Snapshot::callers);
  auto search = open_to(wished, calendar, now);
  const auto from = std::clamp(arguments.instant("from_time").value_or(now), kRepresentable.start, kRepresentable.end);
  Span within{from, kRepresentable.end};
  Span day{from, from};
  for (std::optional<Instant> start; left > 0 && (start = search.first_fit(duration, within));) {
    pg::check_for_interrupts();
    within.start = *start + Seconds{1};
    if (start == booked) continue;
    if (*start >= day.end) {
      day = calendar.zone().day_at(*start);
      if (!has_room_on_day(room_on_day_beside(link, day, now, pg::Snapshot::callers))) {
        within.start = day.end;
        continue;
      }
    }
    rows.add(pg::Values({Span{*start, *start + duration}}));
    --left;
  }
}

}  // namespace jb::functions
