// SPDX-License-Identifier: PostgreSQL
//
// The service itself: the caller's identity, health, metrics, description.
#include "../answers.hpp"
#include "../arguments.hpp"
#include "../message.hpp"
#include "../route.hpp"
#include "../telemetry.hpp"
#include "openapi.hpp"

namespace jb::gateway {

namespace {

// The counters of this process and the numbers of the database, in the text format of Prometheus. An absent database is
// a number here, not an error: an operator needs the metrics most when the database is away.

constexpr std::pair<std::string_view, std::string_view> kFamilies[] = {
    {"jb_events_held", "Events that are held for their confirmation."},
    {"jb_events_waiting", "Events that wait for a place."},
    {"jb_worker_up", "Whether the background worker runs."},
    {"jb_worker_lag_seconds", "How long something has been due that nobody has written."},
    {"jb_last_rejection_id", "The id of the last rejection."},
    {"jb_first_free_seconds",
     "How long until the first free 30 minutes; absent where none are before the horizon, or the calendar is not "
     "there."},
};

Response numbers(const Request&, const pg::Result& found) {
  Exposition out;
  for (const auto& [name, help] : kFamilies) {
    if (found.empty()) break;
    out.family(name, "gauge", help);
    for (int row = 0; row < found.rows(); ++row) {
      if (found.view(row, 0) != name) continue;
      const double value = std::stod(found.text(row, 2));
      found.is_null(row, 1) ? out.sample(value) : out.sample(value, label("calendar", found.view(row, 1)));
    }
  }
  out.gauge("jb_database_up", found.empty() ? 0 : 1, "Whether the database answers.");
  metrics().write(out);
  return Response{200, {}, out.text()}.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
}

/// Whether this program runs. Does not ask the database, which a restart of this program would not bring back.
Response live(const Request&, const pg::Result&) { return json_response(200, R"({"status":"ok"})"); }

/// Whether this program can serve.
Response health(const Request&, const pg::Result& found) {
  const auto version = found.text(0, 1), library = found.text(0, 2);
  if (version == library) return json_response(200, found.text(0, 0));
  throw Problem(503, "other-version", "Extension of another version",
                "The extension has version " + version + ", the library has version " + library +
                    ". Run ALTER EXTENSION jb_scheduler UPDATE in this database.")
      .with("Retry-After", "1");
}

Response description(const Request&, const pg::Result&) { return json_response(200, openapi); }

// clang-format off
constexpr Row kOperationRows[] = {
    // The role is read from PostgreSQL, so it is the one under which this request really runs.
    {"GET", "/whoami", read, Body::none, statement<R"(
        SELECT json_build_object('principal', :principal::text, 'role', substr(current_user, length('jb_') + 1)))">,
     {principal}, object},

    {"GET", "/health", read, Body::none, statement<R"(
        SELECT json_build_object('status', 'ok', 'version', h.version, 'server_version', h.server_version,
                                 'worker', h.worker,
                                 'now', to_char(h.now AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
               h.version, w.library
          FROM jb_health() AS h, jb_worker() AS w)">,
     {}, health, Face::admin},

    {"GET", "/health/live", read, Body::none, no_statement, {}, live, Face::admin},

    // A calendar that a caller with a certificate may not see is skipped like one that does not exist.
    {"GET", "/metrics", read, Body::none, statement<R"(
        SELECT m.metric, m.calendar, m.value
          FROM jb_metrics(ARRAY(SELECT c.name FROM string_to_table(:calendar, ',') AS c (name)
                 WHERE :principal = '' OR c.name = 'ceo'
                    OR jb_time_zone(c.name, principal => :principal) IS NOT NULL)) AS m)">,
     {list("calendar", ""), principal}, numbers, Face::admin, /*is_without_database=*/true},

    {"GET", "/openapi.json", read, Body::none, no_statement, {}, description},
};
// clang-format on

}  // namespace

std::span<const Row> operation_routes() { return kOperationRows; }

}  // namespace jb::gateway
