// SPDX-License-Identifier: PostgreSQL
#include "../parameters.hpp"
#include "handlers.hpp"

namespace jb::gateway {

namespace {
constexpr Statement status_statement{
    "status", "SELECT json_build_object('id', $1::bigint, 'status', jb_status($1::bigint, principal => $2))"};
}

Response get_status(const Request& request, Database& database) {
  return json_response(200, database.run(status_statement, {event_id(request), request.principal}).text(0, 0));
}

}  // namespace jb::gateway
