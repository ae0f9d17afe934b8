// SPDX-License-Identifier: PostgreSQL
//
// One statement for databases of two versions. The files of a new version are installed before each database is
// updated, so jb_fcgi also serves a database of version 1.0, whose reading functions have no argument `principal`, and
// which lacks some functions. Such a database knows no rights on calendars, so nobody needs to be named there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The part of a statement that only a database of version 1.1 understands, and what stands in its place in a database
/// of version 1.0. PostgreSQL takes the marks for comments. A macro, because only literals join into one.
#define JB_SINCE_1_1(text, before) "/*1.1*/" text "/*1.0 " before "*/"

/// The last argument of a function that reads: who asks.
#define JB_PRINCIPAL(parameter) JB_SINCE_1_1(", principal => " parameter, "")

namespace jb::gateway {

/// The statement as a database of version 1.0 understands it.
std::string text_of_1_0(std::string_view sql);

/// The numbers of the parameters that only the parts for version 1.1 name. The handlers give all parameters to
/// databases of both versions.
std::vector<int> parameters_since_1_1(std::string_view sql);

}  // namespace jb::gateway
