// SPDX-License-Identifier: PostgreSQL
//
// The collection /events: what is booked, and booking.
#include <algorithm>

#include "../body.hpp"
#include "../idempotency.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_events_statement{
    "events",
    "SELECT jb_event_json(e), jb_event_cursor(e)"
    "  FROM jb_events(calendar => $1, from_time => coalesce($2::timestamptz, jb_now()), to_time => $3::timestamptz,"
    "                 status => $4::text[], attendee => $5, after => $6, max_rows => $7::int,"
    "                 calendars => $9::text[], metadata => $10::jsonb, q => $11, principal => $8) AS e"};

// A dry run writes neither an event nor a rejection.
constexpr Statement create_event_statement{
    "create",
    "SELECT " JB_ANSWER("coalesce(o.event_id, o.rejection_id) IS NULL")
    "  FROM jb_schedule_all($1::jsonb, principal => $2, idempotency_key => $3) AS o"};

}  // namespace

Response list_events(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const auto calendar = calendar_parameter(request, "calendar"), several = calendar_parameter(request, "calendars");
  const auto first = several ? first_item(*several) : calendar.value_or("ceo");
  const pg::Parameters values{first,
                              time_parameter(request, database, "from", first),
                              time_parameter(request, database, "to", first),
                              list_parameter(request, "status"),
                              text_parameter(request, "attendee"),
                              text_parameter(request, "after"),
                              limit,
                              request.principal,
                              list_parameter(request, "calendars"),
                              json_parameter(request, "metadata"),
                              text_parameter(request, "q")};
  if (calendar && several) throw bad_parameter("calendar", *calendar, "stands beside calendars; name it there");
  return page_response(request, database.run(list_events_statement, values), limit);
}

Response create_event(const Request& request, Database& database) {
  if (is_list(request.body))
    throw Problem(422, "invalid-value", "Invalid value",
                  "the body must be one JSON object; POST /events/batch takes a list");
  return created(database.run(create_event_statement, {request.body, request.principal, idempotency_key(request)}));
}

}  // namespace jb::gateway
