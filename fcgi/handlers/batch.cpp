// SPDX-License-Identifier: PostgreSQL
#include "../body.hpp"
#include "../idempotency.hpp"
#include "../outcome.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement batch_statement{
    "batch",
    "SELECT jb_outcome_json(o), coalesce(o.event_id, o.rejection_id) IS NOT NULL, o.outcome,"
    "       coalesce(o.reason, '')" JB_REPLAYED
    "  FROM jb_schedule_all($1::jsonb, principal => $2, idempotency_key => $3) AS o"};
}

Response create_events(const Request& request, Database& database) {
  if (!is_list(request.body))
    throw Problem(422, "invalid-value", "Invalid value", "the body must be a list of JSON objects");
  const pg::Result result = database.run(batch_statement, {request.body, request.principal, idempotency_key(request)});
  Response response = list_response(result);
  for (int row = 0; row < result.rows(); ++row) {
    if (!result.is_true(row, 1)) continue;  // a dry run
    const bool is_rejected = result.view(row, 2) == "rejected";
    response.told.push_back({result.text(row, 2), is_rejected ? result.text(row, 3) : ""});
  }
  return response;
}

}  // namespace jb::gateway
