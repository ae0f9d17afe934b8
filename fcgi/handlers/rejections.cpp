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
}

/// Lists rejections in order of id: a reader that goes on from the last rejection read misses none (rule 4.6).
Response list_rejections(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const std::string after = sequence_parameter(request);
  return growing_page_response(request, database.run(rejections_statement, {after, limit, last_parameter(request)}),
                               limit, std::nullopt, after);
}

}  // namespace jb::gateway
