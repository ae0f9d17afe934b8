// SPDX-License-Identifier: PostgreSQL
#include <cstdlib>
#include <iostream>

#include "commands.hpp"
#include "database.hpp"
#include "terminal.hpp"

namespace jb::cli::of_check {

namespace {

constexpr const char* usage = R"(usage: jb check [--json] [--color WHEN] [CONNINFO]

Compares all that is stored with the rules: no overlap, claims that match their events, free time as hours and claims
leave it, histories without a hole. Prints what breaks a rule.

  --json         a JSON array of what breaks a rule
  --color WHEN   auto (on a terminal), always or never
  CONNINFO       libpq connection string or URI; what it leaves out comes from the PG* environment.
                 The role needs jb_operator, or jb_manager unless calendars give nothing.

The exit status is 0 where all is sound, 1 where something is not, 3 where it could not be looked at.
)";

/// No timeout: a large database takes its time, and only the caller of `jb check` waits for the answer.
constexpr std::chrono::hours patience{24};

int run(int count, char** arguments) {
  Paint paint;
  bool json = false;
  const auto words = read_options(count, arguments, {flag("json", json), paint.option()}, 1);
  pg::Connection connection = connect(word(words, 0), "check");
  connection.set_patience(patience);
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

const jb::cli::Command jb::cli::check{"check", "tells whether what is stored is sound", of_check::usage, of_check::run};
