// SPDX-License-Identifier: PostgreSQL
//
// Providers and their appointments, under the routes of their seed: which dates they open, what can be reserved, and
// what has been: reserved, waited for, decided.
#include "routes.hpp"

namespace jb::gateway {

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

    // The further slots of a date are found as the first slots are.
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

}  // namespace jb::gateway
