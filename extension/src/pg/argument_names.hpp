// SPDX-License-Identifier: PostgreSQL
//
// How a function's declaration calls its arguments.
#pragma once

#include "postgres.hpp"

namespace jb::pg {

/// The names of the arguments of the function that is called, in their order; an empty one for an argument without a
/// name. They are those of the declaration in this database, which may be of an earlier version than the library.
/// Cost: about 1 µs for 20 of them.
std::vector<std::string> argument_names(FunctionCallInfo info);

}  // namespace jb::pg
