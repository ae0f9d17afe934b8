// SPDX-License-Identifier: PostgreSQL
//
// The commands of jb, and how they reach the database.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "../fcgi/pg/connection.hpp"

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

extern const Command week, why, import_file, listen, relay, check, mcp;

/// A session named after the command, which finds the extension in whatever schema it is. `conninfo`: libpq's
/// connection string or URI, empty for the environment alone. Throws pg::Error 08001 if no session can be opened, 3F000
/// if the database has no extension.
pg::Connection connect(const std::string& conninfo, const std::string& command);

/// The output of --json: the items, each already JSON, as an array with one item per line.
std::string json_array(const std::vector<std::string>& items);
std::string json_array(const pg::Result& rows, int column);

}  // namespace jb::cli
