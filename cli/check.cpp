// SPDX-License-Identifier: PostgreSQL
#include "check.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli::check {

const char* const usage =
    "usage: jb check [--json] [--color WHEN] [CONNINFO]\n"
    "\n"
    "Compares all that is stored with the rules: no overlap, claims that match their events, free time as hours and "
    "claims\n"
    "leave it, histories without a hole. Prints what breaks a rule.\n"
    "\n"
    "  --json         a JSON array of what breaks a rule\n"
    "  --color WHEN   auto (on a terminal), always or never\n"
    "  CONNINFO       libpq connection string or URI; what it leaves out comes from the PG* environment.\n"
    "                 The role needs jb_operator, or jb_manager unless calendars give nothing.\n"
    "\n"
    "The exit status is 0 where all is sound, 1 where something is not, 3 where it could not be looked at.\n";

namespace {

enum Option : int { json_option = 1, color_option, help_option };

constexpr option options[] = {{"json", no_argument, nullptr, json_option},
                              {"color", required_argument, nullptr, color_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};

constexpr const char* check_sql =
    "SELECT c.rule, coalesce(c.calendar, ''), coalesce(c.event_id::text, ''), c.detail, to_json(c) FROM jb_check() AS "
    "c";

/// No timeout: a large database takes its time, and only the caller of `jb check` waits for the answer.
constexpr std::chrono::hours patience{24};

struct Wish {
  std::string conninfo;
  Colour colour = Colour::automatic;
  bool json = false;
  bool help = false;
};

Wish parse(int count, char** arguments) {
  Wish wish;
  const int words = read_options(count, arguments, options, [&](int option) {
    if (option == json_option) wish.json = true;
    if (option == color_option) wish.colour = colour(optarg);
    if (option == help_option) wish.help = true;
  });
  if (count - words > 1) throw UsageError("jb check takes one connection string");
  if (words < count) wish.conninfo = arguments[words];
  return wish;
}

void print_json(const pg::Result& problems) {
  std::vector<std::string> items;
  for (int row = 0; row < problems.rows(); ++row) items.push_back(problems.text(row, 4));
  std::cout << json_array(items);
}

void print_table(const pg::Result& problems, const Paint& paint) {
  std::vector<std::vector<std::string>> rows;
  for (int row = 0; row < problems.rows(); ++row) {
    rows.emplace_back();
    for (int column = 0; column < 4; ++column) rows.back().push_back(plain(problems.view(row, column)));
  }
  std::cout << table({"rule", "calendar", "event", "detail"}, rows, columns(), paint);
}

}  // namespace

int run(int count, char** arguments) {
  const Wish wish = parse(count, arguments);
  if (wish.help) {
    std::cout << usage;
    return EXIT_SUCCESS;
  }
  pg::Connection connection = connect(wish.conninfo, "check");
  connection.set_patience(patience);
  const pg::Result problems = connection.execute(check_sql);
  if (wish.json)
    print_json(problems);
  else if (problems.empty())
    std::cout << "sound\n";
  else
    print_table(problems, Paint{has_colours(wish.colour)});
  return problems.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace jb::cli::check
