// SPDX-License-Identifier: PostgreSQL
//
// Two questions: whether this program runs (restart it if not), and whether it can serve (send it no requests if not).
#include "handlers.hpp"

namespace jb::gateway {

namespace {
// jb_last_numbers() is there for what it refuses: in a database whose extension is of another version jb_health() alone
// would answer.
constexpr Statement health_statement{
    "health",
    "SELECT json_build_object('status', 'ok', 'version', h.version, 'server_version', h.server_version,"
    "                         'worker', h.worker,"
    "                         'now', to_char(h.now AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'))"
    "  FROM jb_health() AS h, jb_last_numbers('{}') AS n WHERE n.calendar IS NULL"};
}  // namespace

/// Does not ask the database: a restart of this program does not bring an absent database back.
Response live(const Request&, Database&) { return json_response(200, R"({"status":"ok"})"); }

Response health(const Request&, Database& database) {
  return json_response(200, database.run(health_statement, {}).text(0, 0));
}

}  // namespace jb::gateway
