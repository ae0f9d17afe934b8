// SPDX-License-Identifier: PostgreSQL
#include <limits>

#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
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

Response vector_page_response(const Request& request, const pg::Result& result, const std::string& after) {
  Response response = list_response(result);
  response.with("Link", next_link(request, result.empty() ? after : result.text(result.rows() - 1, 1)));
  constexpr std::chrono::seconds period{1};
  wait_for(response, request, result,
           {.calendar = std::nullopt, .seen = std::numeric_limits<std::int64_t>::max(), .due = period});
  return response;
}

}  // namespace

/// Lists rejections in order of id: a reader that goes on from the last rejection read misses none (rule 4.6).
Response list_rejections(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const pg::Parameter last = last_parameter(request);
  if (const auto calendar = calendar_parameter(request, "calendar")) {
    const std::string after = sequence_parameter(request);
    const auto result = database.run(calendar_rejections_statement, {after, limit, last, calendar, request.principal});
    return growing_page_response(request, result, limit, std::nullopt, after);
  }
  const std::string after = cursor_parameter(request);
  const auto result = database.run(rejections_statement, {after, limit, last, request.principal});
  if (is_vector(result.empty() ? after : result.text(result.rows() - 1, 1)))
    return vector_page_response(request, result, after);
  return growing_page_response(request, result, limit, std::nullopt, after);
}

}  // namespace jb::gateway
