// SPDX-License-Identifier: PostgreSQL
//
// The commands of jb.
#pragma once

#include <stdexcept>
#include <string_view>

namespace jb::cli {

/// An error that no retry mends, so that a systemd unit should not restart the program: exit status 4.
struct NeedsSomebody : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Command {
  std::string_view name;
  std::string_view does;  ///< its line in `jb --help`
  const char* usage;      ///< the text of its own --help, which ends with a line feed
  /// Runs it; arguments[0] is its name. Returns the exit status. Throws UsageError, HelpAsked, NeedsSomebody,
  /// pg::Error, and std::runtime_error if a file cannot be read or written.
  int (*run)(int count, char** arguments);
};

extern const Command week, why, import_file, listen, relay, check;

}  // namespace jb::cli
