// SPDX-License-Identifier: PostgreSQL
//
// jb check: whether what is stored is sound.
#pragma once

namespace jb::cli::check {

extern const char* const usage;

/// Runs it: arguments[0] is the verb. Result: the exit status, 0 sound, 1 not sound. Throws UsageError, pg::Error.
int run(int count, char** arguments);

}  // namespace jb::cli::check
