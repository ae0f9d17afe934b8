// SPDX-License-Identifier: PostgreSQL
#include "../answers.hpp"
#include "../arguments.hpp"
#include "../message.hpp"
#include "../route.hpp"

namespace jb::gateway {

// Providers and their appointments, under the routes of their seed: open dates, free slots, and appointments that are
// reserved, awaited, decided.

namespace {

/// One date, or a page of open dates.
Response dates(const Request& request, const pg::Result& result) {
  return value_of(request, "date") ? object(request, result) : page(request, result);
}

constexpr long long kFirstSecond = -62'135'596'800, kLastSecond = 253'402'300'799;  // of the years 0001 to 9999

// The calendar whose clock the dates of a list are on.
constexpr sql::Text kProviderCalendar = "'provider:' || :provider_id";

// A provider's booking page, for visitors without a certificate. The token of a booking goes in the Authorization
// header; the database judges it.

constexpr sql::Text kBookingColumns =
    "b.outcome, b.reason, coalesce(jb_ranges_json(b.alternatives, 'UTC'), '[]'), b.tag";

enum BookingColumn { of_outcome, of_reason, of_alternatives, of_tag, of_booking };

// The sender: guests are distinguished by network, as nginx gives it.
constexpr Argument opening = required(token), sender{reads::given<&Request::caller>, "sender"};

/// The problem of a rejected booking gives the reason and the alternatives. It must not name an event to a stranger.
Response written(const Request&, const pg::Result& result) {
  if (result.view(0, of_outcome) == "rejected")
    throw rejected(result.text(0, of_reason), "The provider does not take this time.")
        .member("alternatives", Json::parse(result.view(0, of_alternatives)));
  Response response = json_response(200, result.text(0, of_booking)).with("ETag", etag(result.view(0, of_tag)));
  response.told.push_back({result.text(0, of_outcome), {}});
  return response;
}

/// 201, with a token unless the visitor brought one; 200 when the call is repeated under its token.
Response booked(const Request& request, const pg::Result& result) {
  Response response = written(request, result);
  if (result.view(0, of_outcome) == "unchanged") return response;
  response.status = 201;
  return std::move(response.with("Location", "/book/" + percent_encode(request.parameter) + "/booking"));
}

// The booking with its token and the address of the page that it opens, null if the server has no public address.
constexpr auto kWithToken =
    "CASE WHEN b.token IS NULL THEN b.booking::text ELSE " +
    with_member(with_member("b.booking", "token", "to_json(b.token)"), "url",
                "coalesce(to_json(:public_url::text || '/book/' || :path || '#' || b.token), 'null')") +
    " END";

// Coaching sessions, their coaches and clients, under the routes of their seed. Errors of /api/v1 have the form that
// clients of the seed know (gateway.cpp).

/// The id in {"coach": {"coach_hash_id": "123"}}; the argument's name is "coach".
pg::Parameter wrapped_id(const Request& request, const Argument& argument) {
  const std::string person(argument.name), id = person + "_hash_id";
  const Json given = read_json(request.body);
  const auto wraps = [](const Json& object, const std::string& name) {
    return object.is_object() && object.size() == 1 && object.contains(name);
  };
  if (wraps(given, person) && wraps(given[person], id) && is_text(given[person][id]))
    return given[person][id].get<std::string>();
  throw invalid_body("the body must be {\"" + person + "\": {\"" + id + "\": \"...\"}}")
      .member("errors", Json::array({{{"field", id}, {"message", "must be given as a text, and nothing else"}}}));
}

// The calendar whose clock the dates of a list are on: the coach's, else the client's, else none.
constexpr sql::Text kPersonOfSessions = "coalesce('coach:' || :coach_hash_id, 'client:' || :client_hash_id)";

// clang-format off
// The version that a write must find, from the tags in If-Match; 0, which no event has, if none is that of the token's
// booking.
constexpr auto kExpectedBooking = R"(
    CASE WHEN :versions::text[] IS NOT NULL
         THEN (SELECT CASE WHEN )" + is_named("n.version", "n.tag") + R"( THEN n.version ELSE 0 END
                 FROM jb_booking(:path, :token) AS n) END)";

constexpr Row kProviderRows[] = {
    // One date, or the open dates of a year. Weekly hours, if the provider has any, open dates too.
    {"GET", "/providers/:id/availability", read, Body::none, statement<R"(
        SELECT jb_provider_availability_json(ROW(:path, a.date, jb_slot_dictionary(a.spans))::jb_provider_availability),
               a.date
          FROM jb_availability('provider:' || :path, from_date => coalesce(:date::date, :after::date, :from::date),
                 to_date => coalesce(:date::date, greatest(:after::date, coalesce(:to::date,
                   least(coalesce(:from::date, jb_now()::date) + 366, '9999-12-31')))), principal => :principal) AS a
         WHERE :date::date IS NOT NULL OR a.spans <> '[]' AND (:to::date IS NULL OR a.date <= :to::date)
                                       AND (:after::date IS NULL OR a.date > :after::date)
         ORDER BY a.date LIMIT :limit::int)">,
     {path, date("date"), date("from"), date("to"), date("after"), limit, principal}, dates},

    {"POST", "/providers/:id/availability", write, Body::json, statement<R"(
        SELECT jb_provider_availability_json(a)
          FROM jb_provider_availability_post(:path, :body::jsonb, principal => :principal) AS a)">,
     {path, body, principal}, made},

    {"DELETE", "/providers/:id/availability", write, Body::none, statement<R"(
        SELECT jb_provider_availability_remove(:path, :date::date, principal => :principal))">,
     {path, required(date("date")), principal}, nothing},

    // Further slots of a date are found in the same way as the first ones.
    {"GET", "/providers/:id/slots", read, Body::none, statement<R"(
        SELECT j.slot, extract(epoch FROM lower(s.slot))::bigint
          FROM (SELECT f.slot
                  FROM jb_provider_slots(:path, :date::text::date, duration => :duration::interval,
                                         max_rows => :limit::int, principal => :principal) AS f (slot)
                 WHERE :after::bigint IS NULL
                UNION ALL
                SELECT f.slot
                  FROM jb_calendar('provider:' || :path, principal => :principal) AS c,
                       LATERAL jb_slots(coalesce(:duration::interval, c.default_duration), calendars => ARRAY[c.name],
                         from_time => to_timestamp(:after::bigint) + interval '1 second', max_rows => :limit::int,
                         principal => :principal) AS f (slot)
                 WHERE :after::bigint IS NOT NULL) AS s,
               LATERAL jb_provider_slot_json(s.slot, :path, principal => :principal) AS j (slot)
         WHERE j.slot ->> 'date' = :date::text)">,
     {path, required(date("date")), duration, limit, number("after", kFirstSecond, kLastSecond), principal}, page},

    {"GET", "/appointments", read, Body::none, statement<R"(
        SELECT jb_appointment_json(jb_event_json(jb_event(a.appointment_id, principal => :principal))),
               concat(extract(epoch FROM a.start_timestamp)::bigint, ',', a.appointment_id)
          FROM jb_appointments(provider_id => :provider_id, client => :client, status => string_to_array(:status, ','),
                 from_time => coalesce()" + begin_on(kProviderCalendar) + R"(, jb_now()),
                 to_time => )" + end_on(kProviderCalendar) + R"(, after => :after, max_rows => :limit::int,
                 principal => :principal) AS a)">,
     {calendar("provider_id"), text("client"), list("status"), instant("from"), range_end, text("after"), limit,
      principal}, page},

    {"POST", "/appointments", write, Body::json, statement<R"(
        SELECT )" + answer_columns_as("jb_appointment_json") + R"(
          FROM jb_appointment_post(:body::jsonb, principal => :principal, idempotency_key => :key) AS o)">,
     {body, principal, key}, created},

    // An appointment becomes EXPIRED by the clock, without a new version. While it is PENDING, a request may wait until
    // it has another status (rule 11.7).
    {"GET", "/appointments/:id", read, Body::none, statement<R"(
        SELECT e.tag, jb_appointment_json(e.event), a.status = 'EXPIRED',
               CASE WHEN a.status = 'PENDING' THEN c.name END, c.change_seq, )" + due("a.expires_at") + R"(, true
          FROM jb_appointment(:event_id::bigint, principal => :principal) AS a,
               jb_event_answer(a.appointment_id, principal => :principal) AS e,
               jb_calendar('provider:' || a.provider_id, principal => :principal) AS c
         WHERE a.appointment_id = :event_id::bigint)">,
     {event_id, principal, aside(tags), aside(wait)}, tagged},

    {"PUT", "/appointments/:id/status", write, Body::members, statement<R"(
        SELECT )" + answer_columns_as("jb_appointment_json") + R"(
          FROM jb_appointment_status_set(:event_id::bigint, :status, if_still_free => :if_still_free::bool,
                 reply => :reply, expected_version => )" + kExpectedVersion + R"(,
                 principal => :principal, idempotency_key => :key) AS o)">,
     {event_id, versions, required(word("status")), option("if_still_free"), member("reply", checks::is_note),
      principal, key}, changed},

    // Booking pages.

    {"GET", "/book/:id", read, Body::none, statement<"SELECT jb_booking_page(:path)">,
     {path}, object, Face::guest},

    {"POST", "/book/:id", write, Body::json, statement<R"(
        SELECT )" + kBookingColumns + ", " + kWithToken + R"(
          FROM jb_booking_make(:path, :body::jsonb, token => :token, sender => :sender) AS b)">,
     {path, body, token, public_url, sender}, booked, Face::guest},

    {"GET", "/book/:id/slots", read, Body::none, statement<R"(
        SELECT jb_range_json(s.slot, p.facts ->> 'time_zone')
          FROM jb_booking_page(:path) AS p (facts),
               jb_booking_slots(:path, from_time => :from::timestamptz, max_rows => :limit::int, token => :token,
                                sender => :sender) AS s (slot))">,
     {path, {.read = reads::instant, .name = "from", .source = Source::query, .is_moment = true}, limit, token, sender}, array, Face::guest},

    // While the client's version of the booking is current, the request may wait until it changes: the provider
    // confirms, denies or moves it, or the deadline passes. A hold ends by the clock, without a new version.
    {"GET", "/book/:id/booking", read, Body::none, statement<R"(
        SELECT b.tag, b.booking, coalesce(b.expires_at <= clock_timestamp(), false), b.calendar, b.change_seq,
               )" + due("b.expires_at") + R"(
          FROM jb_booking(:path, :token) AS b)">,
     {path, opening, aside(tags), aside(wait)}, tagged, Face::guest},

    {"PUT", "/book/:id/booking", write, Body::members, statement<R"(
        SELECT )" + kBookingColumns + R"(, b.booking
          FROM jb_booking_move(:path, :token, :start_timestamp::timestamptz, )" + kExpectedBooking + R"() AS b)">,
     {path, opening, required(member("start_timestamp", checks::is_instant)), versions}, written, Face::guest},

    {"DELETE", "/book/:id/booking", write, Body::none, statement<R"(
        SELECT )" + kBookingColumns + R"(, b.booking
          FROM jb_booking_cancel(:path, :token, )" + kExpectedBooking + R"() AS b)">,
     {path, opening, versions}, written, Face::guest},

    // Sessions.

    {"GET", "/api/v1/sessions", read, Body::none, statement<R"(
        SELECT jb_session_json(jb_event_json(jb_event(s.id, principal => :principal))),
               concat(extract(epoch FROM s.start)::bigint, ',', s.id)
          FROM jb_sessions(coach_hash_id => :coach_hash_id, client_hash_id => :client_hash_id,
                           from_time => )" + begin_on(kPersonOfSessions) + R"(,
                           to_time => )" + end_on(kPersonOfSessions) + R"(,
                           after => :after, max_rows => :limit::int, principal => :principal) AS s)">,
     {calendar("coach_hash_id"), calendar("client_hash_id"), instant("from"), range_end, text("after"), limit,
      principal}, page},

    {"POST", "/api/v1/sessions", write, Body::json, statement<R"(
        SELECT )" + answer_columns_as("jb_session_json") + R"(
          FROM jb_session_post(:body::jsonb, principal => :principal, idempotency_key => :key) AS o)">,
     {body, principal, key}, created},

    {"GET", "/api/v1/sessions/:id", read, Body::none, statement<R"(
        SELECT e.tag, jb_session_json(e.event)
          FROM jb_session(:event_id::bigint, principal => :principal) AS s,
               jb_event_answer(s.id, principal => :principal) AS e
         WHERE s.id = :event_id::bigint)">,
     {event_id, principal, aside(tags)}, tagged},

    {"PATCH", "/api/v1/sessions/:id", write, Body::merge_patch, statement<R"(
        SELECT )" + answer_columns_as("jb_session_json") + R"(
          FROM jb_session_patch(:event_id::bigint, :body::jsonb, expected_version => )" + kExpectedVersion + R"(,
                                principal => :principal, idempotency_key => :key) AS o)">,
     {event_id, versions, body, principal, key}, changed},

    // An event that is no session is not deleted. jb_delete is also called for an event that is gone, since it knows
    // the answer that is kept under an idempotency key.
    {"DELETE", "/api/v1/sessions/:id", write, Body::none, statement<R"(
        SELECT jb_delete(:event_id::bigint, expected_version => )" + kExpectedVersion + R"(,
                         principal => :principal, idempotency_key => :key), )" + kReplayedColumn + R"(
         WHERE EXISTS (SELECT FROM jb_session(:event_id::bigint, principal => :principal) AS s
                        WHERE s.id = :event_id::bigint)
            OR jb_version(:event_id::bigint, principal => :principal) IS NULL)">,
     {event_id, versions, principal, key}, deleted},

    {"GET", "/api/v1/coaches", read, Body::none, statement<R"(
        SELECT jb_coach_json(c, :principal), c.coach_hash_id
          FROM jb_coaches(after => :after, max_rows => :limit::int, principal => :principal) AS c)">,
     {calendar("after"), limit, principal}, page},

    {"POST", "/api/v1/coaches", write, Body::json, statement<R"(
        SELECT jb_coach_json(c, :principal), '/calendars/coach:' || c.coach_hash_id
          FROM jb_coach_create(:coach, principal => :principal) AS c)">,
     {{wrapped_id, "coach"}, principal}, made},

    {"GET", "/api/v1/clients", read, Body::none, statement<R"(
        SELECT jb_client_json(c, :principal), c.client_hash_id
          FROM jb_clients(after => :after, max_rows => :limit::int, principal => :principal) AS c)">,
     {calendar("after"), limit, principal}, page},

    {"POST", "/api/v1/clients", write, Body::json, statement<R"(
        SELECT jb_client_json(c, :principal), '/calendars/client:' || c.client_hash_id
          FROM jb_client_create(:client, principal => :principal) AS c)">,
     {{wrapped_id, "client"}, principal}, made},
};
// clang-format on

}  // namespace

std::span<const Row> provider_routes() { return kProviderRows; }

}  // namespace jb::gateway
