// SPDX-License-Identifier: PostgreSQL
#include "../options.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_calendars_statement{"calendars", "SELECT jb_calendar_json(c) FROM jb_calendars() AS c"};

constexpr Statement get_calendar_statement{"calendar", "SELECT jb_calendar_json(c) FROM jb_calendar($1) AS c"};

// The statement's snapshot is older than the effect of jb_calendar_set, so it shows whether the calendar existed
// before.
constexpr Statement set_calendar_statement{
    "calendar_set",
    "SELECT NOT EXISTS (SELECT FROM jb_calendar_view AS v WHERE v.name = $1), jb_calendar_json(c)"
    "  FROM jb_calendar_set($1, $2::jsonb) AS c"};

constexpr Statement delete_calendar_statement{"calendar_delete", "SELECT jb_calendar_delete($1)"};

constexpr Statement replan_statement{
    "replan",
    "SELECT json_build_object('event_id', m.event_id,"
    "         'old_start_timestamp', jb_timestamp_text(m.old_start_timestamp, c.time_zone),"
    "         'old_end_timestamp', jb_timestamp_text(m.old_end_timestamp, c.time_zone),"
    "         'new_start_timestamp', jb_timestamp_text(m.new_start_timestamp, c.time_zone),"
    "         'new_end_timestamp', jb_timestamp_text(m.new_end_timestamp, c.time_zone))"
    "  FROM jb_calendar($1) AS c, jb_replan($1, dry_run => $2::bool, principal => $3) AS m"};

}  // namespace

Response list_calendars(const Request&, Database& database) {
  return list_response(database.run(list_calendars_statement, {}));
}

Response get_calendar(const Request& request, Database& database) {
  const pg::Result result = database.run(get_calendar_statement, {request.parameter});
  if (result.empty()) throw not_found("There is no calendar \"" + request.parameter + "\".");
  return json_response(200, result.text(0, 0));
}

Response set_calendar(const Request& request, Database& database) {
  const pg::Result result = database.run(set_calendar_statement, {request.parameter, request.body});
  if (!result.is_true(0, 0)) return json_response(200, result.text(0, 1));
  return json_response(201, result.text(0, 1)).with("Location", "/calendars/" + percent_encode(request.parameter));
}

Response replan_calendar(const Request& request, Database& database) {
  const Json options = read_options(request.body, {"dry_run"});
  return list_response(
      database.run(replan_statement, {request.parameter, option(options, "dry_run"), request.principal}));
}

Response delete_calendar(const Request& request, Database& database) {
  const pg::Result result = database.run(delete_calendar_statement, {request.parameter});
  if (!result.is_true(0, 0)) throw not_found("There is no calendar \"" + request.parameter + "\".");
  return no_content();
}

}  // namespace jb::gateway
