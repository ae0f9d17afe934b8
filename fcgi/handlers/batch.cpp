// SPDX-License-Identifier: PostgreSQL
#include <algorithm>

#include "../body.hpp"
#include "../idempotency.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

// A new event that was only tried has no id, and its rejection has none either.
constexpr Statement batch_statement{
    "batch",
    "SELECT jb_outcome_json(o), coalesce(o.event_id, o.rejection_id) IS NOT NULL, o.outcome,"
    "       coalesce(o.reason, '')" JB_REPLAYED
    "  FROM jb_schedule_all($1::jsonb, all_or_none => $4::bool, principal => $2, idempotency_key => $3) AS o"};
constexpr Statement batch_change_statement{
    "change batch",
    "SELECT jb_outcome_json(o), $1::jsonb -> 0 -> 'dry_run' IS DISTINCT FROM 'true', o.outcome,"
    "       coalesce(o.reason, '')" JB_REPLAYED
    "  FROM jb_update_all($1::jsonb, principal => $2, idempotency_key => $3) AS o"};

void require_list(const Request& request) {
  if (!is_list(request.body))
    throw Problem(422, "invalid-value", "Invalid value", "the body must be a list of JSON objects");
}

Response outcomes_of(const pg::Result& result) {
  Response response = list_response(result);
  for (int row = 0; row < result.rows(); ++row) {
    if (!result.is_true(row, 1)) continue;  // a dry run
    const bool is_rejected = result.view(row, 2) == "rejected";
    response.told.push_back({result.text(row, 2), is_rejected ? result.text(row, 3) : ""});
  }
  return response;
}

/// The outcomes of a batch of which all is done, or nothing. Throws Problem 409 where an outcome is rejected: the
/// problem of the first one that is, with all outcomes.
Response all_of(const pg::Result& result) {
  Response response = outcomes_of(result);
  Json outcomes = Json::parse(response.body);
  const auto rejected = std::find_if(outcomes.begin(), outcomes.end(),
                                     [](const Json& outcome) { return outcome.at("outcome") == "rejected"; });
  if (rejected == outcomes.end()) return response;
  Problem problem = rejection(*rejected);
  problem.members["outcomes"] = std::move(outcomes);
  throw problem;
}

}  // namespace

Response create_events(const Request& request, Database& database) {
  require_list(request);
  const std::string all_or_none = flag_parameter(request, "all_or_none");
  const pg::Result result =
      database.run(batch_statement, {request.body, request.principal, idempotency_key(request), all_or_none});
  return all_or_none == "true" ? all_of(result) : outcomes_of(result);
}

Response change_events(const Request& request, Database& database) {
  require_list(request);
  return all_of(database.run(batch_change_statement, {request.body, request.principal, idempotency_key(request)}));
}

}  // namespace jb::gateway
