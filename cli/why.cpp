// SPDX-License-Identifier: PostgreSQL
#include "why.hpp"

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "database.hpp"
#include "rejection_line.hpp"
#include "terminal.hpp"
#include "wall_clock.hpp"

namespace jb::cli::why {

const char* const usage =
    "usage: jb why [OPTION]... [CONNINFO]\n"
    "\n"
    "Tells what would become of an event if it were booked now, and why not otherwise: the starts that an automatic "
    "event\n"
    "is passed over at, or what is in the way of a fixed one. The last row is the answer. Nothing is booked.\n"
    "\n"
    "  --duration LENGTH      '90 minutes', PT1H30M, or seconds (as the calendar's default)\n"
    "  --date DATE            on that day, YYYY-MM-DD\n"
    "  --time TIME            at that time of day, HH:MM; needs --date\n"
    "  --start TIMESTAMP      at that instant, with its offset: 2026-11-23T09:00:00+01:00\n"
    "  --calendar NAME        on this calendar (ceo); once for each that it needs\n"
    "  --attendee NAME        with this attendee; once for each\n"
    "  --not-before TIMESTAMP, --not-after TIMESTAMP\n"
    "                         the window of an automatic event\n"
    "  --priority NUMBER      0 to 100 (50)\n"
    "  --preempt              it may take the time of automatic events of lower priority\n"
    "  --recurrence RULE      a series: RRULE:FREQ=WEEKLY;COUNT=10\n"
    "  --rejection ID         the request of this rejection, as it would be answered now\n"
    "  --event ID             why this event stands where it does, or waits: its own wish, without the event itself\n"
    "  --aside ID             as if this event were not there\n"
    "  --limit NUMBER         at most so many rows, 1 to 1000 (20)\n"
    "  --json                 the rows as a JSON array, as POST /events/explain gives them\n"
    "  --color WHEN           auto (on a terminal), always or never\n"
    "  CONNINFO               libpq connection string or URI; what it leaves out comes from the PG* environment.\n"
    "                         The role needs jb_viewer.\n";

namespace {

using Json = nlohmann::json;

enum Option : int {
  duration_option = 1,
  date_option,
  time_option,
  start_option,
  calendar_option,
  attendee_option,
  not_before_option,
  not_after_option,
  priority_option,
  preempt_option,
  recurrence_option,
  rejection_option,
  event_option,
  aside_option,
  limit_option,
  json_option,
  color_option,
  help_option
};

constexpr option options[] = {{"duration", required_argument, nullptr, duration_option},
                              {"date", required_argument, nullptr, date_option},
                              {"time", required_argument, nullptr, time_option},
                              {"start", required_argument, nullptr, start_option},
                              {"calendar", required_argument, nullptr, calendar_option},
                              {"attendee", required_argument, nullptr, attendee_option},
                              {"not-before", required_argument, nullptr, not_before_option},
                              {"not-after", required_argument, nullptr, not_after_option},
                              {"priority", required_argument, nullptr, priority_option},
                              {"preempt", no_argument, nullptr, preempt_option},
                              {"recurrence", required_argument, nullptr, recurrence_option},
                              {"rejection", required_argument, nullptr, rejection_option},
                              {"event", required_argument, nullptr, event_option},
                              {"aside", required_argument, nullptr, aside_option},
                              {"limit", required_argument, nullptr, limit_option},
                              {"json", no_argument, nullptr, json_option},
                              {"color", required_argument, nullptr, color_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};

struct Wish {
  Json request = Json::object();
  std::optional<long long> rejection;
  std::optional<long long> event;
  std::optional<std::string> aside;  ///< the event that is left out
  std::string limit = "20";
  std::string conninfo;
  Colour colour = Colour::automatic;
  bool json = false;
  bool help = false;
};

void apply(int option, Wish& wish) {
  Json& request = wish.request;
  switch (option) {
    case duration_option: {
      const std::string text = optarg;
      const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
      if (is_number)
        request["duration"] = number("--duration", optarg, 1, 366 * 86'400);
      else
        request["duration"] = text;
      return;
    }
    case date_option:
      request["date"] = date("--date", optarg);
      return;
    case time_option:
      request["start_time"] = optarg;
      return;
    case start_option:
      request["start_timestamp"] = optarg;
      return;
    case calendar_option:
      request["calendars"].push_back(optarg);
      return;
    case attendee_option:
      request["attendees"].push_back(optarg);
      return;
    case not_before_option:
      request["not_before"] = optarg;
      return;
    case not_after_option:
      request["not_after"] = optarg;
      return;
    case priority_option:
      request["priority"] = number("--priority", optarg, 0, 100);
      return;
    case preempt_option:
      request["preempt"] = true;
      return;
    case recurrence_option:
      request["recurrence"] = optarg;
      return;
    case rejection_option:
      wish.rejection = number("--rejection", optarg, 1, 9'223'372'036'854'775'807);
      return;
    case event_option:
      wish.event = number("--event", optarg, 1, 9'223'372'036'854'775'807);
      return;
    case aside_option:
      wish.aside = std::to_string(number("--aside", optarg, 1, 9'223'372'036'854'775'807));
      return;
    case limit_option:
      wish.limit = std::to_string(number("--limit", optarg, 1, 1000));
      return;
    case json_option:
      wish.json = true;
      return;
    case color_option:
      wish.colour = colour(optarg);
      return;
    default:
      wish.help = true;
  }
}

Wish parse(int count, char** arguments) {
  Wish wish;
  const int words = read_options(count, arguments, options, [&](int option) { apply(option, wish); });
  if (count - words > 1) throw UsageError("jb why takes one connection string");
  const int whole = (wish.rejection ? 1 : 0) + (wish.event ? 1 : 0);
  if (whole > 0 && (whole > 1 || wish.aside || !wish.request.empty()))
    throw UsageError("--rejection and --event name the whole request: give nothing else of it");
  if (words < count) wish.conninfo = arguments[words];
  return wish;
}

/// Asks again for the wish of a rejection. When the rejection refused a change, the event of the change is set aside:
/// otherwise the event would stand in its own way.
void ask_again(pg::Connection& connection, Wish& wish) {
  const std::string id = std::to_string(*wish.rejection);
  const pg::Result rows = connection.execute(
      "SELECT jb_rejection_json(r) FROM jb_rejections(after => $1::bigint - 1, max_rows => 1) AS r"
      " WHERE r.id = $1::bigint",
      {id});
  if (rows.empty())
    throw pg::Error("P0002", "rejection " + id + " does not exist", "",
                    "jb listen --once --after 0 prints those that there are.");
  const Json rejection = Json::parse(rows.view(0, 0));
  std::cerr << "It was refused for " << rejection.at("reason").get<std::string>() << ": " << detail_of(rejection)
            << "\n";
  wish.request = rejection.at("request");
  if (rejection.at("event_id").is_null()) return;
  const std::string event = rejection.at("event_id").dump();
  if (!connection.execute("SELECT FROM jb_event_view AS e WHERE e.id = $1::bigint", {event}).empty())
    wish.aside = event;
}

/// The rows of the explanation that the wish asks for, each as JSON.
pg::Result explain(pg::Connection& connection, Wish& wish) {
  if (wish.event)
    return connection.execute("SELECT jb_verdict_json(v) FROM jb_explain_event($1::bigint, $2::int) AS v",
                              {std::to_string(*wish.event), wish.limit});
  if (wish.rejection) ask_again(connection, wish);
  if (!wish.request.contains("event_name")) wish.request["event_name"] = "jb why";
  const std::string request = wish.request.dump(-1, ' ', false, Json::error_handler_t::replace);
  return connection.execute(
      "SELECT jb_verdict_json(v) FROM jb_explain_request($1::jsonb, $2::int, aside => $3::bigint) AS v",
      {request, wish.limit, wish.aside});
}

std::string numbers(const Json& list) {
  std::string text;
  for (const Json& item : list) text += (text.empty() ? "" : ", ") + item.dump();
  return text;
}

std::string text_of(const Json& value) { return value.is_string() ? plain(value.get<std::string>()) : std::string(); }

std::string range(const Json& span) {
  return wall_span(text_of(span.at("start_timestamp")), text_of(span.at("end_timestamp")));
}

const char* colour_of(const std::string& verdict) {
  if (verdict == "placed" || verdict == "held") return "32";
  return verdict == "rejected" ? "31" : verdict == "waiting" ? "33" : "0";
}

void print(const std::vector<Json>& rows, const Paint& paint) {
  std::vector<std::vector<std::string>> cells;
  for (const Json& row : rows) {
    const Json& span = row.at("candidate");
    const std::string verdict = text_of(row.at("verdict"));
    const std::string when = span.is_null() ? "" : range(span);
    cells.push_back({when, verdict, text_of(row.at("reason")), numbers(row.at("conflicts")), detail_of(row)});
  }
  std::string text = table({"when", "verdict", "reason", "events", "why"}, cells, columns(), paint);
  std::cout << text;
  if (!rows.empty()) {
    const std::string verdict = text_of(rows.back().at("verdict"));
    std::cout << paint(colour_of(verdict), verdict) << '\n';
  }
}

}  // namespace

int run(int count, char** arguments) {
  Wish wish = parse(count, arguments);
  if (wish.help) {
    std::cout << usage;
    return EXIT_SUCCESS;
  }
  pg::Connection connection = connect(wish.conninfo, "why");
  const pg::Result result = explain(connection, wish);
  std::vector<Json> rows;
  for (int row = 0; row < result.rows(); ++row) rows.push_back(Json::parse(result.view(row, 0)));
  if (wish.json)
    std::cout << Json(rows).dump() << '\n';
  else
    print(rows, Paint{has_colours(wish.colour)});
  return EXIT_SUCCESS;
}

}  // namespace jb::cli::why
