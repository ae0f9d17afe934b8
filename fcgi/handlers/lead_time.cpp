// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement lead_time_statement{"lead_time",
                                        "SELECT jb_lead_json(l, ($2::text[])[1], principal => $3)"
                                        "  FROM jb_lead_time($1::interval[], $2::text[], principal => $3) AS l"};
}

Response list_lead_times(const Request& request, Database& database) {
  return list_response(database.run(
      lead_time_statement,
      {durations_parameter(request), list_parameter(request, "calendars").value_or("{ceo}"), request.principal}));
}

}  // namespace jb::gateway
