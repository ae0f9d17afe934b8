// SPDX-License-Identifier: PostgreSQL
#include "../options.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

// Names that begin with $1 come before all others, and so does the cursor $2, which is a name. A display name is
// another place to look, and changes nothing of the order, since it may change between two pages. A name has a + where
// a parameter has a blank.
constexpr Statement list_calendars_statement{
    "calendars",
    "SELECT jb_calendar_json(c), c.name"
    "  FROM jb_calendars(principal => $5) AS c, lower($1::text) AS q,"
    "       replace(q, ' ', '+') AS n,"
    "       LATERAL (SELECT NOT starts_with(lower(c.name), coalesce(n, '')) AS later) AS l"
    " WHERE (q IS NULL OR strpos(lower(c.name), n) > 0"
    "        OR coalesce(strpos(lower(c.display_name), q) > 0, false))"
    "   AND ($4::text[] IS NULL OR c.name = ANY ($4::text[]))"
    "   AND ($2::text IS NULL OR (later, c.name COLLATE \"C\") > (NOT starts_with(lower($2), coalesce(n, '')), $2))"
    " ORDER BY later, c.name COLLATE \"C\" LIMIT $3::int"};

constexpr Statement get_calendar_statement{"calendar",
                                           "SELECT jb_calendar_json(c) FROM jb_calendar($1, principal => $2) AS c"};

// Whether the calendar existed before is asked first, and the call waits for the answer: behind a proxy
// (docs/cluster.md) each call sees what the one before it has committed.
constexpr Statement set_calendar_statement{
    "calendar_set",
    "SELECT b.is_new, jb_calendar_json(c)"
    "  FROM (SELECT jb_time_zone($1, principal => $3) IS NULL AS is_new OFFSET 0) AS b,"
    "       jb_calendar_set(CASE WHEN b.is_new IS NOT NULL THEN $1 END, $2::jsonb, principal => $3) AS c"};

constexpr Statement delete_calendar_statement{"calendar_delete", "SELECT jb_calendar_delete($1, principal => $2)"};

constexpr Statement replan_statement{
    "replan",
    "SELECT json_build_object('event_id', m.event_id,"
    "         'old_start_timestamp', jb_timestamp_text(m.old_start_timestamp, c.time_zone),"
    "         'old_end_timestamp', jb_timestamp_text(m.old_end_timestamp, c.time_zone),"
    "         'new_start_timestamp', jb_timestamp_text(m.new_start_timestamp, c.time_zone),"
    "         'new_end_timestamp', jb_timestamp_text(m.new_end_timestamp, c.time_zone))"
    "  FROM jb_calendar($1, principal => $3) AS c, jb_replan($1, dry_run => $2::bool, principal => $3) AS m"};

}  // namespace

Response list_calendars(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "");
  const pg::Parameter most = limit.empty() ? pg::Parameter{} : limit;
  const pg::Parameters values{text_parameter(request, "q"), calendar_parameter(request, "after"), most,
                              list_parameter(request, "names"), request.principal};
  return page_response(request, database.run(list_calendars_statement, values), limit);
}

Response get_calendar(const Request& request, Database& database) {
  const pg::Result result = database.run(get_calendar_statement, {request.parameter, request.principal});
  if (result.empty()) throw not_found("There is no calendar \"" + request.parameter + "\".");
  return json_response(200, result.text(0, 0));
}

Response set_calendar(const Request& request, Database& database) {
  const pg::Result result = database.run(set_calendar_statement, {request.parameter, request.body, request.principal});
  if (!result.is_true(0, 0)) return json_response(200, result.text(0, 1));
  return json_response(201, result.text(0, 1)).with("Location", "/calendars/" + percent_encode(request.parameter));
}

Response replan_calendar(const Request& request, Database& database) {
  const Json options = read_options(request.body, {"dry_run"});
  return list_response(
      database.run(replan_statement, {request.parameter, option(options, "dry_run"), request.principal}));
}

Response delete_calendar(const Request& request, Database& database) {
  const pg::Result result = database.run(delete_calendar_statement, {request.parameter, request.principal});
  if (!result.is_true(0, 0)) throw not_found("There is no calendar \"" + request.parameter + "\".");
  return no_content();
}

}  // namespace jb::gateway
