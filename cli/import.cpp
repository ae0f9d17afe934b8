// SPDX-License-Identifier: PostgreSQL
//
// First prints a table of what would become of the file. Then books in steps, each a transaction, so that there is
// progress to show, and none is lost when the command is interrupted: a booked event is recognised by its UID, and the
// same command goes on with the rest.
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "core/ical/calendar_text.hpp"
#include "terminal.hpp"

namespace jb::cli::of_import_file {

namespace {

constexpr const char* kUsage =
    R"(usage: jb import [--calendar NAME] [--sync [--cancel-missing]] [--skip] [--dry-run] [--yes] [--json] [--color WHEN] FILE [CONNINFO]

Places the events of an iCalendar file (RFC 5545) on a calendar. First it prints the outcome of each event, then it asks.
It books in steps, each a transaction, with a progress bar on a terminal. Events imported before are recognised by
their UID and left as they are, so an interrupted command can be repeated and continues where it stopped.
A larger file is tried 1,000 events at a time; events of different thousands may want the same time.

  --calendar NAME   the calendar (ceo)
  --sync            update events imported before to what the file says now: they move, change and end. A larger file
                    is synchronised 1,000 events a transaction
  --cancel-missing  cancel events imported before that are not in the file, which is the whole calendar
  --skip            leave out events without a place, without a rejection
  --dry-run         print the outcome of each event, and end
  --yes             book without asking; required without a terminal, and with --json
  --json            a JSON array of the outcomes, as POST /calendars/:name/import returns it
  --color WHEN      auto (on a terminal), always or never
  FILE              the file; - is standard input
  CONNINFO          libpq connection string or URI; what it leaves out comes from the PG* environment.
                    The role needs jb_secretary.

The exit status is 0 if every event has its place, 1 if one found none, or could not be read.
)";

constexpr int kMostACall = 1000;
constexpr int kLeastAStep = 20;
constexpr int kSteps = 20;
constexpr std::chrono::minutes kPatience{10};

// Whether the event is in the file, its JSON, and then the cells of the table.
constexpr auto kOutcomes = pg::Statement<R"(
    SELECT r.n IS NOT NULL, jb_import_json(r), r.outcome,
           to_char(r.start_timestamp AT TIME ZONE coalesce(r.time_zone, 'UTC'), 'YYYY-MM-DD HH24:MI'), r.event_name,
           concat(nullif(cardinality(r.events), 0) || ' events. ',
                  CASE WHEN r.outcome = 'invalid' THEN format('line %s: ', coalesce(r.line, 0)) END,
                  r.reason || ': ', r.detail,
                  (SELECT format(' Free: %s.', string_agg(to_char(lower(a) AT TIME ZONE r.time_zone,
                                                                  'YYYY-MM-DD HH24:MI'), ', '))
                     FROM unnest(r.alternatives) AS a HAVING count(*) > 0))
      FROM jb_import(:calendar, :text, after => :after::int, max_rows => :limit::int, dry_run => :dry_run::bool,
                     sync => :sync::bool, cancel_missing => :cancel_missing::bool, on_no_slot => :on_no_slot) AS r)">();

struct Options {
  std::string calendar = "ceo";
  std::string file;
  std::string conninfo;
  Paint paint;
  bool sync = false;
  bool cancel_missing = false;
  bool skip = false;
  bool dry_run = false;
  bool yes = false;
  bool json = false;
};

Options parse(int count, char** arguments) {
  Options options;
  const auto words = read_options(
      count, arguments,
      {text("calendar", options.calendar), flag("sync", options.sync), flag("cancel-missing", options.cancel_missing),
       flag("skip", options.skip), flag("dry-run", options.dry_run), flag("yes", options.yes),
       flag("json", options.json), options.paint.option()},
      2);
  if (words.empty()) throw UsageError("jb import needs a file");
  if (options.cancel_missing && !options.sync) throw UsageError("--cancel-missing goes with --sync");
  options.file = words[0];
  options.conninfo = word(words, 1);
  return options;
}

std::string contents(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("could not read " + path + ": " + std::strerror(errno));
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();  // which fails on an empty file
    if (file.bad() || text.fail()) throw std::runtime_error("could not read " + path + ": " + std::strerror(errno));
  }
  if (text.str().find('\0') != std::string::npos)
    throw std::runtime_error(path + " holds a NUL byte: it is no iCalendar file");
  return with_whole_characters(text.str());
}

/// The outcomes of the events in the file, and of the events that are missing from it.
struct Outcomes {
  std::vector<std::string> items;               ///< JSON
  std::vector<std::vector<std::string>> cells;  ///< of the table: the first is the outcome
};

std::string color_of(const std::string& outcome) {
  if (outcome == "rejected") return "31";
  if (outcome == "invalid") return "35";
  if (outcome == "skipped" || outcome == "cancelled") return "33";
  return outcome == "placed" || outcome == "held" || outcome == "updated" ? "32" : "2";
}

/// "12 placed, 1 rejected": in order of interest to a reader.
std::string summary(std::map<std::string, int>& counts) {
  std::string text;
  for (const char* outcome :
       {"placed", "held", "updated", "cancelled", "rejected", "skipped", "invalid", "unchanged", "ignored"})
    if (counts[outcome] > 0) text += (text.empty() ? "" : ", ") + std::to_string(counts[outcome]) + " " + outcome;
  return text.empty() ? "no events" : text;
}

/// A progress bar on standard error, redrawn at each step. It is shown only when standard error is a terminal.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total) {}
  ~Progress() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  }

  void at(std::size_t done) const {
    if (!shown_) return;
    constexpr std::size_t width = 40;
    const std::size_t filled = width * done / total_;
    std::cerr << "\r[" << std::string(filled, '#') << std::string(width - filled, '.') << "] " << done << "/" << total_
              << std::flush;
  }

 private:
  const std::size_t total_;
  const bool shown_ = isatty(STDERR_FILENO) == 1 && total_ > 0;
};

/// Tries to import the file, which counts its events, or imports this `total` of them, in steps. With sync the calls
/// are as large as possible, since two events of the file can change places only within one call.
Outcomes run_all(pg::Connection& connection, const Options& options, const std::string& text,
                 std::optional<int>& total) {
  const bool is_trial = !total;
  const Progress progress(static_cast<std::size_t>(total.value_or(0)));
  // Each step sends the whole file, and the server reads all of it. So the steps grow with the file: with steps of a
  // fixed size the time would grow with the square of the file's size.
  const int step = options.sync || is_trial ? kMostACall : std::clamp(*total / kSteps, kLeastAStep, kMostACall);
  const auto word = [](bool flag) { return flag ? "true" : "false"; };
  Outcomes all;
  int done = 0, more = 0;
  do {
    progress.at(static_cast<std::size_t>(done));
    const pg::Result result = connection.execute(
        kOutcomes, "calendar"_arg = options.calendar, "text"_arg = text, "after"_arg = std::to_string(done),
        "limit"_arg = std::to_string(step), "dry_run"_arg = word(is_trial), "sync"_arg = word(options.sync),
        "cancel_missing"_arg = word(options.cancel_missing), "on_no_slot"_arg = options.skip ? "skip" : "reject");
    const auto texts = cells(result, 2);
    all.cells.insert(all.cells.end(), texts.begin(), texts.end());
    more = 0;
    for (int row = 0; row < result.rows(); ++row) {
      all.items.push_back(result.text(row, 1));
      if (result.is_true(row, 0)) ++more;
    }
    done += more;
  } while (more == step && done != total);
  total = done;
  return all;
}

/// Asks whether to go on. Nobody can be asked when standard input is the file, or when no table was shown.
bool is_agreed(const Options& options) {
  if (options.yes) return true;
  if (options.file == "-" || options.json || isatty(STDIN_FILENO) != 1) {
    std::cerr << "jb import: nothing was booked: give --yes to book without being asked\n";
    return false;
  }
  std::cerr << "Book them? [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  return strcasecmp(answer.c_str(), "y") == 0 || strcasecmp(answer.c_str(), "yes") == 0;
}

int tell(const Options& options, const Outcomes& all, bool with_table) {
  std::vector<std::string> colors;
  std::map<std::string, int> counts;
  for (const auto& cells : all.cells) {
    colors.push_back(color_of(cells[0]));
    ++counts[cells[0]];
  }
  if (options.json) {
    std::cout << json_array(all.items);
  } else {
    if (with_table)
      std::cout << table({"outcome", "start", "event", "why"}, all.cells, columns(), options.paint, colors);
    std::cout << summary(counts) << std::endl;
  }
  return counts["rejected"] + counts["invalid"] == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(int count, char** arguments) {
  const Options options = parse(count, arguments);
  const std::string text = contents(options.file);
  pg::Connection connection = connect(options.conninfo, "import");
  connection.set_patience(kPatience);
  std::optional<int> total;
  const auto trial = run_all(connection, options, text, total);
  if (options.dry_run) return tell(options, trial, true);
  if (!options.json) tell(options, trial, true);
  if (!is_agreed(options)) return EXIT_FAILURE;
  const auto booked = run_all(connection, options, text, total);
  // Another caller may have booked in between: the outcomes then differ from those of the trial.
  const bool is_as_tried = std::equal(trial.cells.begin(), trial.cells.end(), booked.cells.begin(), booked.cells.end(),
                                      [](const auto& a, const auto& b) { return a[0] == b[0]; });
  return tell(options, booked, !is_as_tried);
}

}  // namespace

}  // namespace jb::cli::of_import_file

const jb::cli::Command jb::cli::import_file{"import", "places the events of an iCalendar file", of_import_file::kUsage,
                                            of_import_file::run};
