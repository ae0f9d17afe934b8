// SPDX-License-Identifier: PostgreSQL
#include "handlers.hpp"

namespace jb::gateway {

namespace {
// The role is read from PostgreSQL: the role under which this request really runs.
constexpr Statement whoami_statement{
    "whoami", "SELECT json_build_object('principal', $1::text, 'role', substr(current_user, length('jb_') + 1))"};
}  // namespace

Response whoami(const Request& request, Database& database) {
  return json_response(200, database.run(whoami_statement, {request.principal}).text(0, 0));
}

}  // namespace jb::gateway
