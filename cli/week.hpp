// SPDX-License-Identifier: PostgreSQL
//
// jb week: a week of a calendar as a table, a column for each day, or day by day where the terminal is too narrow.
#pragma once

#include <string>

#include "usage.hpp"

namespace jb::cli::week {

extern const char* const usage;

/// Runs it: arguments[0] is the verb. Result: the exit status. Throws UsageError, pg::Error.
int run(int count, char** arguments);

}  // namespace jb::cli::week
