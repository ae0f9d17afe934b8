// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "../versions.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement rejections_statement{
    "rejections",
    "SELECT jb_rejection_json(r" JB_SINCE_1_1(", $4", "") "), r.id"
    "  FROM jb_rejections(after => " JB_SINCE_1_1(
        "CASE WHEN $3::int IS NULL THEN $1::bigint ELSE jb_rejections_after(last => $3::int, principal => $4) END",
        "coalesce((SELECT max(l.id) FROM jb_rejection AS l) - $3::bigint, $1::bigint)") ","
    "                     max_rows => $2::int" JB_PRINCIPAL("$4") ") AS r"};

constexpr Statement calendar_rejections_statement{
    "rejections of a calendar",
    "SELECT jb_rejection_json(r, $5), r.id"
    "  FROM jb_rejections(after => CASE WHEN $3::int IS NULL THEN $1::bigint"
    "         ELSE jb_rejections_after(last => $3::int, calendar => $4, principal => $5) END,"
    "                     max_rows => $2::int, calendar => $4, principal => $5) AS r"};
}  // namespace

/// Lists rejections in order of id: a reader that goes on from the last rejection read misses none (rule 4.6).
Response list_rejections(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const std::string after = sequence_parameter(request);
  const pg::Parameter last = last_parameter(request);
  const auto calendar = calendar_parameter(request, "calendar");
  const pg::Result result =
      calendar ? database.run(calendar_rejections_statement, {after, limit, last, calendar, request.principal})
               : database.run(rejections_statement, {after, limit, last, request.principal});
  return growing_page_response(request, result, limit, std::nullopt, after);
}

}  // namespace jb::gateway
