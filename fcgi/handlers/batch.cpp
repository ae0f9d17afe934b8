// SPDX-License-Identifier: PostgreSQL
#include "../body.hpp"
#include "../idempotency.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {
constexpr Statement batch_statement{"batch",
                                    "SELECT jb_outcome_json(o)"
                                    "  FROM jb_schedule_all($1::jsonb, principal => $2, idempotency_key => $3) AS o"};
}

Response create_events(const Request& request, Database& database) {
  if (!is_list(request.body))
    throw Problem(422, "invalid-value", "Invalid value", "the body must be a list of JSON objects");
  return list_response(database.run(batch_statement, {request.body, request.principal, idempotency_key(request)}));
}

}  // namespace jb::gateway
