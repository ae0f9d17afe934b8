// SPDX-License-Identifier: PostgreSQL
//
// Work in pieces, each a transaction of its own.
#pragma once

#include "function.hpp"

namespace jb::pg {

/// Runs a statement of one row again and again, and commits after each time, as long as the row's first column is true.
/// `info` is the call of a procedure; the statement has the procedure's rights, and `params`. Result:
/// the sums of the other columns, which are bigint. Errors: 2D000 within a transaction block, when one piece is done;
/// those of the statement, after which the pieces before stay.
std::vector<std::int64_t> run_in_pieces(FunctionCallInfo info, const char* sql, const std::vector<Param>& params);

}  // namespace jb::pg
