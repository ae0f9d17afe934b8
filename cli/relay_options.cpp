// SPDX-License-Identifier: PostgreSQL
//
// What may follow "jb relay": the words of its options, and how they are read.
#include <string_view>

#include "options.hpp"
#include "relay.hpp"

namespace jb::cli {

const char* const relay_usage =
    "usage: jb relay --to URL [OPTION]... [CONNINFO]\n"
    "\n"
    "Hands every change and every rejection on to a webhook, one POST after the other, each at least once and in "
    "order,\n"
    "signed as Standard Webhooks say. Goes on after the last one that was delivered; the first time it begins with "
    "what\n"
    "happens from then on. Tries again, ever less often, while the receiver does not answer or answers 5xx, 408 or "
    "429.\n"
    "Ends on SIGINT or SIGTERM, and where the receiver answers 410.\n"
    "\n"
    "  --to URL        where to, http or https\n"
    "  --secret FILE   the secrets, whsec_..., one a line, each of which signs; without it JB_WEBHOOK_SECRET has "
    "them,\n"
    "                  separated by blanks\n"
    "  --state FILE    where the place of the last delivered one is kept (relay in $XDG_STATE_HOME/jb_scheduler): a "
    "file\n"
    "                  for one database and one receiver\n"
    "  --dead FILE     where what the receiver refuses is put aside (the state file's name with .dead)\n"
    "  --metrics FILE  counters for the textfile collector of Prometheus' node exporter\n"
    "  --attempts N    how often to try what the receiver refuses (10)\n"
    "  --from-start    the first time, begin with the first that is kept\n"
    "  --expand event  show each change with the event as the change left it\n"
    "  --once          hand on what there is, and end\n"
    "  --dead-again    send what was put aside, take out what is delivered, and end: the relay of the state file must "
    "not run\n"
    "  CONNINFO        libpq connection string or URI; what it leaves out comes from the PG* environment.\n"
    "                  The role needs jb_viewer.\n";

namespace {

enum RelayOption : int {
  to_option = 1,
  secret_option,
  relay_state_option,
  dead_option,
  metrics_option,
  attempts_option,
  from_start_option,
  relay_once_option,
  expand_option,
  dead_again_option,
  relay_help_option
};

constexpr option relay_options[] = {{"to", required_argument, nullptr, to_option},
                                    {"secret", required_argument, nullptr, secret_option},
                                    {"state", required_argument, nullptr, relay_state_option},
                                    {"dead", required_argument, nullptr, dead_option},
                                    {"metrics", required_argument, nullptr, metrics_option},
                                    {"attempts", required_argument, nullptr, attempts_option},
                                    {"from-start", no_argument, nullptr, from_start_option},
                                    {"once", no_argument, nullptr, relay_once_option},
                                    {"expand", required_argument, nullptr, expand_option},
                                    {"dead-again", no_argument, nullptr, dead_again_option},
                                    {"help", no_argument, nullptr, relay_help_option},
                                    {nullptr, 0, nullptr, 0}};

void apply(int option, RelayOptions& result) {
  if (option == to_option) result.url = optarg;
  if (option == secret_option) result.secret = optarg;
  if (option == relay_state_option) result.state = optarg;
  if (option == dead_option) result.dead = optarg;
  if (option == metrics_option) result.metrics = optarg;
  if (option == attempts_option) result.attempts = number("--attempts", optarg, 1, 1'000'000);
  if (option == from_start_option) result.from_start = true;
  if (option == relay_once_option) result.once = true;
  if (option == expand_option) result.expands_event = optarg == std::string_view("event");
  if (option == expand_option && !result.expands_event) throw UsageError("--expand must be event");
  if (option == dead_again_option) result.dead_again = true;
  if (option == relay_help_option) result.help = true;
}

}  // namespace

RelayOptions parse_relay(int count, char** arguments) {
  RelayOptions result;
  const int words = read_options(count, arguments, relay_options, [&](int option) { apply(option, result); });
  if (result.help) return result;
  if (count - words > 1) throw UsageError("jb relay takes one connection string");
  if (words < count) result.conninfo = arguments[words];
  if (!result.url.starts_with("https://") && !result.url.starts_with("http://"))
    throw UsageError("--to must name an http or https address");
  if (result.state.empty()) result.state = default_state_folder() + "/relay";
  if (result.dead.empty()) result.dead = result.state + ".dead";
  return result;
}

}  // namespace jb::cli
