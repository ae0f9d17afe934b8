// SPDX-License-Identifier: PostgreSQL
//
// jb: the command line beside the scheduler.
#include <sys/signalfd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "listener.hpp"
#include "options.hpp"

namespace {

constexpr int wrong_usage = 2;

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

int run(int count, char** arguments) {
  const std::string_view verb = count > 1 ? arguments[1] : "";
  if (verb == "listen") return listen(count - 1, arguments + 1);
  const bool asked = verb == "--help" || verb == "help";
  (asked ? std::cout : std::cerr) << "usage: jb listen …   (jb listen --help says more)\n";
  return asked ? EXIT_SUCCESS : wrong_usage;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const jb::cli::UsageError& error) {
    std::cerr << "jb: " << error.what() << "\n" << jb::cli::listen_usage;
    return wrong_usage;
  } catch (const jb::pg::Error& error) {
    std::cerr << "jb: " << error.what() << (error.hint().empty() ? "" : "\n" + error.hint()) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "jb: " << error.what() << "\n";
  }
  return EXIT_FAILURE;
}
