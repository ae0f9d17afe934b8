// SPDX-License-Identifier: PostgreSQL
//
// jb: the command line beside the scheduler.
#include <sys/signalfd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <string_view>

#include "check.hpp"
#include "import.hpp"
#include "listener.hpp"
#include "options.hpp"
#include "relay.hpp"
#include "terminal.hpp"
#include "week.hpp"
#include "why.hpp"

namespace {

constexpr int wrong_usage = 2;
constexpr int could_not_look = 3;

/// SIGINT and SIGTERM as a file descriptor, so that they end a wait and never cut a line in two.
int signal_descriptor() {
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away shows as a failed write
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  return signalfd(-1, &ending, SFD_CLOEXEC);
}

int listen(int count, char** arguments) {
  const jb::cli::ListenOptions options = jb::cli::parse_listen(count, arguments);
  if (options.help) {
    std::cout << jb::cli::listen_usage;
    return EXIT_SUCCESS;
  }
  jb::cli::Listener(options, signal_descriptor()).run();
  return EXIT_SUCCESS;
}

int relay(int count, char** arguments) {
  const jb::cli::RelayOptions options = jb::cli::parse_relay(count, arguments);
  if (options.help) {
    std::cout << jb::cli::relay_usage;
    return EXIT_SUCCESS;
  }
  jb::cli::Relay(options, signal_descriptor()).run();
  return EXIT_SUCCESS;
}

/// A verb of jb: what runs it, and what its --help prints.
struct Command {
  std::string_view name;
  std::string_view does;
  int (*run)(int, char**);
  const char* usage;
};

const Command commands[] = {
    {"week", "prints a week of a calendar as a table", jb::cli::week::run, jb::cli::week::usage},
    {"why", "tells what would become of an event, and why not otherwise", jb::cli::why::run, jb::cli::why::usage},
    {"import", "places the events of an iCalendar file", jb::cli::import::run, jb::cli::import::usage},
    {"listen", "prints each rejection when it happens", listen, jb::cli::listen_usage},
    {"relay", "hands changes and rejections on to a webhook", relay, jb::cli::relay_usage},
    {"check", "tells whether what is stored is sound", jb::cli::check::run, jb::cli::check::usage},
};

const Command* find_command(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(commands), std::end(commands), [&](const Command& c) { return c.name == name; });
  return found == std::end(commands) ? nullptr : found;
}

void print_usage(std::ostream& output) {
  output << "usage: jb COMMAND [ARGUMENT]...\n\n";
  for (const Command& command : commands)
    output << "  " << command.name << std::string(8 - command.name.size(), ' ') << command.does << "\n";
  output << "\njb COMMAND --help says more; for the rest there is psql.\n";
}

/// The exit status after a failure. For `jb check` the status 1 is an answer, so a database that cannot be asked has
/// another status.
int failure_of(std::string_view verb) { return verb == "check" ? could_not_look : EXIT_FAILURE; }

int run(int count, char** arguments) {
  const std::string_view verb = count > 1 ? arguments[1] : "";
  if (const Command* command = find_command(verb)) return command->run(count - 1, arguments + 1);
  const bool asked = verb == "--help" || verb == "help";
  print_usage(asked ? std::cout : std::cerr);
  return asked ? EXIT_SUCCESS : wrong_usage;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view verb = count > 1 ? arguments[1] : "";
  jb::cli::prepare_terminal();
  try {
    const int status = run(count, arguments);
    if (!std::cout.flush()) throw std::runtime_error("could not write to standard output");
    return status;
  } catch (const jb::cli::UsageError& error) {
    std::cerr << "jb: " << error.what() << "\n" << find_command(verb)->usage;
    return wrong_usage;
  } catch (const jb::pg::Error& error) {
    std::cerr << "jb: " << error.what() << (error.hint().empty() ? "" : "\n" + error.hint()) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "jb: " << error.what() << "\n";
  }
  return failure_of(verb);
}
