// SPDX-License-Identifier: PostgreSQL
#include "options.hpp"

#include <cstdlib>

namespace jb::cli {

const char* const listen_usage =
    "usage: jb listen [--json] [--once] [--after ID] [--state FILE] [--heartbeat SECONDS] [CONNINFO]\n"
    "\n"
    "Prints each rejection of jb_scheduler as one line when it happens: requests and events that found no place.\n"
    "Goes on after the last one it printed; the first time it begins with those to come, and says so. Where the "
    "database\n"
    "does not hold the last one, being another one or restored, it goes on with what was refused from then on, and "
    "says\n"
    "so. Ends on SIGINT or SIGTERM.\n"
    "\n"
    "  --json               one JSON object a line, as GET /rejections gives it\n"
    "  --once               print what is new and end\n"
    "  --after ID           begin after this rejection; 0 is from the first\n"
    "  --state FILE         where the last one printed is kept: a file for one database. Without it, each database "
    "has\n"
    "                       one of its own in $XDG_STATE_HOME/jb_scheduler\n"
    "  --heartbeat SECONDS  how often to make sure that the connection still listens (10)\n"
    "  CONNINFO             libpq connection string or URI; what it leaves out comes from the PG* environment.\n"
    "                       The role needs jb_viewer.\n";

namespace {

enum Option : int { json_option = 1, once_option, after_option, state_option, heartbeat_option, help_option };

constexpr option options[] = {{"json", no_argument, nullptr, json_option},
                              {"once", no_argument, nullptr, once_option},
                              {"after", required_argument, nullptr, after_option},
                              {"state", required_argument, nullptr, state_option},
                              {"heartbeat", required_argument, nullptr, heartbeat_option},
                              {"help", no_argument, nullptr, help_option},
                              {nullptr, 0, nullptr, 0}};

void apply(int option, ListenOptions& result) {
  switch (option) {
    case json_option:
      result.json = true;
      return;
    case once_option:
      result.once = true;
      return;
    case after_option:
      result.after = number("--after", optarg, 0, 9'223'372'036'854'775'807);
      return;
    case state_option:
      result.state = optarg;
      return;
    case heartbeat_option:
      result.heartbeat = std::chrono::seconds(number("--heartbeat", optarg, 1, 3600));
      return;
    case help_option:
      result.help = true;
      return;
  }
}

}  // namespace

ListenOptions parse_listen(int count, char** arguments) {
  ListenOptions result;
  const int words = read_options(count, arguments, options, [&](int option) { apply(option, result); });
  if (count - words > 1) throw UsageError("jb listen takes one connection string");
  if (words < count) result.conninfo = arguments[words];
  if (result.state.empty() && !result.help) result.state_folder = default_state_folder();
  return result;
}

std::string default_state_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && state[0] == '/') return std::string(state) + "/jb_scheduler";
  const char* home = std::getenv("HOME");
  if (home && home[0] == '/') return std::string(home) + "/.local/state/jb_scheduler";
  throw UsageError("neither XDG_STATE_HOME nor HOME is set: name a file with --state");
}

}  // namespace jb::cli
