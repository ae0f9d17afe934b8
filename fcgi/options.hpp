// SPDX-License-Identifier: PostgreSQL
//
// Bodies that hold nothing but options: what a route asks for besides what its path says.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "problem.hpp"

namespace jb::gateway {

/// The options of a body that is empty or a JSON object of them, each true or false; those left out are false. Errors:
/// 400 when it is no JSON; 422 for any other member, under its name.
Json read_options(const std::string& body, std::initializer_list<std::string_view> names);

/// One of them as a parameter of a statement.
const char* option(const Json& options, std::string_view name);

}  // namespace jb::gateway
