// SPDX-License-Identifier: PostgreSQL
#include "import.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>

#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli::import {

const char* const usage =
    "usage: jb import [--calendar NAME] [--sync [--cancel-missing]] [--skip] [--dry-run] [--yes] [--json] "
    "[--color WHEN] FILE [CONNINFO]\n"
    "\n"
    "Places the events of an iCalendar file on a calendar. First it prints what would become of each, then it asks. "
    "What\n"
    "was imported before is known by its UID and left as it is, so the same command may be given again.\n"
    "Of a larger file each 1,000 events are tried by themselves: two of them may still want the same time.\n"
    "\n"
    "  --calendar NAME  the calendar (ceo)\n"
    "  --sync           what was imported before becomes what the file says by now\n"
    "  --cancel-missing cancel what was imported before and is not in the file, which is the whole calendar\n"
    "  --skip           leave out what has no place, without a rejection\n"
    "  --dry-run        print what would become of each, and end\n"
    "  --yes            book without asking; needed where nobody can be asked, and with --json\n"
    "  --json           a JSON array of what became of each, as POST /calendars/:name/import gives it\n"
    "  --color WHEN     auto (on a terminal), always or never\n"
    "  FILE             the file; - is standard input\n"
    "  CONNINFO         libpq connection string or URI; what it leaves out comes from the PG* environment.\n"
    "                   The role needs jb_secretary.\n"
    "\n"
    "The exit status is 0 where everything has its place, 1 where something found none, or could not be read.\n";

namespace {

enum Option : int {
  calendar_option = 1,
  sync_option,
  missing_option,
  skip_option,
  dry_run_option,
  yes_option,
  json_option,
  color_option,
  help_option
};

constexpr option options[] = {{"calendar", required_argument, nullptr, calendar_option},
                              {"sync", no_argument, nullptr, sync_option},
                              {"cancel-missing", no_argument, nullptr, missing_option},
                              {"skip", no_argument, nullptr, skip_option},
                              {"dry-run", no_argument, nullptr, dry_run_option},
                              {"yes", no_argument, nullptr, yes_option},
                              {"json", no_argument, nullptr, json_option},
                              {"color", required_argument, nullptr, color_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};

constexpr int most_a_call = 1000;
constexpr std::size_t least_a_step = 20;
constexpr std::size_t steps = 20;
constexpr std::chrono::minutes patience{10};

constexpr const char* import_sql =
    "SELECT coalesce(r.n, 0), r.outcome,"
    "  coalesce(to_char(r.start_timestamp AT TIME ZONE coalesce(r.time_zone, 'UTC'), 'YYYY-MM-DD "
    "HH24:MI'), ''),"
    "  r.event_name, coalesce(r.reason, ''), coalesce(r.detail, ''), coalesce(cardinality(r.events), 0),"
    "  coalesce(r.line, 0),"
    "  coalesce((SELECT string_agg(to_char(lower(a) AT TIME ZONE r.time_zone, 'YYYY-MM-DD HH24:MI'), ', ')"
    "              FROM unnest(r.alternatives) AS a), ''),"
    "  jb_import_json(r)"
    "  FROM jb_import($1, $2, after => $3::int, max_rows => $4::int, dry_run => $5::bool, sync => $6::bool,"
    "                 cancel_missing => $7::bool, on_no_slot => $8) AS r";

struct Wish {
  std::string calendar = "ceo";
  std::string file;
  std::string conninfo;
  Colour colour = Colour::automatic;
  bool sync = false;
  bool cancel_missing = false;
  bool skip = false;
  bool dry_run = false;
  bool yes = false;
  bool json = false;
  bool help = false;
};

Wish parse(int count, char** arguments) {
  Wish wish;
  const int words = read_options(count, arguments, options, [&](int option) {
    if (option == calendar_option) wish.calendar = optarg;
    if (option == sync_option) wish.sync = true;
    if (option == missing_option) wish.cancel_missing = true;
    if (option == skip_option) wish.skip = true;
    if (option == dry_run_option) wish.dry_run = true;
    if (option == yes_option) wish.yes = true;
    if (option == json_option) wish.json = true;
    if (option == color_option) wish.colour = colour(optarg);
    if (option == help_option) wish.help = true;
  });
  if (wish.help) return wish;
  if (words == count) throw UsageError("jb import needs a file");
  if (count - words > 2) throw UsageError("jb import takes a file and a connection string");
  if (wish.cancel_missing && !wish.sync) throw UsageError("--cancel-missing goes with --sync");
  wish.file = arguments[words];
  if (words + 1 < count) wish.conninfo = arguments[words + 1];
  return wish;
}

std::string contents(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("could not read " + path + ": " + std::strerror(errno));
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();  // which fails where there is nothing
    if (file.bad() || text.fail()) throw std::runtime_error("could not read " + path + ": " + std::strerror(errno));
  }
  if (text.str().find('\0') != std::string::npos)
    throw std::runtime_error(path + " holds a NUL byte: it is no iCalendar file");
  return text.str();
}

/// One event of the file, and its outcome.
struct Row {
  std::string n, outcome, start, name, reason, detail, occurrences, line, alternatives, json;
  bool is_good() const { return outcome != "rejected" && outcome != "invalid"; }
  bool is_of_file() const { return n != "0"; }  ///< any other is an event that the file does not have
};

int rows_of_file(const std::vector<Row>& rows) {
  return static_cast<int>(std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.is_of_file(); }));
}

std::vector<Row> run(pg::Connection& connection, const Wish& wish, const std::string& text, int after, int rows,
                     bool dry_run) {
  const auto word = [](bool flag) { return flag ? "true" : "false"; };
  const pg::Result result =
      connection.execute(import_sql, {wish.calendar, text, std::to_string(after), std::to_string(rows), word(dry_run),
                                      word(wish.sync), word(wish.cancel_missing), wish.skip ? "skip" : "reject"});
  std::vector<Row> all;
  for (int row = 0; row < result.rows(); ++row)
    all.push_back({result.text(row, 0), result.text(row, 1), result.text(row, 2), plain(result.view(row, 3)),
                   result.text(row, 4), plain(result.view(row, 5)), result.text(row, 6), result.text(row, 7),
                   result.text(row, 8), result.text(row, 9)});
  return all;
}

std::vector<Row> run_all(pg::Connection& connection, const Wish& wish, const std::string& text) {
  std::vector<Row> all;
  for (bool more = true; more;) {
    auto rows = run(connection, wish, text, rows_of_file(all), most_a_call, true);
    more = rows_of_file(rows) == most_a_call;
    all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  }
  return all;
}

const char* colour_of(const Row& row) {
  if (row.outcome == "rejected") return "31";
  if (row.outcome == "invalid") return "35";
  if (row.outcome == "skipped" || row.outcome == "cancelled") return "33";
  return row.outcome == "placed" || row.outcome == "held" || row.outcome == "updated" ? "32" : "2";
}

/// "12 placed, 1 rejected": in the order in which a reader cares.
std::string summary(const std::vector<Row>& rows) {
  std::map<std::string, int> counts;
  for (const Row& row : rows) ++counts[row.outcome];
  std::string text;
  for (const char* outcome :
       {"placed", "held", "updated", "cancelled", "rejected", "skipped", "invalid", "unchanged", "ignored"})
    if (counts[outcome] > 0) text += (text.empty() ? "" : ", ") + std::to_string(counts[outcome]) + " " + outcome;
  return text.empty() ? "no events" : text;
}

void print_table(const std::vector<Row>& rows, const Paint& paint) {
  std::vector<std::vector<std::string>> cells;
  for (const Row& row : rows) {
    std::string why = row.reason.empty() ? row.detail : row.reason + ": " + row.detail;
    if (!row.alternatives.empty()) why += " Free: " + row.alternatives + ".";
    if (row.outcome == "invalid") why = "line " + row.line + ": " + why;
    if (row.occurrences != "0") why = row.occurrences + " events. " + why;
    cells.push_back({row.outcome, row.start, row.name, why});
  }
  std::istringstream lines(table({"outcome", "start", "event", "why"}, cells, columns(), paint));
  // A line that continues a row begins with blanks, and gets the colour of the row's first line.
  std::string line;
  const char* colour = "0";
  for (std::size_t next = 0, number = 0; std::getline(lines, line); ++number) {
    if (number > 0 && !line.starts_with(' ') && next < rows.size()) colour = colour_of(rows[next++]);
    std::cout << (number == 0 ? line : paint(colour, line)) << '\n';
  }
}

/// A progress bar on standard error, drawn anew at each step. It is shown only when standard error is a terminal.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total), shown_(isatty(STDERR_FILENO) == 1 && total > 0) {}
  ~Progress() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::size_t done) const {
    if (!shown_) return;
    constexpr std::size_t width = 40;
    const std::size_t filled = width * done / total_;
    std::cerr << "\r[" << std::string(filled, '#') << std::string(width - filled, '.') << "] " << done << "/" << total_
              << std::flush;
  }

 private:
  std::size_t total_;
  bool shown_;
};

/// How many events a step books. Each step sends the whole file, and the server reads the whole file. So the steps grow
/// with the file: with steps of a fixed size the time would grow with the square of the file's size.
int step_of(std::size_t total) {
  return static_cast<int>(std::clamp<std::size_t>(total / steps, least_a_step, most_a_call));
}

/// Imports in steps. With sync, two events of the file can change places only within a call: then the calls are as
/// large as they may be.
std::vector<Row> book(pg::Connection& connection, const Wish& wish, const std::string& text, int total) {
  const Progress progress(static_cast<std::size_t>(total));
  const int step = wish.sync ? most_a_call : step_of(static_cast<std::size_t>(total));
  std::vector<Row> all;
  int done = 0;
  do {
    progress.at(static_cast<std::size_t>(done));
    auto rows = run(connection, wish, text, done, step, false);
    const int of_file = rows_of_file(rows);
    all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    if (of_file == 0) break;
    done += of_file;
  } while (done < total);
  return all;
}

/// Asks whether to go on. Nobody can be asked when standard input is the file, or when no table was shown.
bool is_agreed(const Wish& wish) {
  if (wish.yes) return true;
  if (wish.file == "-" || wish.json || isatty(STDIN_FILENO) != 1) {
    std::cerr << "jb import: nothing was booked: give --yes to book without being asked\n";
    return false;
  }
  std::cerr << "Book them? [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  std::transform(answer.begin(), answer.end(), answer.begin(), [](unsigned char c) { return std::tolower(c); });
  return answer == "y" || answer == "yes";
}

int tell(const Wish& wish, const std::vector<Row>& rows, bool with_table) {
  if (wish.json) {
    std::vector<std::string> items;
    for (const Row& row : rows) items.push_back(row.json);
    std::cout << json_array(items);
  } else {
    if (with_table) print_table(rows, Paint{has_colours(wish.colour)});
    std::cout << summary(rows) << std::endl;
  }
  for (const Row& row : rows)
    if (!row.is_good()) return EXIT_FAILURE;
  return EXIT_SUCCESS;
}

/// Whether the booking led to other outcomes than the trial, because another caller booked in between.
bool differ(const std::vector<Row>& trial, const std::vector<Row>& booked) {
  if (trial.size() != booked.size()) return true;
  for (std::size_t i = 0; i < trial.size(); ++i)
    if (trial[i].outcome != booked[i].outcome) return true;
  return false;
}

}  // namespace

int run(int count, char** arguments) {
  const Wish wish = parse(count, arguments);
  if (wish.help) {
    std::cout << usage;
    return EXIT_SUCCESS;
  }
  const std::string text = contents(wish.file);
  pg::Connection connection = connect(wish.conninfo, "import");
  connection.set_patience(patience);
  const auto trial = run_all(connection, wish, text);
  if (wish.dry_run) return tell(wish, trial, true);
  if (!wish.json) tell(wish, trial, true);
  if (!is_agreed(wish)) return EXIT_FAILURE;
  const auto booked = book(connection, wish, text, rows_of_file(trial));
  return tell(wish, booked, differ(trial, booked));
}

}  // namespace jb::cli::import
