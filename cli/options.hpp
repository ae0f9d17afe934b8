// SPDX-License-Identifier: PostgreSQL
//
// The command line of `jb listen`.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "usage.hpp"

namespace jb::cli {

/// The options of `jb listen`, with their defaults.
struct ListenOptions {
  std::string conninfo;            ///< libpq's connection string or URI; empty: the PG* environment alone
  std::string state;               ///< path of the state file; empty: one in state_folder, of the database's own
  std::string state_folder;        ///< where that one is
  std::optional<long long> after;  ///< start after this rejection, whatever the state file says
  bool json = false;               ///< one JSON object a line instead of text
  bool once = false;               ///< print what is new, then end
  std::chrono::seconds heartbeat{10};
  bool help = false;
};

/// The text of `jb listen --help`; it ends with a line feed.
extern const char* const listen_usage;

/// Reads the words after the verb; arguments[0] is the verb itself. Throws UsageError.
ListenOptions parse_listen(int count, char** arguments);

/// $XDG_STATE_HOME/jb_scheduler, or under $HOME/.local/state (XDG Base Directory Specification 0.8). Throws UsageError
/// when neither variable is set.
std::string default_state_folder();

}  // namespace jb::cli
