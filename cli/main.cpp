// SPDX-License-Identifier: PostgreSQL
//
// jb: the scheduler's command line tool.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "../fcgi/pg/connection.hpp"
#include "terminal.hpp"

namespace {

constexpr int kWrongUsage = 2;
constexpr int kCouldNotLook = 3;
constexpr int kNeedsSomebody = 4;

using namespace jb::cli;

const Command* const commands[] = {&week, &why, &import_file, &listen, &relay, &check, &mcp};

void print_usage(std::ostream& output) {
  output << "usage: jb COMMAND [ARGUMENT]...\n\n";
  for (const Command* command : commands)
    output << "  " << command->name << std::string(8 - command->name.size(), ' ') << command->does << "\n";
  output << "\njb COMMAND --help says more; for the rest there is psql.\n";
}

int run(const Command& command, int count, char** arguments) {
  try {
    const int status = command.run(count, arguments);
    if (!std::cout.flush()) throw std::runtime_error("could not write to standard output");
    return status;
  } catch (const HelpAsked&) {
    std::cout << command.usage << std::flush;
    return EXIT_SUCCESS;
  } catch (const UsageError& error) {
    std::cerr << "jb: " << plain(error.what()) << "\n" << command.usage;
    return kWrongUsage;
  } catch (const NeedsSomebody& error) {
    std::cerr << "jb: " << plain(error.what()) << "\n";
    return kNeedsSomebody;
  } catch (const jb::pg::Error& error) {
    std::cerr << "jb: " << plain(error.what()) << (error.hint().empty() ? "" : "\n" + plain(error.hint())) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "jb: " << plain(error.what()) << "\n";
  }
  // For `jb check` the status 1 is an answer, so a database that cannot be asked has another status.
  return command.name == "check" ? kCouldNotLook : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) {
  prepare_terminal();
  const std::string_view verb = count > 1 ? arguments[1] : "";
  for (const Command* command : commands)
    if (command->name == verb) return run(*command, count - 1, arguments + 1);
  const bool is_asked = verb == "--help" || verb == "help";
  print_usage(is_asked ? std::cout : std::cerr);
  return is_asked ? EXIT_SUCCESS : kWrongUsage;
}
