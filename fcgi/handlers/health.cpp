// SPDX-License-Identifier: PostgreSQL
//
// Two questions: whether this program runs (restart it if not), and whether it can serve (send it no requests if not).
#include "../problem.hpp"
#include "handlers.hpp"

namespace jb::gateway {

namespace {
constexpr Statement health_statement{
    "health",
    "SELECT json_build_object('status', 'ok', 'version', h.version, 'server_version', h.server_version,"
    "                         'worker', h.worker,"
    "                         'now', to_char(h.now AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')),"
    "       h.version, w.library"
    "  FROM jb_health() AS h, jb_worker() AS w"};
}  // namespace

/// Does not ask the database: a restart of this program does not bring an absent database back.
Response live(const Request&, Database&) { return json_response(200, R"({"status":"ok"})"); }

Response health(const Request&, Database& database) {
  const auto found = database.run(health_statement, {});
  const auto version = found.text(0, 1), library = found.text(0, 2);
  if (version == library) return json_response(200, found.text(0, 0));
  Problem problem(503, "other-version", "Extension of another version",
                  "The extension has version " + version + ", the library has version " + library +
                      ". Run ALTER EXTENSION jb_scheduler UPDATE in this database.");
  problem.with("Retry-After", "1");
  throw problem;
}

}  // namespace jb::gateway
