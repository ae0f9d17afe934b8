// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement slots_statement{
    "slots",
    "SELECT jb_range_json(s.slot, (SELECT c.time_zone FROM jb_calendar(($2::text[])[1], principal => $6) AS c))"
    "  FROM jb_slots($1::interval, calendars => $2::text[], from_time => $3::timestamptz,"
    "                to_time => $4::timestamptz, max_rows => $5::int, principal => $6) AS s (slot)"};
}

/// The slots where a request of this duration would be placed now, earliest first; a bare number is seconds.
Response list_slots(const Request& request, Database& database) {
  const auto first = first_item(calendar_parameter(request, "calendars").value_or("ceo"));
  return list_response(
      database.run(slots_statement,
                   {duration_parameter(request), list_parameter(request, "calendars").value_or("{ceo}"),
                    time_parameter(request, database, "from", first), time_parameter(request, database, "to", first),
                    number_parameter(request, "limit", 1, 1000, "10"), request.principal}));
}

}  // namespace jb::gateway
