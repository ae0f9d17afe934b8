// SPDX-License-Identifier: PostgreSQL
//
// The commands of jb.
#pragma once

#include <stdexcept>
#include <string_view>

namespace jb::cli {

/// What no other try mends, so that a unit which restarts the program should not: exit status 4.
struct NeedsSomebody : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Command {
  std::string_view name;
  std::string_view does;  ///< what `jb --help` says of it
  const char* usage;      ///< what its own --help says; it ends with a line feed
  /// Runs it: arguments[0] is its name, the result the exit status. Throws UsageError, HelpAsked, NeedsSomebody,
  /// pg::Error, and std::runtime_error where a file cannot be read or written.
  int (*run)(int count, char** arguments);
};

extern const Command week, why, import_file, listen, relay, check;

}  // namespace jb::cli
