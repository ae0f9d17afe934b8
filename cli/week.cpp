// SPDX-License-Identifier: PostgreSQL
#include "week.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <vector>

#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli::week {

const char* const usage =
    "usage: jb week [--date DATE] [--json] [--color WHEN] [CALENDAR [CONNINFO]]\n"
    "\n"
    "Prints a week of a calendar as a table: Monday to Sunday on its own wall clock, what waits below it.\n"
    "A fixed event is marked with =, an automatic one with ~, a held one with ?. Where nothing of the week is still to "
    "come,\n"
    "the next event after it stands below.\n"
    "\n"
    "  --date DATE    the week of this day, YYYY-MM-DD (today)\n"
    "  --json         the events as a JSON array, as GET /events gives them\n"
    "  --color WHEN   auto (on a terminal), always or never\n"
    "  CALENDAR       its name (ceo)\n"
    "  CONNINFO       libpq connection string or URI; what it leaves out comes from the PG* environment.\n"
    "                 The role needs jb_viewer.\n";

namespace {

enum Option : int { date_option = 1, json_option, color_option, help_option };

constexpr option options[] = {{"date", required_argument, nullptr, date_option},
                              {"json", no_argument, nullptr, json_option},
                              {"color", required_argument, nullptr, color_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};

struct Wish {
  std::string calendar = "ceo";
  std::string conninfo;
  std::optional<std::string> date;
  Colour colour = Colour::automatic;
  bool json = false;
  bool help = false;
};

Wish parse(int count, char** arguments) {
  Wish wish;
  const int words = read_options(count, arguments, options, [&](int option) {
    if (option == date_option) wish.date = date("--date", optarg);
    if (option == color_option) wish.colour = colour(optarg);
    if (option == json_option) wish.json = true;
    if (option == help_option) wish.help = true;
  });
  if (count - words > 2) throw UsageError("jb week takes a calendar and a connection string");
  if (words < count) wish.calendar = arguments[words];
  if (words + 1 < count) wish.conninfo = arguments[words + 1];
  return wish;
}

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
constexpr const char* events_sql =
    "SELECT jb_event_cursor(e), jb_event_json(e), e.event_name, e.event_location, e.status, e.placement,"
    "  to_char(e.start_timestamp AT TIME ZONE $5, 'YYYY-MM-DD'), to_char(e.start_timestamp AT TIME ZONE $5, 'HH24:MI'),"
    "  to_char((e.end_timestamp - interval '1 second') AT TIME ZONE $5, 'YYYY-MM-DD'),"
    "  to_char(e.end_timestamp AT TIME ZONE $5, 'HH24:MI'), e.status IN ('completed', 'cancelled', 'denied', 'expired')"
    "  FROM jb_events($1, $2::timestamptz, $3::timestamptz, after => $4, max_rows => 1000) AS e";

constexpr const char* next_sql =
    "SELECT to_char(e.start_timestamp AT TIME ZONE $3, 'Dy DD Mon YYYY HH24:MI'), e.event_name"
    "  FROM jb_events($1, greatest($2::timestamp AT TIME ZONE $3, CASE WHEN $4::bool THEN jb_now() END),"
    "                 status => '{pending,held,in_progress,completed}', max_rows => 1) AS e";

struct Day {
  std::string date;
  std::string title;
  bool is_today = false;
};

struct Entry {
  std::string json, name, place, status, placement, first_day, start, last_day, end;
  bool holds_time = false;
  bool is_past = false;
  bool waits() const { return first_day.empty(); }
  bool is_on(const std::string& date) const { return first_day <= date && date <= last_day; }
};

struct Week {
  std::string time_zone;
  std::vector<Day> days;
  std::vector<Entry> entries;
};

Entry entry_of(const pg::Result& rows, int row) {
  Entry entry{rows.text(row, 1), plain(rows.view(row, 2)), plain(rows.view(row, 3)),
              rows.text(row, 4), rows.text(row, 5),        rows.text(row, 6),
              rows.text(row, 7), rows.text(row, 8),        rows.text(row, 9)};
  entry.is_past = entry.status == "completed";
  entry.holds_time = entry.is_past || !rows.is_true(row, 10);
  return entry;
}

Week read_week(pg::Connection& connection, const Wish& wish) {
  const pg::Result days = connection.execute((std::string(week_sql) + days_sql).c_str(), {wish.calendar, wish.date});
  Week week;
  for (int row = 0; row < days.rows(); ++row)
    week.days.push_back({days.text(row, 0), days.text(row, 1), days.is_true(row, 2)});
  week.time_zone = days.text(0, 3);
  pg::Parameter after;
  for (bool more = true; more;) {
    const pg::Result rows =
        connection.execute(events_sql, {wish.calendar, days.text(0, 4), days.text(6, 5), after, week.time_zone});
    for (int row = 0; row < rows.rows(); ++row) week.entries.push_back(entry_of(rows, row));
    more = rows.rows() == 1000;
    if (more) after = rows.text(rows.rows() - 1, 0);
  }
  std::erase_if(week.entries, [&](const Entry& entry) {
    return !entry.waits() && (entry.last_day < week.days.front().date || entry.first_day > week.days.back().date);
  });
  return week;
}

std::string mark(const Entry& entry) {
  if (entry.status == "held") return "?";
  return entry.placement == "fixed" ? "=" : "~";
}

const char* colour_of(const Entry& entry) {
  if (entry.is_past) return "2";
  if (entry.status == "in_progress") return "1";
  if (entry.status == "held") return "33";
  return entry.placement == "fixed" ? "36" : "32";
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
  for (const Entry& entry : week.entries) {
    if (entry.waits() || !entry.holds_time || !entry.is_on(day.date)) continue;
    const auto add = [&](const std::string& text) { lines.push_back(paint(colour_of(entry), fitted(text, width))); };
    add(mark(entry) + hours(entry, day.date));
    for (const std::string& line : wrapped(entry.name, width - 1)) add(" " + line);
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
    for (const Entry& entry : week.entries) {
      if (entry.waits() || !entry.holds_time || !entry.is_on(day.date)) continue;
      const std::string when = " " + mark(entry) + hours(entry, day.date) + " ";
      const std::string what = entry.place.empty() ? entry.name : entry.name + " (" + entry.place + ")";
      const int rest = std::max(8, width - width_of(when));
      bool is_first = true;
      for (const std::string& line : wrapped(what, rest)) {
        const std::string lead = is_first ? when : std::string(static_cast<std::size_t>(width_of(when)), ' ');
        std::cout << paint(colour_of(entry), lead + line) << '\n';
        is_first = false;
      }
    }
  }
}

/// Names the next event when the week shows none that is still to come; in the present week, events that are over do
/// not count.
void print_next(pg::Connection& connection, const Wish& wish, const Week& week, int width, const Paint& paint) {
  const bool is_present = std::any_of(week.days.begin(), week.days.end(), [](const Day& day) { return day.is_today; });
  const bool is_shown = std::any_of(week.entries.begin(), week.entries.end(), [&](const Entry& entry) {
    return !entry.waits() && entry.holds_time && !(is_present && entry.is_past);
  });
  if (is_shown) return;
  const pg::Result next = connection.execute(
      next_sql, {wish.calendar, week.days.front().date, week.time_zone, is_present ? "true" : "false"});
  const std::string what = next.empty() ? "nothing is booked" : next.text(0, 0) + ", " + plain(next.view(0, 1));
  std::cout << paint("1", cut("next: " + what, width)) << '\n';
}

void print_waiting(const Week& week, int width, const Paint& paint) {
  for (const Entry& entry : week.entries)
    if (entry.waits() && entry.holds_time) std::cout << paint("33", cut("waits: " + entry.name, width)) << '\n';
}

void print_json(const Week& week) {
  std::vector<std::string> items;
  for (const Entry& entry : week.entries) items.push_back(entry.json);
  std::cout << json_array(items);
}

}  // namespace

int run(int count, char** arguments) {
  const Wish wish = parse(count, arguments);
  if (wish.help) {
    std::cout << usage;
    return EXIT_SUCCESS;
  }
  pg::Connection connection = connect(wish.conninfo, "week");
  const Week week = read_week(connection, wish);
  if (wish.json) {
    print_json(week);
    return EXIT_SUCCESS;
  }
  constexpr int least_for_columns = 7 * 13 + 6;
  const int width = columns();
  const Paint paint{has_colours(wish.colour)};
  std::cout << cut(plain(wish.calendar) + ", " + week.time_zone + ", week of " + week.days.front().date, width) << '\n';
  width >= least_for_columns ? print_columns(week, width, paint) : print_list(week, width, paint);
  print_next(connection, wish, week, width, paint);
  print_waiting(week, width, paint);
  return EXIT_SUCCESS;
}

}  // namespace jb::cli::week
