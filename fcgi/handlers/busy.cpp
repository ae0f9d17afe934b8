// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement busy_statement{
    "busy",
    "SELECT jb_range_json(r.during, c.time_zone)"
    "  FROM jb_calendar($1, principal => $4) AS c,"
    "       unnest(jb_busy($1, $2::timestamptz, $3::timestamptz, principal => $4)) AS r (during)"};
}

Response list_busy(const Request& request, Database& database) {
  const auto bound = [&](std::string_view name) {
    const auto time = time_parameter(request, database, name, request.parameter);
    if (!time) throw bad_parameter(name, "", "is missing: an RFC 3339 time with offset, or a date");
    return time;
  };
  return list_response(
      database.run(busy_statement, {request.parameter, bound("from"), bound("to"), request.principal}));
}

}  // namespace jb::gateway
