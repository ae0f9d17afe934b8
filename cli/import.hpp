// SPDX-License-Identifier: PostgreSQL
//
// jb import: an iCalendar file onto a calendar, first as a table of what would become of it.
//
// The import books in steps, each a transaction, so that there is progress to show, and no progress is lost when the
// command is broken off: a booked event is known by its UID, and the same command goes on with the rest.
#pragma once

namespace jb::cli::import {

extern const char* const usage;

/// Runs it: arguments[0] is the verb. Result: the exit status, 1 where something found no place or cannot be read.
/// Throws UsageError, pg::Error, std::runtime_error for a file that cannot be read.
int run(int count, char** arguments);

}  // namespace jb::cli::import
