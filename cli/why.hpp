// SPDX-License-Identifier: PostgreSQL
//
// jb why: what would become of an event, or why a request was refused, and what each earlier start was passed over for.
#pragma once

namespace jb::cli::why {

extern const char* const usage;

/// Runs it: arguments[0] is the verb. Result: the exit status. Throws UsageError, pg::Error.
int run(int count, char** arguments);

}  // namespace jb::cli::why
