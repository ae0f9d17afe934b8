// SPDX-License-Identifier: PostgreSQL
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_grants_statement{"grants",
                                          "SELECT jb_grantee_json(g) FROM jb_grants($1, principal => $2) AS g"};

constexpr Statement set_grants_statement{
    "grants_set", "SELECT jb_grantee_json(g) FROM jb_grants_set($1, $2::jsonb, principal => $3) AS g"};

}  // namespace

Response list_grants(const Request& request, Database& database) {
  return list_response(database.run(list_grants_statement, {request.parameter, request.principal}));
}

Response set_grants(const Request& request, Database& database) {
  return list_response(database.run(set_grants_statement, {request.parameter, request.body, request.principal}));
}

}  // namespace jb::gateway
