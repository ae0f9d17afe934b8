// SPDX-License-Identifier: PostgreSQL
//
// Providers and their appointments, under the routes of their seed: which dates they open, what can be reserved, and
// what has been: reserved, waited for, decided.
#include "../growing.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

#define JB_DATE "jb_provider_availability_json(ROW($1, a.date, jb_slot_dictionary(a.spans))::jb_provider_availability)"

// The open dates of a year. Weekly hours, if the provider has any, open dates too.
constexpr Statement dates_statement{
    "provider dates",
    "SELECT " JB_DATE
    ", a.date"
    "  FROM jb_availability('provider:' || $1, from_date => coalesce($4::date, $2::date), to_date => greatest($4::date,"
    "         coalesce($3::date, least(coalesce($2::date, jb_now()::date) + 366, '9999-12-31'))), principal => $6) AS a"
    " WHERE a.spans <> '[]' AND ($3::date IS NULL OR a.date <= $3::date) AND ($4::date IS NULL OR a.date > $4::date)"
    " ORDER BY a.date LIMIT $5::int"};

constexpr Statement date_statement{
    "provider date",
    "SELECT " JB_DATE "  FROM jb_availability('provider:' || $1, $2::date, $2::date, principal => $3) AS a"};

/// One date, or a page of open dates.
Response dates(const Request& request, Database& database) {
  if (const auto date = value_of(request, "date"))
    return object(request, database.run(date_statement, {request.parameter, date, request.principal}));
  return page(request, database.run(dates_statement,
                                    {request.parameter, value_of(request, "from"), value_of(request, "to"),
                                     value_of(request, "after"), value_of(request, "limit"), request.principal}));
}

#define JB_SLOT_AND_CURSOR "SELECT j.slot, extract(epoch FROM lower(s.slot))::bigint FROM "
constexpr Statement slots_statement{
    "provider slots", JB_SLOT_AND_CURSOR
    "jb_provider_slots($1, $2::date, duration => $3::interval, max_rows => $4::int, principal => $5)"
    " AS s (slot), LATERAL jb_provider_slot_json(s.slot, $1, principal => $5) AS j (slot)"};

// The further slots of a date, found as the first slots are.
constexpr Statement more_slots_statement{
    "more provider slots", JB_SLOT_AND_CURSOR
    "jb_calendar('provider:' || $1, principal => $5) AS c,"
    " LATERAL jb_slots(coalesce($3::interval, c.default_duration), calendars => ARRAY[c.name],"
    "                  from_time => to_timestamp($6::bigint) + interval '1 second', max_rows => $4::int, principal => "
    "$5) AS s (slot),"
    " LATERAL jb_provider_slot_json(s.slot, $1, principal => $5) AS j (slot)"
    " WHERE j.slot ->> 'date' = $2"};

Response slots(const Request& request, Database& database) {
  pg::Parameters values{request.parameter, value_of(request, "date"), value_of(request, "duration"),
                        value_of(request, "limit"), request.principal};
  const auto after = value_of(request, "after");
  if (after) values.push_back(after);
  return page(request, database.run(after ? more_slots_statement : slots_statement, values));
}

enum AppointmentColumn {
  appointment_version,
  appointment_json,
  has_expired,
  is_pending,
  provider_calendar,
  provider_seq,
  due_milliseconds
};

/// The seed's waiting workflow (rule 11.7): while the appointment is PENDING, the request may wait until the
/// appointment has another status.
Response appointment(const Request& request, const pg::Result& result) {
  const auto time = patience(request);
  if (result.empty() || !result.is_true(0, is_pending) || time.count() == 0) return tagged(request, result);
  Response response =
      json_response(200, result.text(0, appointment_json)).with("ETag", etag(result.view(0, appointment_version)));
  response.watch = Watch{result.text(0, provider_calendar), std::stoll(result.text(0, provider_seq)), time,
                         due_in(result.text(0, due_milliseconds))};
  return response;
}

constexpr long long first_second = -62'135'596'800, last_second = 253'402'300'799;  // of the years 0001 to 9999

// The calendar whose clock the dates of a list are on.
#define JB_PROVIDER "'provider:' || $1"

// clang-format off
constexpr Row provider_rows[] = {
    {"GET", "/providers/:id/availability", read, Body::none, nullptr,
     {date("date"), date("from"), date("to"), date("after"), limit},
     dates},

    {"POST", "/providers/:id/availability", write, Body::json,
     "SELECT jb_provider_availability_json(a) FROM jb_provider_availability_post($1, $2::jsonb, principal => $3) AS a",
     {path, body, principal},
     made},

    {"DELETE", "/providers/:id/availability", write, Body::none,
     "SELECT jb_provider_availability_remove($1, $2::date, principal => $3)",
     {path, required(date("date")), principal},
     nothing},

    {"GET", "/providers/:id/slots", read, Body::none, nullptr,
     {required(date("date")), duration, limit, number("after", first_second, last_second)},
     slots},

    {"GET", "/appointments", read, Body::none,
     "SELECT jb_appointment_json(jb_event_json(jb_event(a.appointment_id, principal => $8))),"
     "       concat(extract(epoch FROM a.start_timestamp)::bigint, ',', a.appointment_id)"
     "  FROM jb_appointments(provider_id => $1, client => $2, status => $3::text[],"
     "         from_time => coalesce(" JB_INSTANT("$4", "0", JB_PROVIDER, "$8") ", jb_now()),"
     "         to_time => " JB_INSTANT("$5", "1", JB_PROVIDER, "$8") ", after => $6, max_rows => $7::int,"
     "         principal => $8) AS a",
     {calendar("provider_id"), text("client"), list("status"), instant("from"), instant("to"), text("after"), limit,
      principal},
     page},

    {"POST", "/appointments", write, Body::json,
     "SELECT " JB_ANSWER_AS("jb_appointment_json")
     "  FROM jb_appointment_post($1::jsonb, principal => $2, idempotency_key => $3) AS o",
     {body, principal, key},
     created_as},

    // An appointment becomes EXPIRED by the clock, without a new version. One statement reads the calendar's change_seq
    // with the status, so no change between this statement and the waiter's first look is missed. The time until the
    // deadline is by the machine's clock; the scheduler's clock differs from it only in tests.
    {"GET", "/appointments/:id", read, Body::none,
     "SELECT e.version, jb_appointment_json(jb_event_json(e)), a.status = 'EXPIRED', a.status = 'PENDING', c.name,"
     "       c.change_seq, greatest(0, ceil(extract(epoch FROM a.expires_at - clock_timestamp()) * 1000))::bigint"
     "  FROM jb_appointment($1::bigint, principal => $2) AS a,"
     "       jb_event(a.appointment_id, principal => $2) AS e,"
     "       jb_calendar('provider:' || a.provider_id, principal => $2) AS c"
     " WHERE a.appointment_id = $1::bigint",
     {event_id, principal, aside(tags), aside(wait)},
     appointment},

    {"PUT", "/appointments/:id/status", write, Body::members,
     "SELECT " JB_ANSWER_AS("jb_appointment_json")
     "  FROM jb_appointment_status_set($1::bigint, $3, if_still_free => $4::bool, reply => $5,"
     "         expected_version => " JB_EXPECTED_VERSION("$6") ", principal => $6, idempotency_key => $7) AS o",
     {event_id, versions, required(word("status")), option("if_still_free"), member("reply", checks::is_note),
      principal, key},
     changed_as},
};
// clang-format on

}  // namespace

std::span<const Row> provider_routes() { return provider_rows; }

}  // namespace jb::gateway
