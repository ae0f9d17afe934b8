// SPDX-License-Identifier: PostgreSQL
//
// Bodies that hold nothing but options: what a route asks for besides what its path says.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "problem.hpp"

namespace jb::gateway {

/// The option that is a word, and not true or false: which events of a series are meant.
inline constexpr std::string_view scope_option = "scope";

/// The members of a body that is empty or a JSON object. Errors: 400 when it is no JSON; 422 with `rule`, which says in
/// words what is wanted, where it is another thing, and for each member that is_wanted refuses, under its name; besides
/// those of read_json().
Json read_members(const std::string& body, const std::string& rule,
                  const std::function<bool(const std::string& name, const Json& value)>& is_wanted);

/// The options of a body that is empty or a JSON object of them, each true or false but for scope; those left out are
/// false. Errors: 400 when it is no JSON; 422 for any other member, under its name.
Json read_options(const std::string& body, std::initializer_list<std::string_view> names);

/// One of them as a parameter of a statement.
const char* option(const Json& options, std::string_view name);

/// The scope as a parameter of a statement; one where it was left out. The database knows the words.
std::string scope(const Json& options);

}  // namespace jb::gateway
