// SPDX-License-Identifier: PostgreSQL
//
// A week of a calendar: a column for each day, or day by day where the terminal is too narrow.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <vector>

#include "commands.hpp"
#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli::of_week {

namespace {

constexpr const char* usage = R"(usage: jb week [--date DATE] [--json] [--color WHEN] [CALENDAR [CONNINFO]]

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

// The database turns each instant into a wall clock time, which has one answer. The range is wider by a day on both
// sides, so that no clock change matters; events outside the week are left out by their date.
constexpr const char* week_sql =
    "WITH c AS (SELECT time_zone FROM jb_calendar($1)), "
    "w AS (SELECT c.time_zone, (jb_now() AT TIME ZONE c.time_zone)::date AS today,"
    "  date_trunc('week', coalesce($2::date, (jb_now() AT TIME ZONE c.time_zone)::date)::timestamp)::date AS monday "
    "FROM c) ";
constexpr const char* days_sql =
    "SELECT to_char(w.monday + d, 'YYYY-MM-DD'), to_char(w.monday + d, 'Dy DD Mon'), w.monday + d = w.today, "
    "w.time_zone,"
    "  (w.monday + d - 1)::timestamp AT TIME ZONE 'UTC', (w.monday + d + 2)::timestamp AT TIME ZONE 'UTC'"
    "  FROM w, generate_series(0, 6) AS d ORDER BY d";
// With each event its mark, its colour (SGR, ECMA-48), and whether it holds time: what is over or waits holds some,
// too.
constexpr const char* events_sql =
    "SELECT jb_event_cursor(e), jb_event_json(e), e.event_name, e.event_name || coalesce(' (' || "
    "nullif(e.event_location, '') || ')', ''),"
    "  CASE WHEN e.status = 'held' THEN '?' WHEN e.placement = 'fixed' THEN '=' ELSE '~' END,"
    "  CASE e.status WHEN 'completed' THEN '2' WHEN 'in_progress' THEN '1' WHEN 'held' THEN '33'"
    "    ELSE CASE e.placement WHEN 'fixed' THEN '36' ELSE '32' END END,"
    "  to_char(e.start_timestamp AT TIME ZONE $5, 'YYYY-MM-DD'), to_char(e.start_timestamp AT TIME ZONE $5, 'HH24:MI'),"
    "  to_char((e.end_timestamp - interval '1 second') AT TIME ZONE $5, 'YYYY-MM-DD'),"
    "  to_char(e.end_timestamp AT TIME ZONE $5, 'HH24:MI'), e.status NOT IN ('cancelled', 'denied', 'expired'),"
    "  e.status = 'completed'"
    "  FROM jb_events($1, $2::timestamptz, $3::timestamptz, after => $4, max_rows => 1000) AS e";

constexpr const char* next_sql =
    "SELECT to_char(e.start_timestamp AT TIME ZONE $3, 'Dy DD Mon YYYY HH24:MI, ') || e.event_name"
    "  FROM jb_events($1, greatest($2::timestamp AT TIME ZONE $3, CASE WHEN $4::bool THEN jb_now() END),"
    "                 status => '{pending,held,in_progress,completed}', max_rows => 1) AS e";

struct Day {
  std::string date;
  std::string title;
  bool is_today = false;
};

struct Entry {
  std::string json, name, name_and_place, mark, colour, first_day, start, last_day, end;
  bool holds_time = false;
  bool is_past = false;
  bool waits() const { return first_day.empty(); }
  bool is_on(const std::string& date) const { return first_day <= date && date <= last_day; }
};

struct Week {
  std::string calendar;
  std::string time_zone;
  std::vector<Day> days;
  std::vector<Entry> entries;

  /// The events that stand on the day.
  std::vector<Entry> on(const Day& day) const {
    std::vector<Entry> found;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(found),
                 [&](const Entry& entry) { return !entry.waits() && entry.holds_time && entry.is_on(day.date); });
    return found;
  }
};

Entry entry_of(const pg::Result& rows, int row) {
  return {rows.text(row, 1), plain(rows.view(row, 2)), plain(rows.view(row, 3)), rows.text(row, 4),
          rows.text(row, 5), rows.text(row, 6),        rows.text(row, 7),        rows.text(row, 8),
          rows.text(row, 9), rows.is_true(row, 10),    rows.is_true(row, 11)};
}

Week read_week(pg::Connection& connection, const std::string& calendar, const std::optional<std::string>& date) {
  const pg::Result days = connection.execute((std::string(week_sql) + days_sql).c_str(), {calendar, date});
  Week week{.calendar = calendar, .time_zone = days.text(0, 3), .days = {}, .entries = {}};
  for (int row = 0; row < days.rows(); ++row)
    week.days.push_back({days.text(row, 0), days.text(row, 1), days.is_true(row, 2)});
  pg::Parameter after;
  for (bool more = true; more;) {
    const pg::Result rows =
        connection.execute(events_sql, {calendar, days.text(0, 4), days.text(6, 5), after, week.time_zone});
    for (int row = 0; row < rows.rows(); ++row) week.entries.push_back(entry_of(rows, row));
    more = rows.rows() == 1000;
    if (more) after = rows.text(rows.rows() - 1, 0);
  }
  std::erase_if(week.entries, [&](const Entry& entry) {
    return !entry.waits() && (entry.last_day < week.days.front().date || entry.first_day > week.days.back().date);
  });
  return week;
}

/// The event's hours on the day, for one line.
std::string hours(const Entry& entry, const std::string& date) {
  const std::string from = entry.first_day < date ? "…" : entry.start;
  const std::string to = entry.last_day > date ? "…" : entry.end == "00:00" ? "24:00" : entry.end;
  return from + "–" + to;
}

/// A day's cell: for each event a line with the event's hours, and lines with its name. No line is wider than `width`.
std::vector<std::string> cell(const Week& week, const Day& day, int width, const Paint& paint) {
  std::vector<std::string> lines;
  for (const Entry& entry : week.on(day)) {
    lines.push_back(paint(entry.colour, fitted(entry.mark + hours(entry, day.date), width)));
    for (const std::string& line : wrapped(entry.name, width - 1))
      lines.push_back(paint(entry.colour, fitted(" " + line, width)));
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
    cells.push_back(cell(week, day, each, paint));
    height = std::max(height, cells.back().size());
  }
  std::cout << header.substr(0, header.find_last_not_of(' ') + 1) << '\n';
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (std::size_t day = 0; day < cells.size(); ++day) {
      line += day == 0 ? "" : "│";
      line += i < cells[day].size() ? cells[day][i] : std::string(static_cast<std::size_t>(each), ' ');
    }
    std::cout << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
}

void print_list(const Week& week, int width, const Paint& paint) {
  for (const Day& day : week.days) {
    std::cout << paint(day.is_today ? "1;7" : "1", day.title) << '\n';
    for (const Entry& entry : week.on(day)) {
      std::string lead = " " + entry.mark + hours(entry, day.date) + " ";
      for (const std::string& line : wrapped(entry.name_and_place, std::max(8, width - width_of(lead)))) {
        std::cout << paint(entry.colour, lead + line) << '\n';
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
  const pg::Result next = connection.execute(
      next_sql, {week.calendar, week.days.front().date, week.time_zone, is_present ? "true" : "false"});
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

const jb::cli::Command jb::cli::week{"week", "prints a week of a calendar as a table", of_week::usage, of_week::run};
