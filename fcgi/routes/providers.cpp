// SPDX-License-Identifier: PostgreSQL
#include "../arguments.hpp"
#include "../request.hpp"
#include "../response.hpp"
#include "routes.hpp"

namespace jb::gateway {

// Providers and their appointments, under the routes of their seed: open dates, free slots, and appointments that are
// reserved, awaited, decided.

namespace {

/// One date, or a page of open dates.
Response dates(const Request& request, const pg::Result& result) {
  return value_of(request, "date") ? object(request, result) : page(request, result);
}

constexpr long long first_second = -62'135'596'800, last_second = 253'402'300'799;  // of the years 0001 to 9999

// The calendar whose clock the dates of a list are on.
#define JB_PROVIDER "'provider:' || $1"

// clang-format off
constexpr Row provider_rows[] = {
    // One date, or the open dates of a year. Weekly hours, if the provider has any, open dates too.
    {"GET", "/providers/:id/availability", read, Body::none,
     "SELECT jb_provider_availability_json(ROW($1, a.date, jb_slot_dictionary(a.spans))::jb_provider_availability),"
     "       a.date"
     "  FROM jb_availability('provider:' || $1, from_date => coalesce($2::date, $5::date, $3::date),"
     "         to_date => coalesce($2::date, greatest($5::date, coalesce($4::date,"
     "           least(coalesce($3::date, jb_now()::date) + 366, '9999-12-31')))), principal => $7) AS a"
     " WHERE $2::date IS NOT NULL OR a.spans <> '[]' AND ($4::date IS NULL OR a.date <= $4::date)"
     "                               AND ($5::date IS NULL OR a.date > $5::date)"
     " ORDER BY a.date LIMIT $6::int",
     {path, date("date"), date("from"), date("to"), date("after"), limit, principal},
     dates},

    {"POST", "/providers/:id/availability", write, Body::json,
     "SELECT jb_provider_availability_json(a) FROM jb_provider_availability_post($1, $2::jsonb, principal => $3) AS a",
     {path, body, principal},
     made},

    {"DELETE", "/providers/:id/availability", write, Body::none,
     "SELECT jb_provider_availability_remove($1, $2::date, principal => $3)",
     {path, required(date("date")), principal},
     nothing},

    // Further slots of a date are found in the same way as the first ones.
    {"GET", "/providers/:id/slots", read, Body::none,
     "SELECT j.slot, extract(epoch FROM lower(s.slot))::bigint"
     "  FROM (SELECT f.slot FROM jb_provider_slots($1, $2::text::date, duration => $3::interval, max_rows => $4::int,"
     "                                             principal => $6) AS f (slot)"
     "         WHERE $5::bigint IS NULL"
     "        UNION ALL"
     "        SELECT f.slot FROM jb_calendar('provider:' || $1, principal => $6) AS c,"
     "               LATERAL jb_slots(coalesce($3::interval, c.default_duration), calendars => ARRAY[c.name],"
     "                 from_time => to_timestamp($5::bigint) + interval '1 second', max_rows => $4::int,"
     "                 principal => $6) AS f (slot)"
     "         WHERE $5::bigint IS NOT NULL) AS s,"
     "       LATERAL jb_provider_slot_json(s.slot, $1, principal => $6) AS j (slot)"
     " WHERE j.slot ->> 'date' = $2::text",
     {path, required(date("date")), duration, limit, number("after", first_second, last_second), principal},
     page},

    {"GET", "/appointments", read, Body::none,
     "SELECT jb_appointment_json(jb_event_json(jb_event(a.appointment_id, principal => $8))),"
     "       concat(extract(epoch FROM a.start_timestamp)::bigint, ',', a.appointment_id)"
     "  FROM jb_appointments(provider_id => $1, client => $2, status => string_to_array($3, ','),"
     "         from_time => coalesce(" JB_INSTANT("$4", "0", JB_PROVIDER, "$8") ", jb_now()),"
     "         to_time => " JB_INSTANT("$5", "1", JB_PROVIDER, "$8") ", after => $6, max_rows => $7::int,"
     "         principal => $8) AS a",
     {calendar("provider_id"), text("client"), list("status"), instant("from"), range_end, text("after"), limit,
      principal},
     page},

    {"POST", "/appointments", write, Body::json,
     "SELECT " JB_ANSWER_AS("jb_appointment_json")
     "  FROM jb_appointment_post($1::jsonb, principal => $2, idempotency_key => $3) AS o",
     {body, principal, key},
     created},

    // An appointment becomes EXPIRED by the clock, without a new version. While it is PENDING, a request may wait until
    // it has another status (rule 11.7).
    {"GET", "/appointments/:id", read, Body::none,
     "SELECT e.tag, jb_appointment_json(e.event), a.status = 'EXPIRED',"
     "       CASE WHEN a.status = 'PENDING' THEN c.name END, c.change_seq, " JB_DUE("a.expires_at") ", true"
     "  FROM jb_appointment($1::bigint, principal => $2) AS a,"
     "       jb_event_answer(a.appointment_id, principal => $2) AS e,"
     "       jb_calendar('provider:' || a.provider_id, principal => $2) AS c"
     " WHERE a.appointment_id = $1::bigint",
     {event_id, principal, aside(tags), aside(wait)},
     tagged},

    {"PUT", "/appointments/:id/status", write, Body::members,
     "SELECT " JB_ANSWER_AS("jb_appointment_json")
     "  FROM jb_appointment_status_set($1::bigint, $3, if_still_free => $4::bool, reply => $5,"
     "         expected_version => " JB_EXPECTED_VERSION("$6") ", principal => $6, idempotency_key => $7) AS o",
     {event_id, versions, required(word("status")), option("if_still_free"), member("reply", checks::is_note),
      principal, key},
     changed},
};
// clang-format on

}  // namespace

std::span<const Row> provider_routes() { return provider_rows; }

// A provider's booking page, for visitors without a certificate. The token of a booking goes in the Authorization
// header; the database judges it.

namespace {

#define JB_BOOKING(booking) \
  "SELECT b.outcome, b.reason, coalesce(jb_ranges_json(b.alternatives, 'UTC'), '[]'), b.tag, " booking " FROM "

enum BookingColumn { of_outcome, of_reason, of_alternatives, of_tag, of_booking };

// The sender: guests are distinguished by network, as nginx gives it.
constexpr Argument opening = required(token), sender{reads::given<&Request::caller>};

/// The problem of a rejected booking gives the reason and the alternatives. It must not name an event to a stranger.
Response written(const Request&, const pg::Result& result) {
  if (result.view(0, of_outcome) == "rejected") {
    Problem problem = rejected(result.text(0, of_reason), "The provider does not take this time.");
    problem.members["alternatives"] = Json::parse(result.view(0, of_alternatives));
    throw problem;
  }
  Response response = json_response(200, result.text(0, of_booking)).with("ETag", etag(result.view(0, of_tag)));
  response.told.push_back({result.text(0, of_outcome), {}});
  return response;
}

/// 201, with a token unless the visitor brought one; 200 when the call is repeated under its token.
Response booked(const Request& request, const pg::Result& result) {
  Response response = written(request, result);
  if (result.view(0, of_outcome) != "unchanged") response.status = 201;
  return std::move(response.with("Location", "/book/" + percent_encode(request.parameter) + "/booking"));
}

// The booking with its token and the address of the page that it opens, null if the server has no public address.
#define JB_WITH_TOKEN                                             \
  "CASE WHEN b.token IS NULL THEN b.booking::text ELSE " JB_WITH( \
      JB_WITH("b.booking", "token", "to_json(b.token)"), "url",   \
      "coalesce(to_json($4::text || '/book/' || $1 || '#' || b.token), 'null')") " END"

// The version that a write must find, from the tags in If-Match; 0, which no event has, if none is that of the token's
// booking.
#define JB_EXPECTED_BOOKING(tags)                                               \
  "CASE WHEN " tags "::text[] IS NOT NULL THEN (SELECT CASE WHEN " JB_IS_NAMED( \
      tags, "n.version", "n.tag") " THEN n.version ELSE 0 END FROM jb_booking($1, $2) AS n) END"

// clang-format off
constexpr Row booking_page_rows[] = {
    {"GET", "/book/:id", read, Body::none, "SELECT jb_booking_page($1)", {path}, object, Face::guest},

    {"POST", "/book/:id", write, Body::json,
     JB_BOOKING(JB_WITH_TOKEN) "jb_booking_make($1, $2::jsonb, token => $3, sender => $5) AS b",
     {path, body, token, public_url, sender},
     booked, Face::guest},

    {"GET", "/book/:id/slots", read, Body::none,
     "SELECT jb_range_json(s.slot, 'UTC')"
     "  FROM jb_booking_slots($1, from_time => $2::timestamptz, max_rows => $3::int, token => $4,"
     "                        sender => $5) AS s (slot)",
     {path, {.read = reads::instant, .name = "from", .source = Source::query, .is_moment = true}, limit, token, sender},
     array, Face::guest},

    // While the client's version of the booking is current, the request may wait until it changes: the provider
    // confirms, denies or moves it, or the deadline passes. A hold ends by the clock, without a new version.
    {"GET", "/book/:id/booking", read, Body::none,
     "SELECT b.tag, b.booking, coalesce(b.expires_at <= clock_timestamp(), false), b.calendar, b.change_seq,"
     "       " JB_DUE("b.expires_at") " FROM jb_booking($1, $2) AS b",
     {path, opening, aside(tags), aside(wait)},
     tagged, Face::guest},

    {"PUT", "/book/:id/booking", write, Body::members,
     JB_BOOKING("b.booking") "jb_booking_move($1, $2, $3::timestamptz, " JB_EXPECTED_BOOKING("$4") ") AS b",
     {path, opening, required(member("start_timestamp", checks::is_instant)), versions},
     written, Face::guest},

    {"DELETE", "/book/:id/booking", write, Body::none,
     JB_BOOKING("b.booking") "jb_booking_cancel($1, $2, " JB_EXPECTED_BOOKING("$3") ") AS b",
     {path, opening, versions},
     written, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> booking_page_routes() { return booking_page_rows; }

// Coaching sessions, their coaches and clients, under the routes of their seed. Errors of /api/v1 have the form that
// clients of the seed know (gateway.cpp).

namespace {

/// The id in {"coach": {"coach_hash_id": "123"}}; the argument's name is "coach".
pg::Parameter wrapped_id(const Request& request, const Argument& argument) {
  const std::string person(argument.name), id = person + "_hash_id";
  const Json given = read_json(request.body);
  const auto wraps = [](const Json& object, const std::string& name) {
    return object.is_object() && object.size() == 1 && object.contains(name);
  };
  if (wraps(given, person) && wraps(given[person], id) && is_text(given[person][id])) return given[person][id];
  Problem problem = invalid_body("the body must be {\"" + person + "\": {\"" + id + "\": \"...\"}}");
  problem.members["errors"] = Json::array({{{"field", id}, {"message", "must be given as a text, and nothing else"}}});
  throw problem;
}

// The calendar whose clock the dates of a list are on: the coach's, else the client's, else none.
#define JB_OF_SESSIONS "coalesce('coach:' || $1, 'client:' || $2)"

#define JB_PEOPLE(json, people, id) \
  "SELECT " json "(c, $3), c." id " FROM " people "(after => $1, max_rows => $2::int, principal => $3) AS c"
#define JB_MAKE(json, create, prefix, id) \
  "SELECT " json "(c, $2), '/calendars/" prefix "' || c." id " FROM " create "($1, principal => $2) AS c"

// clang-format off
constexpr Row session_rows[] = {
    {"GET", "/api/v1/sessions", read, Body::none,
     "SELECT jb_session_json(jb_event_json(jb_event(s.id, principal => $7))),"
     "       concat(extract(epoch FROM s.start)::bigint, ',', s.id)"
     "  FROM jb_sessions(coach_hash_id => $1, client_hash_id => $2, from_time => "
     JB_INSTANT("$3", "0", JB_OF_SESSIONS, "$7") ", to_time => " JB_INSTANT("$4", "1", JB_OF_SESSIONS, "$7") ","
     "                   after => $5, max_rows => $6::int, principal => $7) AS s",
     {calendar("coach_hash_id"), calendar("client_hash_id"), instant("from"), range_end, text("after"), limit,
      principal},
     page},

    {"POST", "/api/v1/sessions", write, Body::json,
     "SELECT " JB_ANSWER_AS("jb_session_json")
     "  FROM jb_session_post($1::jsonb, principal => $2, idempotency_key => $3) AS o",
     {body, principal, key},
     created},

    {"GET", "/api/v1/sessions/:id", read, Body::none,
     "SELECT e.tag, jb_session_json(e.event)"
     "  FROM jb_session($1::bigint, principal => $2) AS s, jb_event_answer(s.id, principal => $2) AS e"
     " WHERE s.id = $1::bigint",
     {event_id, principal, aside(tags)},
     tagged},

    {"PATCH", "/api/v1/sessions/:id", write, Body::merge_patch,
     "SELECT " JB_ANSWER_AS("jb_session_json")
     "  FROM jb_session_patch($1::bigint, $3::jsonb, expected_version => " JB_EXPECTED_VERSION("$4") ","
     "                        principal => $4, idempotency_key => $5) AS o",
     {event_id, versions, body, principal, key},
     changed},

    // An event that is no session is not deleted. jb_delete is also called for an event that is gone, since it knows
    // the answer that is kept under an idempotency key.
    {"DELETE", "/api/v1/sessions/:id", write, Body::none,
     "SELECT jb_delete($1::bigint, expected_version => " JB_EXPECTED_VERSION("$3") ", principal => $3,"
     "                 idempotency_key => $4)" JB_REPLAYED
     " WHERE EXISTS (SELECT FROM jb_session($1::bigint, principal => $3) AS s WHERE s.id = $1::bigint)"
     "    OR jb_version($1::bigint, principal => $3) IS NULL",
     {event_id, versions, principal, key},
     deleted},

    {"GET", "/api/v1/coaches", read, Body::none,
     JB_PEOPLE("jb_coach_json", "jb_coaches", "coach_hash_id"),
     {calendar("after"), limit, principal},
     page},

    {"POST", "/api/v1/coaches", write, Body::json,
     JB_MAKE("jb_coach_json", "jb_coach_create", "coach:", "coach_hash_id"),
     {{wrapped_id, "coach"}, principal},
     made},

    {"GET", "/api/v1/clients", read, Body::none,
     JB_PEOPLE("jb_client_json", "jb_clients", "client_hash_id"),
     {calendar("after"), limit, principal},
     page},

    {"POST", "/api/v1/clients", write, Body::json,
     JB_MAKE("jb_client_json", "jb_client_create", "client:", "client_hash_id"),
     {{wrapped_id, "client"}, principal},
     made},
};
// clang-format on

}  // namespace

std::span<const Row> session_routes() { return session_rows; }

}  // namespace jb::gateway
