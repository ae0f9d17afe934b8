// SPDX-License-Identifier: PostgreSQL
//
// The names that a function's declaration gives the function's arguments.
#pragma once

#include "postgres.hpp"

namespace jb::pg {

/// The names of the called function's arguments, in order; an argument without a name has an empty name. The names are
/// those of the function's declaration in this database, which may be of an earlier version than the library.
/// Cost: about 1 µs for 20 names.
std::vector<std::string> argument_names(FunctionCallInfo info);

}  // namespace jb::pg
