// SPDX-License-Identifier: PostgreSQL
//
// What has happened: changes and rejections, in an order in which a reader that goes on from the last one read misses
// none (rules 4.6, 4.7 and 4.28). A request for an empty page may wait.
#include <limits>

#include "../growing.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

/// A page with events is shorter: an event may be as long as 2,500 changes.
pg::Parameter page_length(const Request& request, const Argument& argument) {
  return number_parameter(request, argument.name, 1, text_parameter(request, "expand") ? 100 : 1000).value_or("100");
}
pg::Parameter expansion(const Request& request, const Argument& argument) {
  const auto what = text_parameter(request, argument.name);
  if (what && *what != "event") throw bad_parameter(argument.name, *what, "must be event");
  return what ? "true" : "false";
}
pg::Parameter last_rows(const Request& request, const Argument&) { return last_parameter(request); }

/// Where the list begins by number; null without `after`: with the oldest change that is kept.
pg::Parameter after_seq(const Request& request, const Argument& argument) {
  if (!request.read_to && !text_parameter(request, argument.name)) return std::nullopt;
  return sequence_parameter(request);
}
pg::Parameter after_cursor(const Request& request, const Argument& argument) {
  return request.read_to ? request.read_to : text_parameter(request, argument.name);
}

constexpr Argument length{page_length, "limit", Place::query}, expand{expansion, "expand", Place::query},
    last{last_rows, "last", Place::query};

#define JB_CHANGE_JSON(change, expands, principal) \
  "CASE WHEN " expands " THEN jb_change_event_json(" change ", " principal ") ELSE jb_change_json(" change ") END"

Response changes(const Request& request, const pg::Result& result) {
  return growing_page(request, result, request.parameter, sequence_parameter(request));
}

/// A page of a list of which only the Link tells where its reader goes on: also a page that is not full has one, and a
/// page without rows links to itself.
Response linked_page(const Request& request, const pg::Result& result, const pg::Parameter& after) {
  Response response = array(request, result);
  if (const auto next = result.empty() ? after : result.text(result.rows() - 1, 1))
    response.with("Link", next_link(request, *next));
  return response;
}

Response all_changes(const Request& request, const pg::Result& result) {
  Response response = linked_page(request, result, value_of(request, "after"));
  wait_for(response, request, result, {std::string(every_calendar), unknown});
  return response;
}

constexpr Statement rejections_statement{
    "rejections",
    "SELECT CASE WHEN (r.rejection).at IS NOT NULL THEN jb_rejection_json(r.rejection, $4) END, r.cursor"
    "  FROM jb_rejections_all(CASE WHEN $3::int IS NULL THEN $1 ELSE jb_rejections_cursor($3::int, $4) END,"
    "                         max_rows => $2::int, principal => $4) AS r"};

constexpr Statement calendar_rejections_statement{
    "rejections of a calendar",
    "SELECT CASE WHEN r.at IS NOT NULL THEN jb_rejection_json(r, $5) END, r.id"
    "  FROM jb_rejections(after => CASE WHEN $3::int IS NULL THEN $1::bigint"
    "         ELSE jb_rejections_after(last => $3::int, calendar => $4, principal => $5) END,"
    "                     max_rows => $2::int, calendar => $4, principal => $5) AS r"};

/// Where several shards stand behind the database, the cursor is one id for each. Nobody knows by one number then what
/// is new, so a waiting request asks again by the clock; and each page has a Link, as its ids do not tell the cursor.
bool is_vector(std::string_view cursor) { return cursor.find(',') != std::string_view::npos; }

std::string cursor_parameter(const Request& request) {
  if (request.read_to) return *request.read_to;
  const auto after = text_parameter(request, "after");
  const bool is_cursor = after && is_vector(*after) && after->find_first_not_of("0123456789,") == std::string::npos;
  return is_cursor ? *after : sequence_parameter(request);
}

Response vector_page(const Request& request, const pg::Result& result, const std::string& after) {
  Response response = linked_page(request, result, after);
  constexpr std::chrono::seconds period{1};
  wait_for(response, request, result,
           {.calendar = std::nullopt, .seen = std::numeric_limits<std::int64_t>::max(), .due = period});
  return response;
}

Response rejections(const Request& request, Database& database) {
  const auto rows = value_of(request, "limit"), before_end = last_parameter(request);
  if (const auto name = value_of(request, "calendar")) {
    const std::string after = sequence_parameter(request);
    const auto result = database.run(calendar_rejections_statement, {after, rows, before_end, name, request.principal});
    return growing_page(request, result, std::nullopt, after);
  }
  const std::string after = cursor_parameter(request);
  const auto result = database.run(rejections_statement, {after, rows, before_end, request.principal});
  if (is_vector(result.empty() ? after : result.text(result.rows() - 1, 1))) return vector_page(request, result, after);
  return growing_page(request, result, std::nullopt, after);
}

// clang-format off
constexpr Row news_rows[] = {
    {"GET", "/calendars/:name/changes", read, Body::none,
     "SELECT " JB_CHANGE_JSON("c", "$6::bool", "$5") ", c.seq"
     "  FROM jb_changes($1, after => coalesce($2::bigint, CASE WHEN $4::int IS NOT NULL"
     "         THEN jb_changes_after($1, last => $4::int, principal => $5) END), max_rows => $3::int, principal => $5)"
     "       AS c",
     {path, {after_seq, "after", Place::query}, length, last, principal, expand, aside(wait)},
     changes},

    {"GET", "/changes", read, Body::none,
     "SELECT CASE WHEN (c.change).seq IS NOT NULL THEN " JB_CHANGE_JSON("c.change", "$5::bool", "$4") " END, c.cursor"
     "  FROM jb_changes_all(after => CASE WHEN $3::int IS NULL THEN $1 ELSE jb_changes_cursor($3::int, principal => $4)"
     "         END, max_rows => $2::int, principal => $4) AS c",
     {{after_cursor, "after", Place::query}, length, last, principal, expand,
      aside(wait)},
     all_changes},

    {"GET", "/rejections", read, Body::none, nullptr,
     {calendar("calendar"), text("after"), last, limit, wait},
     rejections},
};
// clang-format on

}  // namespace

std::span<const Row> news_routes() { return news_rows; }

}  // namespace jb::gateway
