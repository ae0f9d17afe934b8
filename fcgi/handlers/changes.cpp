// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement changes_statement{
    "changes", "SELECT jb_change_json(c), c.seq FROM jb_changes($1, after => $2::bigint, max_rows => $3::int) AS c"};
}

/// In order of seq, without a gap; going on from the last one read misses nothing. Who names none begins with what is
/// kept, while one who goes on from what has been purged hears so.
Response list_changes(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  const std::string after = sequence_parameter(request);
  const pg::Parameter from = text_parameter(request, "after") ? pg::Parameter(after) : std::nullopt;
  return growing_page_response(request, database.run(changes_statement, {request.parameter, from, limit}), limit,
                               request.parameter, after);
}

}  // namespace jb::gateway
