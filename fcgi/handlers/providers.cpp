// SPDX-License-Identifier: PostgreSQL
//
// Providers: which dates they open, and what can be reserved on one.
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

// The open dates of a year. Weekly hours, if the provider has any, open dates too.
constexpr Statement list_providers_statement{
    "provider_availability",
    "SELECT jb_provider_availability_json(ROW($1, a.date, jb_slot_dictionary(a.spans))::jb_provider_availability), "
    "a.date"
    "  FROM jb_availability('provider:' || $1, from_date => coalesce($4::date, $2::date), to_date => greatest($4::date,"
    "         coalesce($3::date, least(coalesce($2::date, jb_now()::date) + 366, '9999-12-31'))), principal => $6) AS a"
    " WHERE a.spans <> '[]' AND ($3::date IS NULL OR a.date <= $3::date) AND ($4::date IS NULL OR a.date > $4::date)"
    " ORDER BY a.date LIMIT $5::int"};

constexpr Statement get_provider_statement{
    "provider_date",
    "SELECT jb_provider_availability_json(ROW($1, a.date, jb_slot_dictionary(a.spans))::jb_provider_availability)"
    "  FROM jb_availability('provider:' || $1, $2::date, $2::date, principal => $3) AS a"};

constexpr Statement add_statement{
    "provider_add",
    "SELECT jb_provider_availability_json(a) FROM jb_provider_availability_post($1, $2::jsonb, principal => $3) AS a"};

constexpr Statement remove_statement{"provider_remove",
                                     "SELECT jb_provider_availability_remove($1, $2::date, principal => $3)"};

#define JB_SLOT_AND_CURSOR "SELECT j.slot, extract(epoch FROM lower(s.slot))::bigint FROM "
constexpr Statement provider_slots_statement{
    "provider_slots", JB_SLOT_AND_CURSOR
    "jb_provider_slots($1, $2::date, duration => $3::interval, max_rows => $4::int, principal => $5)"
    " AS s (slot), LATERAL jb_provider_slot_json(s.slot, $1, principal => $5) AS j (slot)"};

// The further slots of a date, found as the first slots are.
constexpr Statement more_provider_slots_statement{
    "provider_slots_after", JB_SLOT_AND_CURSOR
    "jb_calendar('provider:' || $1, principal => $5) AS c,"
    " LATERAL jb_slots(coalesce($3::interval, c.default_duration), calendars => ARRAY[c.name],"
    "                  from_time => to_timestamp($6::bigint) + interval '1 second', max_rows => $4::int, principal => "
    "$5) AS s (slot),"
    " LATERAL jb_provider_slot_json(s.slot, $1, principal => $5) AS j (slot)"
    " WHERE j.slot ->> 'date' = $2"};
#undef JB_SLOT_AND_CURSOR

std::string required_date(const Request& request) {
  const auto date = date_parameter(request, "date");
  if (!date) throw bad_parameter("date", "", "is missing: a date as YYYY-MM-DD");
  return *date;
}

}  // namespace

Response list_provider_availability(const Request& request, Database& database) {
  if (const auto date = date_parameter(request, "date"))
    return json_response(
        200, database.run(get_provider_statement, {request.parameter, *date, request.principal}).text(0, 0));
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  return page_response(request,
                       database.run(list_providers_statement,
                                    {request.parameter, date_parameter(request, "from"), date_parameter(request, "to"),
                                     date_parameter(request, "after"), limit, request.principal}),
                       limit);
}

Response add_provider_availability(const Request& request, Database& database) {
  return json_response(201,
                       database.run(add_statement, {request.parameter, request.body, request.principal}).text(0, 0));
}

Response remove_provider_availability(const Request& request, Database& database) {
  database.run(remove_statement, {request.parameter, required_date(request), request.principal});
  return no_content();
}

Response list_provider_slots(const Request& request, Database& database) {
  const pg::Parameter duration =
      text_parameter(request, "duration") ? pg::Parameter(duration_parameter(request)) : std::nullopt;
  const std::string date = required_date(request), limit = number_parameter(request, "limit", 1, 1000, "100");
  constexpr long long first = -62'135'596'800, last = 253'402'300'799;  // of the years 0001 to 9999
  if (!text_parameter(request, "after"))
    return page_response(
        request, database.run(provider_slots_statement, {request.parameter, date, duration, limit, request.principal}),
        limit);
  const std::string after = number_parameter(request, "after", first, last, "");
  return page_response(
      request,
      database.run(more_provider_slots_statement, {request.parameter, date, duration, limit, request.principal, after}),
      limit);
}

}  // namespace jb::gateway
