// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement rejections_statement{
    "rejections",
    "SELECT jb_rejection_json(r), r.id"
    "  FROM jb_rejections(after => coalesce((SELECT max(l.id) FROM jb_rejection AS l) - $3::bigint, $1::bigint),"
    "                     max_rows => $2::int) AS r"};

// The last ones of a calendar: after the last but $3, or from the first where there are no more.
constexpr Statement calendar_rejections_statement{
    "rejections of a calendar",
    "SELECT jb_rejection_json(r), r.id"
    "  FROM jb_rejections(after => CASE WHEN $3::int IS NULL THEN $1::bigint ELSE coalesce("
    "         (SELECT l.id FROM jb_rejection_calendar AS l WHERE l.calendar = $4 ORDER BY l.id DESC OFFSET $3::int "
    "LIMIT 1), 0) END,"
    "                     max_rows => $2::int, calendar => $4) AS r"};
}  // namespace

/// Lists rejections in order of id: a reader that goes on from the last rejection read misses none (rule 4.6).
Response list_rejections(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const std::string after = sequence_parameter(request);
  const pg::Parameter last = last_parameter(request);
  const auto calendar = calendar_parameter(request, "calendar");
  const pg::Result result = calendar ? database.run(calendar_rejections_statement, {after, limit, last, calendar})
                                     : database.run(rejections_statement, {after, limit, last});
  return growing_page_response(request, result, limit, std::nullopt, after);
}

}  // namespace jb::gateway
