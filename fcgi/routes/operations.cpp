// SPDX-License-Identifier: PostgreSQL
//
// What concerns the service itself: who asks, whether it runs, its numbers, its description.
#include "../metrics.hpp"

#include <chrono>
#include <map>
#include <mutex>

#include "../openapi.hpp"
#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

// The counters of this process and the numbers of the database, in the text format of Prometheus. An absent database is
// a number here, not an error: an operator needs the metrics most when the database is away.

constexpr Statement metrics_statement{
    "metrics", "SELECT m.metric, coalesce(m.calendar, ''), m.value FROM jb_metrics($1::text[]) AS m"};

// For a caller with a certificate: a calendar that the caller may not see is passed over as one that is not there.
constexpr Statement metrics_of_caller_statement{
    "metrics of caller",
    "SELECT m.metric, coalesce(m.calendar, ''), m.value"
    "  FROM jb_metrics(ARRAY(SELECT c.name FROM unnest($1::text[]) AS c (name)"
    " WHERE c.name = 'ceo' OR jb_time_zone(c.name, principal => $2) IS NOT NULL)) AS m"};

struct Gauge {
  std::string metric, calendar;
  double value;
};

struct Reading {
  std::chrono::steady_clock::time_point at;
  std::vector<Gauge> gauges;
};

/// Keeps each answer of the database for a second, by who asked for which calendars: however often somebody asks, the
/// database is asked once a second.
class Readings {
 public:
  std::vector<Gauge> read(Database& database, const Request& request, const std::string& calendars) {
    const std::pair key{request.principal, calendars};
    const auto now = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock(mutex_);
      const auto kept = kept_.find(key);
      if (kept != kept_.end() && now - kept->second.at < std::chrono::seconds(1)) return kept->second.gauges;
    }
    const pg::Result result = request.face == Face::main
                                  ? database.run(metrics_of_caller_statement, {calendars, request.principal})
                                  : database.run(metrics_statement, {calendars});
    Reading reading{now, {}};
    for (int row = 0; row < result.rows(); ++row)
      reading.gauges.push_back({result.text(row, 0), result.text(row, 1), std::stod(result.text(row, 2))});
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const auto& one) { return now - one.second.at >= std::chrono::seconds(1); });
    kept_[key] = reading;
    return reading.gauges;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Reading> kept_;
};

constexpr std::pair<std::string_view, std::string_view> families[] = {
    {"jb_events_held", "Events that are held for their confirmation."},
    {"jb_events_waiting", "Events that wait for a place."},
    {"jb_worker_up", "Whether the background worker runs."},
    {"jb_worker_lag_seconds", "How long something has been due that nobody has written."},
    {"jb_first_free_seconds",
     "How long until the first free 30 minutes; absent where none are before the horizon, or the calendar is not "
     "there."},
};

void expose(Exposition& out, const std::vector<Gauge>& gauges) {
  for (const auto& [name, help] : families) {
    out.family(name, "gauge", help);
    for (const Gauge& gauge : gauges) {
      if (gauge.metric != name) continue;
      if (gauge.calendar.empty())
        out.sample(gauge.value);
      else
        out.sample(gauge.value, {{"calendar", gauge.calendar}});
    }
  }
}

/// Asks the database for its numbers. Result: false when the database is away; any other error of the database is
/// thrown.
bool ask(Exposition& out, Database& database, const Request& request) {
  static Readings readings;
  try {
    expose(out, readings.read(database, request, *value_of(request, "calendar")));
    return true;
  } catch (const pg::Error& error) {
    if (problem_of(error).status != 503) throw;
    return false;
  }
}

Response numbers(const Request& request, Database& database) {
  Exposition out;
  const bool is_up = ask(out, database, request);
  out.family("jb_database_up", "gauge", "Whether the database answers.");
  out.sample(is_up ? 1 : 0);
  metrics().write(out);
  return Response{200, {}, out.text()}.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
}

/// Whether this program runs. Does not ask the database: a restart of this program does not bring an absent database
/// back.
Response live(const Request&, Database&) { return json_response(200, R"({"status":"ok"})"); }

/// Whether this program can serve.
Response health(const Request&, const pg::Result& found) {
  const auto version = found.text(0, 1), library = found.text(0, 2);
  if (version == library) return json_response(200, found.text(0, 0));
  Problem problem(503, "other-version", "Extension of another version",
                  "The extension has version " + version + ", the library has version " + library +
                      ". Run ALTER EXTENSION jb_scheduler UPDATE in this database.");
  problem.with("Retry-After", "1");
  throw problem;
}

Response description(const Request&, Database&) { return json_response(200, std::string(openapi)); }

// clang-format off
constexpr Row operation_rows[] = {
    // The role is read from PostgreSQL: the role under which this request really runs.
    {"GET", "/whoami", read, Body::none,
     "SELECT json_build_object('principal', $1::text, 'role', substr(current_user, length('jb_') + 1))",
     {principal},
     object},

    {"GET", "/health", read, Body::none,
     "SELECT json_build_object('status', 'ok', 'version', h.version, 'server_version', h.server_version,"
     "                         'worker', h.worker,"
     "                         'now', to_char(h.now AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')),"
     "       h.version, w.library"
     "  FROM jb_health() AS h, jb_worker() AS w",
     {},
     health, Face::admin},

    {"GET", "/health/live", read, Body::none, nullptr, {}, live, Face::admin},

    {"GET", "/metrics", read, Body::none, nullptr, {list("calendar", "{}")}, numbers, Face::admin},

    {"GET", "/openapi.json", read, Body::none, nullptr, {}, description},
};
// clang-format on

}  // namespace

std::span<const Row> operation_routes() { return operation_rows; }

}  // namespace jb::gateway
