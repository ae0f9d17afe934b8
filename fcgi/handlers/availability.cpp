// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_availability_statement{"availability_list",
                                                "SELECT jb_availability_json(a) FROM jb_availability($1, from_date => "
                                                "$2::date, to_date => $3::date, principal => $4) AS a"};

constexpr Statement get_availability_statement{
    "availability",
    "SELECT jb_availability_json(a) FROM jb_availability($1, $2::date, $2::date, principal => $3) AS a"};

constexpr Statement set_availability_statement{
    "availability_set",
    "SELECT jb_availability_json(a) FROM jb_availability_set($1, $2::date, $3::jsonb, principal => $4) AS a"};

}  // namespace

Response list_availability(const Request& request, Database& database) {
  return list_response(database.run(list_availability_statement, {request.parameter, date_parameter(request, "from"),
                                                                  date_parameter(request, "to"), request.principal}));
}

Response get_availability(const Request& request, Database& database) {
  return json_response(
      200, database.run(get_availability_statement, {request.parameter, date_in_path(request), request.principal})
               .text(0, 0));
}

Response set_availability(const Request& request, Database& database) {
  const pg::Result day = database.run(set_availability_statement,
                                      {request.parameter, date_in_path(request), request.body, request.principal});
  return json_response(200, day.text(0, 0));
}

Response restore_availability(const Request& request, Database& database) {
  database.run(set_availability_statement, {request.parameter, date_in_path(request), std::nullopt, request.principal});
  return no_content();
}

}  // namespace jb::gateway
