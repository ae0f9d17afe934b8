// SPDX-License-Identifier: PostgreSQL
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "commands.hpp"
#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli::of_why {

namespace {

constexpr const char* usage = R"(usage: jb why [OPTION]... [CONNINFO]

Tells what would become of an event if it were booked now, and why not otherwise: the starts that an automatic event
is passed over at, or what is in the way of a fixed one. The last row is the answer. Nothing is booked.

  --duration LENGTH      '90 minutes', PT1H30M, or seconds (as the calendar's default)
  --date DATE            on that day, YYYY-MM-DD
  --time TIME            at that time of day, HH:MM; needs --date
  --start TIMESTAMP      at that instant, with its offset: 2026-11-23T09:00:00+01:00
  --calendar NAME        on this calendar (ceo); once for each that it needs
  --attendee NAME        with this attendee; once for each
  --not-before TIMESTAMP, --not-after TIMESTAMP
                         the window of an automatic event
  --priority NUMBER      0 to 100 (50)
  --preempt              it may take the time of automatic events of lower priority
  --recurrence RULE      a series: RRULE:FREQ=WEEKLY;COUNT=10
  --rejection ID         the request of this rejection, as it would be answered now, and nothing else of the event; of a
                         refused change, without the event that it was to change
  --event ID             why this event stands where it does, or waits: its own wish, without the event itself
  --aside ID             as if this event were not there
  --limit NUMBER         at most so many rows, 1 to 1000 (20)
  --json                 the rows as a JSON array, as POST /events/explain gives them
  --color WHEN           auto (on a terminal), always or never
  CONNINFO               libpq connection string or URI; what it leaves out comes from the PG* environment.
                         The role needs jb_viewer.
)";

using Json = nlohmann::json;

struct Wish {
  Json request = Json::object();
  std::optional<std::string> rejection;
  std::optional<std::string> event;
  std::optional<std::string> aside;  ///< the event that is left out
  std::string limit = "20";
  std::string conninfo;
  Paint paint;
  bool json = false;
};

Wish parse(int count, char** arguments) {
  Wish wish;
  Json& request = wish.request;
  const auto field = [&](const char* option, const char* name) {
    return Option{option, true, [&request, name](const char* given) { request[name] = given; }};
  };
  const auto list = [&](const char* option, const char* name) {
    return Option{option, true, [&request, name](const char* given) { request[name].push_back(given); }};
  };
  const auto id = [](const char* option, std::optional<std::string>& value) {
    return number(option, 1, 9'223'372'036'854'775'807, [&value](long long given) { value = std::to_string(given); });
  };
  const Option seconds = number("duration", 1, 366 * 86'400, [&](long long given) { request["duration"] = given; });
  const auto duration = [&](const std::string& given) {
    const bool is_number = given.find_first_not_of("0123456789") == std::string::npos;
    is_number && !given.empty() ? seconds.take(given.c_str()) : void(request["duration"] = given);
  };
  const auto words =
      read_options(count, arguments,
                   {{"duration", true, duration},
                    date([&](const char* given) { request["date"] = given; }),
                    field("time", "start_time"),
                    field("start", "start_timestamp"),
                    list("calendar", "calendars"),
                    list("attendee", "attendees"),
                    field("not-before", "not_before"),
                    field("not-after", "not_after"),
                    number("priority", 0, 100, [&](long long given) { request["priority"] = given; }),
                    {"preempt", false, [&](const char*) { request["preempt"] = true; }},
                    field("recurrence", "recurrence"),
                    id("rejection", wish.rejection),
                    id("event", wish.event),
                    id("aside", wish.aside),
                    number("limit", 1, 1000, [&](long long given) { wish.limit = std::to_string(given); }),
                    flag("json", wish.json),
                    wish.paint.option()},
                   1);
  wish.conninfo = word(words, 0);
  const bool is_whole = wish.rejection || wish.event;
  if (is_whole && ((wish.rejection && wish.event) || wish.aside || !request.empty()))
    throw UsageError("--rejection and --event name the whole request: give nothing else of it");
  return wish;
}

/// Asks again for the wish of a rejection. When the rejection refused a change, the event of the change is set aside:
/// otherwise the event would stand in its own way.
void ask_again(pg::Connection& connection, Wish& wish) {
  const pg::Result rows = connection.execute(
      "SELECT r.reason || ': ' || r.detail, r.request, (SELECT e.id FROM jb_event_view AS e WHERE e.id = r.event_id)"
      "  FROM jb_rejections(after => $1::bigint - 1, max_rows => 1) AS r WHERE r.id = $1::bigint AND r.at IS NOT NULL",
      {wish.rejection});
  if (rows.empty())
    throw pg::Error("P0002", "rejection " + *wish.rejection + " does not exist", "",
                    "jb listen --once --after 0 prints those that there are.");
  std::cerr << "It was refused for " << plain(rows.view(0, 0)) << "\n";
  wish.request = Json::parse(rows.view(0, 1));
  if (!rows.is_null(0, 2)) wish.aside = rows.text(0, 2);
}

// Each row as JSON, and as the cells of the table. A person at a terminal thinks in the calendar's wall clock: the
// offsets are told where they differ, since one of the hours between may come twice then.
#define JB_ROWS                                                                                         \
  "SELECT jb_verdict_json(v), CASE WHEN v.candidate IS NOT NULL THEN"                                   \
  "    concat(w.begins, CASE WHEN o.begins <> o.ends THEN o.begins END, '–',"                           \
  "           CASE WHEN left(w.begins, 10) = left(w.ends, 10) THEN substr(w.ends, 12) ELSE w.ends END," \
  "           CASE WHEN o.begins <> o.ends THEN o.ends END) END,"                                       \
  "  v.verdict, v.reason, array_to_string(v.conflicts, ', '), v.detail FROM "
#define JB_CLOCK                                                                                        \
  " AS v, LATERAL (SELECT jb_timestamp_text(lower(v.candidate), v.time_zone) AS begins,"                \
  "                       jb_timestamp_text(upper(v.candidate), v.time_zone) AS ends) AS t,"            \
  " LATERAL (SELECT regexp_replace(t.begins, 'T(.{5})(:00)?(.*)(Z|[-+].{5})$', ' \\1\\3') AS begins,"   \
  "                 regexp_replace(t.ends, 'T(.{5})(:00)?(.*)(Z|[-+].{5})$', ' \\1\\3') AS ends) AS w," \
  " LATERAL (SELECT substring(t.begins FROM '(Z|[-+].{5})$') AS begins,"                                \
  "                 substring(t.ends FROM '(Z|[-+].{5})$') AS ends) AS o"

/// The rows of the explanation that the wish asks for.
pg::Result explain(pg::Connection& connection, Wish& wish) {
  if (wish.event)
    return connection.execute(JB_ROWS "jb_explain_event($1::bigint, $2::int)" JB_CLOCK, {wish.event, wish.limit});
  if (wish.rejection) ask_again(connection, wish);
  if (!wish.request.contains("event_name")) wish.request["event_name"] = "jb why";
  return connection.execute(
      JB_ROWS "jb_explain_request($1::jsonb, $2::int, aside => $3::bigint)" JB_CLOCK,
      {wish.request.dump(-1, ' ', false, Json::error_handler_t::replace), wish.limit, wish.aside});
}

#undef JB_ROWS
#undef JB_CLOCK

const char* colour_of(const std::string& verdict) {
  if (verdict == "placed" || verdict == "held") return "32";
  return verdict == "rejected" ? "31" : verdict == "waiting" ? "33" : "0";
}

int run(int count, char** arguments) {
  Wish wish = parse(count, arguments);
  pg::Connection connection = connect(wish.conninfo, "why");
  const pg::Result rows = explain(connection, wish);
  if (wish.json) {
    std::cout << json_array(rows, 0);
    return EXIT_SUCCESS;
  }
  std::cout << table({"when", "verdict", "reason", "events", "why"}, cells(rows, 1), columns(), wish.paint);
  if (rows.empty()) return EXIT_SUCCESS;
  const std::string verdict = rows.text(rows.rows() - 1, 2);
  std::cout << wish.paint(colour_of(verdict), verdict) << '\n';
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_why

const jb::cli::Command jb::cli::why{"why", "tells what would become of an event, and why not otherwise", of_why::usage,
                                    of_why::run};
