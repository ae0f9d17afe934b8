// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "terminal.hpp"

namespace jb::cli {

pg::Connection connect(const std::string& conninfo, const std::string& command) {
  pg::Connection connection = pg::Connection::open("jb " + command, "5", "dbname", conninfo);
  if (!connection.find_scheduler())
    throw pg::Error("3F000", "the database has no extension jb_scheduler", "",
                    "CREATE EXTENSION jb_scheduler makes it.");
  return connection;
}

std::string json_array(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",\n") + plain_json(item);
  return '[' + text + "]\n";
}

std::string json_array(const pg::Result& rows, int column) {
  std::vector<std::string> items;
  for (int row = 0; row < rows.rows(); ++row) items.push_back(rows.text(row, column));
  return json_array(items);
}

}  // namespace jb::cli

namespace jb::cli::of_check {

namespace {

constexpr const char* kUsage = R"(usage: jb check [--json] [--color WHEN] [CONNINFO]

Compares all that is stored with the rules: no overlap, claims that match their events, free time as hours and claims
leave it, histories without a hole. Prints what breaks a rule.

  --json         a JSON array of what breaks a rule
  --color WHEN   auto (on a terminal), always or never
  CONNINFO       libpq connection string or URI; what it leaves out comes from the PG* environment.
                 The role needs jb_operator, or jb_manager unless calendars give nothing.

The exit status is 0 where all is sound, 1 where something is not, 3 where it could not be looked at.
)";

/// No timeout: a large database takes its time, and only the caller of `jb check` waits for the answer.
constexpr std::chrono::hours kPatience{24};

int run(int count, char** arguments) {
  Paint paint;
  bool json = false;
  const auto words = read_options(count, arguments, {flag("json", json), paint.option()}, 1);
  pg::Connection connection = connect(word(words, 0), "check");
  connection.set_patience(kPatience);
  const pg::Result problems =
      connection.execute("SELECT to_json(c), c.rule, c.calendar, c.event_id, c.detail FROM jb_check() AS c");
  if (json)
    std::cout << json_array(problems, 0);
  else if (problems.empty())
    std::cout << "sound\n";
  else
    std::cout << table({"rule", "calendar", "event", "detail"}, cells(problems, 1), columns(), paint);
  return problems.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

}  // namespace jb::cli::of_check

const jb::cli::Command jb::cli::check{"check", "tells whether what is stored is sound", of_check::kUsage,
                                      of_check::run};

// A week of a calendar: a column for each day, or day by day where the terminal is too narrow.

namespace jb::cli::of_week {

namespace {

constexpr const char* kUsage = R"(usage: jb week [--date DATE] [--json] [--color WHEN] [CALENDAR [CONNINFO]]

Prints a week of a calendar as a table: Monday to Sunday on its own wall clock, what waits below it. Where the terminal
is too narrow for seven columns, it is a list by day.
A fixed event is marked with =, an automatic one with ~, a held one with ?. Where nothing of the week is still to come,
the next event after it stands below.

  --date DATE    the week of this day, YYYY-MM-DD (today)
  --json         the events as a JSON array, as GET /events gives them
  --color WHEN   auto (on a terminal), always or never
  CALENDAR       its name (ceo)
  CONNINFO       libpq connection string or URI; what it leaves out comes from the PG* environment.
                 The role needs jb_viewer.
)";

// The database turns each instant into a wall clock time, which is unambiguous. The range is a day wider on both sides,
// so that no clock change matters; events outside the week are dropped by their date.
constexpr auto kDaysOfWeek = pg::Statement<R"(
    WITH c AS (SELECT time_zone FROM jb_calendar(:calendar)),
         w AS (SELECT c.time_zone, (jb_now() AT TIME ZONE c.time_zone)::date AS today,
                      date_trunc('week', coalesce(:date::date, (jb_now() AT TIME ZONE c.time_zone)::date)::timestamp)
                        ::date AS monday
                 FROM c)
    SELECT to_char(w.monday + d, 'YYYY-MM-DD'), to_char(w.monday + d, 'Dy DD Mon'), w.monday + d = w.today, w.time_zone,
           (w.monday + d - 1)::timestamp AT TIME ZONE 'UTC', (w.monday + d + 2)::timestamp AT TIME ZONE 'UTC'
      FROM w, generate_series(0, 6) AS d
     ORDER BY d)">();
// With each event its mark, its color (SGR, ECMA-48), and whether it holds time, which a completed or waiting event
// does here, too.
constexpr auto kEventsBetween = pg::Statement<R"(
    SELECT jb_event_cursor(e), jb_event_json(e), e.event_name,
           e.event_name || coalesce(' (' || nullif(e.event_location, '') || ')', ''),
           CASE WHEN e.status = 'held' THEN '?' WHEN e.placement = 'fixed' THEN '=' ELSE '~' END,
           CASE e.status WHEN 'completed' THEN '2' WHEN 'in_progress' THEN '1' WHEN 'held' THEN '33'
                         ELSE CASE e.placement WHEN 'fixed' THEN '36' ELSE '32' END END,
           to_char(e.start_timestamp AT TIME ZONE :time_zone, 'YYYY-MM-DD'),
           to_char(e.start_timestamp AT TIME ZONE :time_zone, 'HH24:MI'),
           to_char((e.end_timestamp - interval '1 second') AT TIME ZONE :time_zone, 'YYYY-MM-DD'),
           CASE WHEN (e.end_timestamp AT TIME ZONE :time_zone)::date
                      > ((e.end_timestamp - interval '1 second') AT TIME ZONE :time_zone)::date THEN '24:00'
                ELSE to_char(e.end_timestamp AT TIME ZONE :time_zone, 'HH24:MI') END,
           e.status NOT IN ('cancelled', 'denied', 'expired'), e.status = 'completed'
      FROM jb_events(:calendar, :from::timestamptz, :to::timestamptz, after => :after, max_rows => 1000) AS e)">();

constexpr auto kNextEvent = pg::Statement<R"(
    SELECT to_char(e.start_timestamp AT TIME ZONE :time_zone, 'Dy DD Mon YYYY HH24:MI, ') || e.event_name
      FROM jb_events(:calendar,
                     greatest(:monday::timestamp AT TIME ZONE :time_zone,
                              CASE WHEN :is_present::bool THEN jb_now() END),
                     status => '{pending,held,in_progress,completed}', max_rows => 1) AS e)">();

struct Entry {
  std::string json, name, name_and_place, mark, color, first_day, start, last_day, end;
  bool holds_time = false;
  bool is_past = false;
  bool waits() const { return first_day.empty(); }
};

struct Day {
  std::string date;
  std::string title;
  bool is_today = false;
  std::vector<Entry> entries = {};  ///< that hold time on it
};

struct Week {
  std::string calendar;
  std::string time_zone;
  std::vector<Day> days;
  std::vector<Entry> entries;
};

Entry entry_of(const pg::Result& rows, int row) {
  return {rows.text(row, 1), plain(rows.view(row, 2)), plain(rows.view(row, 3)), rows.text(row, 4),
          rows.text(row, 5), rows.text(row, 6),        rows.text(row, 7),        rows.text(row, 8),
          rows.text(row, 9), rows.is_true(row, 10),    rows.is_true(row, 11)};
}

Week read_week(pg::Connection& connection, const std::string& calendar, const std::optional<std::string>& date) {
  const pg::Result days = connection.execute(kDaysOfWeek, "calendar"_arg = calendar, "date"_arg = date);
  Week week{.calendar = calendar, .time_zone = days.text(0, 3), .days = {}, .entries = {}};
  for (int row = 0; row < days.rows(); ++row)
    week.days.push_back({days.text(row, 0), days.text(row, 1), days.is_true(row, 2)});
  pg::Parameter after;
  for (bool more = true; more;) {
    const pg::Result rows =
        connection.execute(kEventsBetween, "calendar"_arg = calendar, "from"_arg = days.text(0, 4),
                           "to"_arg = days.text(6, 5), "after"_arg = after, "time_zone"_arg = week.time_zone);
    for (int row = 0; row < rows.rows(); ++row) week.entries.push_back(entry_of(rows, row));
    more = rows.rows() == 1000;
    if (more) after = rows.text(rows.rows() - 1, 0);
  }
  std::erase_if(week.entries, [&](const Entry& entry) {
    return !entry.waits() && (entry.last_day < week.days.front().date || entry.first_day > week.days.back().date);
  });
  for (Day& day : week.days)
    for (const Entry& entry : week.entries)
      if (entry.holds_time && entry.first_day <= day.date && day.date <= entry.last_day) day.entries.push_back(entry);
  return week;
}

/// The event's hours on the day, for one line.
std::string hours(const Entry& entry, const std::string& date) {
  const std::string from = entry.first_day < date ? "…" : entry.start;
  const std::string to = entry.last_day > date ? "…" : entry.end;
  return from + "–" + to;
}

/// A day's cell: for each event a line with the event's hours, and lines with its name. No line is wider than `width`.
std::vector<std::string> cell(const Day& day, int width, const Paint& paint) {
  std::vector<std::string> lines;
  for (const Entry& entry : day.entries) {
    lines.push_back(paint(entry.color, fitted(entry.mark + hours(entry, day.date), width)));
    for (const std::string& line : wrapped(entry.name, width - 1))
      lines.push_back(paint(entry.color, fitted(" " + line, width)));
  }
  return lines;
}

void print_columns(const Week& week, int width, const Paint& paint) {
  const int each = (width - 6) / 7;
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 0;
  std::string header;
  for (const Day& day : week.days) {
    header += (header.empty() ? "" : "│") + paint(day.is_today ? "1;7" : "1", fitted(day.title, each));
    cells.push_back(cell(day, each, paint));
    height = std::max(height, cells.back().size());
  }
  std::cout << header.substr(0, header.find_last_not_of(' ') + 1) << '\n';
  for (auto& lines : cells) lines.resize(height, std::string(static_cast<std::size_t>(each), ' '));
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (const auto& lines : cells) line += (line.empty() ? "" : "│") + lines[i];
    std::cout << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
}

void print_list(const Week& week, int width, const Paint& paint) {
  for (const Day& day : week.days) {
    std::cout << paint(day.is_today ? "1;7" : "1", day.title) << '\n';
    for (const Entry& entry : day.entries) {
      std::string lead = " " + entry.mark + hours(entry, day.date) + " ";
      for (const std::string& line : wrapped(entry.name_and_place, std::max(8, width - width_of(lead)))) {
        std::cout << paint(entry.color, lead + line) << '\n';
        lead.assign(static_cast<std::size_t>(width_of(lead)), ' ');
      }
    }
  }
}

/// Names the next event when the week shows none that is still to come; in the present week, events that are over do
/// not count.
void print_next(pg::Connection& connection, const Week& week, int width, const Paint& paint) {
  const bool is_present = std::any_of(week.days.begin(), week.days.end(), [](const Day& day) { return day.is_today; });
  const bool is_shown = std::any_of(week.entries.begin(), week.entries.end(), [&](const Entry& entry) {
    return !entry.waits() && entry.holds_time && !(is_present && entry.is_past);
  });
  if (is_shown) return;
  const pg::Result next =
      connection.execute(kNextEvent, "calendar"_arg = week.calendar, "monday"_arg = week.days.front().date,
                         "time_zone"_arg = week.time_zone, "is_present"_arg = is_present ? "true" : "false");
  const std::string what = next.empty() ? "nothing is booked" : plain(next.view(0, 0));
  std::cout << paint("1", cut("next: " + what, width)) << '\n';
}

void print_waiting(const Week& week, int width, const Paint& paint) {
  for (const Entry& entry : week.entries)
    if (entry.waits() && entry.holds_time) std::cout << paint("33", cut("waits: " + entry.name, width)) << '\n';
}

int run(int count, char** arguments) {
  std::optional<std::string> day;
  Paint paint;
  bool json = false;
  const auto words = read_options(
      count, arguments, {date([&](const char* given) { day = given; }), flag("json", json), paint.option()}, 2);
  pg::Connection connection = connect(word(words, 1), "week");
  const Week week = read_week(connection, word(words, 0, "ceo"), day);
  if (json) {
    std::vector<std::string> items;
    for (const Entry& entry : week.entries) items.push_back(entry.json);
    std::cout << json_array(items);
    return EXIT_SUCCESS;
  }
  constexpr int least_for_columns = 7 * 13 + 6;
  const int width = columns();
  std::cout << cut(plain(week.calendar) + ", " + week.time_zone + ", week of " + week.days.front().date, width) << '\n';
  width >= least_for_columns ? print_columns(week, width, paint) : print_list(week, width, paint);
  print_next(connection, week, width, paint);
  print_waiting(week, width, paint);
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_week

const jb::cli::Command jb::cli::week{"week", "prints a week of a calendar as a table", of_week::kUsage, of_week::run};

namespace jb::cli::of_why {

namespace {

constexpr const char* kUsage = R"(usage: jb why [OPTION]... [CONNINFO]

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
  --within JSON          its days and hours: {"days": ["monday"], "from": "10:00", "to": "16:00"}
  --one-of JSON          on some of each list: [{"calendars": ["room:1", "room:2"], "count": 1}]
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

struct Options {
  Json request = Json::object();
  std::optional<std::string> rejection;
  std::optional<std::string> event;
  std::optional<std::string> aside;  ///< the event that is left out
  std::string limit = "20";
  std::string conninfo;
  Paint paint;
  bool json = false;
};

Options parse(int count, char** arguments) {
  Options options;
  Json& request = options.request;
  // A value that is no JSON object or list is a text.
  const auto field = [&](const char* option, const char* name) {
    return Option{option, true, [&request, name](const char* given) {
                    auto read = Json::parse(given, nullptr, false);
                    request[name] = read.is_structured() ? std::move(read) : Json(given);
                  }};
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
                    field("within", "within"),
                    field("one-of", "one_of"),
                    number("priority", 0, 100, [&](long long given) { request["priority"] = given; }),
                    {"preempt", false, [&](const char*) { request["preempt"] = true; }},
                    field("recurrence", "recurrence"),
                    id("rejection", options.rejection),
                    id("event", options.event),
                    id("aside", options.aside),
                    number("limit", 1, 1000, [&](long long given) { options.limit = std::to_string(given); }),
                    flag("json", options.json),
                    options.paint.option()},
                   1);
  options.conninfo = word(words, 0);
  const bool is_whole = options.rejection || options.event;
  if (is_whole && ((options.rejection && options.event) || options.aside || !request.empty()))
    throw UsageError("--rejection and --event name the whole request: give nothing else of it");
  return options;
}

constexpr auto kWish = pg::Statement<R"(
    SELECT r.reason || ': ' || r.detail, r.request, (SELECT e.id FROM jb_event_view AS e WHERE e.id = r.event_id)
      FROM jb_rejections(after => :rejection::bigint - 1, max_rows => 1) AS r
     WHERE r.id = :rejection::bigint AND r.at IS NOT NULL)">();

/// Asks again for the wish of a rejection. If a change was refused, its event is set aside, since it would otherwise be
/// in its own way.
void ask_again(pg::Connection& connection, Options& options) {
  const pg::Result rows = connection.execute(kWish, "rejection"_arg = options.rejection);
  if (rows.empty())
    throw pg::Error("P0002", "rejection " + *options.rejection + " does not exist", "",
                    "jb listen --once --after 0 prints those that there are.");
  std::cerr << "It was refused for " << plain(rows.view(0, 0)) << "\n";
  options.request = Json::parse(rows.view(0, 1));
  if (!rows.is_null(0, 2)) options.aside = rows.text(0, 2);
}

// clang-format off
// Each row as JSON, and as the cells of the table. A person at a terminal thinks in the calendar's wall clock: offsets
// are shown only where they differ, since an hour in between may then occur twice.
constexpr auto explanation(const auto& call) {
  return R"(
    SELECT jb_verdict_json(v),
           CASE WHEN v.candidate IS NOT NULL
                THEN concat(w.begins, CASE WHEN o.begins <> o.ends THEN o.begins END, '–',
                            CASE WHEN left(w.begins, 10) = left(w.ends, 10) THEN substr(w.ends, 12) ELSE w.ends END,
                            CASE WHEN o.begins <> o.ends THEN o.ends END) END,
           v.verdict, v.reason, array_to_string(v.conflicts, ', '), v.detail
      FROM )" + sql::Text(call) + R"( AS v,
           LATERAL (SELECT jb_timestamp_text(lower(v.candidate), v.time_zone) AS begins,
                           jb_timestamp_text(upper(v.candidate), v.time_zone) AS ends) AS t,
           LATERAL (SELECT regexp_replace(t.begins, 'T(.{5})(:00)?(.*)(Z|[-+].{5})$', ' \1\3') AS begins,
                           regexp_replace(t.ends, 'T(.{5})(:00)?(.*)(Z|[-+].{5})$', ' \1\3') AS ends) AS w,
           LATERAL (SELECT substring(t.begins FROM '(Z|[-+].{5})$') AS begins,
                           substring(t.ends FROM '(Z|[-+].{5})$') AS ends) AS o)";
}
// clang-format on

/// The rows of the explanation that the options ask for.
pg::Result explain(pg::Connection& connection, Options& options) {
  if (options.event)
    return connection.execute(pg::Statement<explanation("jb_explain_event(:event::bigint, :limit::int)")>(),
                              "event"_arg = options.event, "limit"_arg = options.limit);
  if (options.rejection) ask_again(connection, options);
  if (!options.request.contains("event_name")) options.request["event_name"] = "jb why";
  return connection.execute(
      pg::Statement<explanation("jb_explain_request(:request::jsonb, :limit::int, aside => :aside::bigint)")>(),
      "request"_arg = options.request.dump(-1, ' ', false, Json::error_handler_t::replace), "limit"_arg = options.limit,
      "aside"_arg = options.aside);
}

const char* color_of(const std::string& verdict) {
  if (verdict == "placed" || verdict == "held") return "32";
  return verdict == "rejected" ? "31" : verdict == "waiting" ? "33" : "0";
}

int run(int count, char** arguments) {
  Options options = parse(count, arguments);
  pg::Connection connection = connect(options.conninfo, "why");
  const pg::Result rows = explain(connection, options);
  if (options.json) {
    std::cout << json_array(rows, 0);
    return EXIT_SUCCESS;
  }
  std::cout << table({"when", "verdict", "reason", "events", "why"}, cells(rows, 1), columns(), options.paint);
  if (rows.empty()) return EXIT_SUCCESS;
  const std::string verdict = rows.text(rows.rows() - 1, 2);
  std::cout << options.paint(color_of(verdict), verdict) << '\n';
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace jb::cli::of_why

const jb::cli::Command jb::cli::why{"why", "tells what would become of an event, and why not otherwise", of_why::kUsage,
                                    of_why::run};
