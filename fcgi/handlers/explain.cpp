// SPDX-License-Identifier: PostgreSQL
#include <limits>

#include "../body.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement explain_event_statement{
    "explain event",
    "SELECT jb_verdict_json(e) FROM jb_explain_event($1::bigint, max_rows => $2::int, principal => $3) AS e"};

constexpr Statement explain_statement{
    "explain",
    "SELECT jb_verdict_json(e)"
    "  FROM jb_explain_request($1::jsonb, max_rows => $2::int, aside => $4::bigint, principal => $3) AS e"};

std::string limit_of(const Request& request) { return number_parameter(request, "limit", 1, 1000, "100"); }

}  // namespace

Response explain_request(const Request& request, Database& database) {
  if (is_list(request.body)) throw Problem(422, "invalid-value", "Invalid value", "the body must be one JSON object");
  const auto aside = number_parameter(request, "aside", 1, std::numeric_limits<long long>::max(), "");
  return list_response(database.run(explain_statement, {request.body, limit_of(request), request.principal,
                                                        aside.empty() ? pg::Parameter() : pg::Parameter(aside)}));
}

Response explain_event(const Request& request, Database& database) {
  return list_response(
      database.run(explain_event_statement, {event_id(request), limit_of(request), request.principal}));
}

}  // namespace jb::gateway
