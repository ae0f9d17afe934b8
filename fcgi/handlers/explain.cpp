// SPDX-License-Identifier: PostgreSQL
#include "../body.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement explain_statement{
    "explain", "SELECT jb_verdict_json(e) FROM jb_explain_request($1::jsonb, max_rows => $2::int) AS e"};
}

Response explain_event(const Request& request, Database& database) {
  if (is_list(request.body)) throw Problem(422, "invalid-value", "Invalid value", "the body must be one JSON object");
  return list_response(
      database.run(explain_statement, {request.body, number_parameter(request, "limit", 1, 1000, "100")}));
}

}  // namespace jb::gateway
