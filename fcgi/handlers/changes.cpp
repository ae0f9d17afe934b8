// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
/// A change as JSON, with its event where the parameter says so.
#define JB_CHANGE_JSON(change, expands, principal) \
  "CASE WHEN " expands " THEN jb_change_event_json(" change ", " principal ") ELSE jb_change_json(" change ") END"

// Without `after` and `last` the list begins with the oldest change that is kept.
constexpr Statement changes_statement{
    "changes",
    "SELECT " JB_CHANGE_JSON("c", "$6::bool", "$5") ", c.seq"
    "  FROM jb_changes($1, after => coalesce($2::bigint, CASE WHEN $4::int IS NOT NULL THEN jb_changes_after($1, last => $4::int, principal => $5) END),"
    "       max_rows => $3::int, principal => $5) AS c"};

constexpr Statement all_changes_statement{
    "all changes",
    "SELECT CASE WHEN (c.change).seq IS NOT NULL THEN " JB_CHANGE_JSON("c.change", "$5::bool", "$4") " END, c.cursor"
    "  FROM jb_changes_all(after => CASE WHEN $3::int IS NULL THEN $1 ELSE jb_changes_cursor($3::int, principal => $4) END,"
    "                      max_rows => $2::int, principal => $4) AS c"};

/// Whether the changes are shown with their events. Throws Problem 400.
bool expands_event(const Request& request) {
  const auto what = text_parameter(request, "expand");
  if (what && *what != "event") throw bad_parameter("expand", *what, "must be event");
  return what.has_value();
}

/// An event may be as long as 2,500 changes, so a page with events is shorter.
std::string page_length(const Request& request, bool expands) {
  return number_parameter(request, "limit", 1, expands ? 100 : 1000, "100");
}
}  // namespace

/// Lists changes in order of seq, without a gap: a reader that goes on from the last change read misses nothing.
/// Without `after` the list begins with the oldest change that is kept; with an `after` that has been purged the answer
/// is 410 (rule 4.8).
Response list_changes(const Request& request, Database& database) {
  const bool expands = expands_event(request);
  const std::string limit = page_length(request, expands);
  const std::string after = sequence_parameter(request);
  const pg::Parameter from = text_parameter(request, "after") ? pg::Parameter(after) : std::nullopt;
  return growing_page_response(request,
                               database.run(changes_statement, {request.parameter, from, limit, last_parameter(request),
                                                                request.principal, expands ? "true" : "false"}),
                               limit, request.parameter, after);
}

/// Lists the changes of all calendars (rule 4.28). Each page has a Link to the next page, also a page that is not full:
/// only the Link tells where its reader goes on. A page without changes links to itself, or behind what others changed.
Response list_all_changes(const Request& request, Database& database) {
  const bool expands = expands_event(request);
  const std::string limit = page_length(request, expands);
  const pg::Parameter after = request.read_to ? request.read_to : text_parameter(request, "after");
  const pg::Parameter last = request.read_to ? std::nullopt : last_parameter(request);
  const pg::Result result =
      database.run(all_changes_statement, {after, limit, last, request.principal, expands ? "true" : "false"});
  Response response = list_response(result);
  if (!result.empty())
    response.with("Link", next_link(request, result.view(result.rows() - 1, 1)));
  else if (after)
    response.with("Link", next_link(request, *after));
  wait_for(response, request, result, {std::string(every_calendar), unknown});
  return response;
}

}  // namespace jb::gateway
