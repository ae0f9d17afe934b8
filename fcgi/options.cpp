// SPDX-License-Identifier: PostgreSQL
#include "options.hpp"

#include <algorithm>

#include "body.hpp"

namespace jb::gateway {

namespace {

using Names = std::initializer_list<std::string_view>;

bool contains(Names names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

/// The names of the options that are true or false, as a list in a sentence.
std::string listed(Names names) {
  std::string list;
  for (const auto name : names) {
    if (name != scope_option) list += (list.empty() ? "" : " and ") + std::string(name);
  }
  return list;
}

}  // namespace

Json read_members(const std::string& body, const std::string& rule,
                  const std::function<bool(const std::string& name, const Json& value)>& is_wanted) {
  if (body.empty()) return Json::object();
  Json json = read_json(body);
  Problem problem(422, "invalid-value", "Invalid value", rule);
  if (!json.is_object()) throw problem;
  for (const auto& [name, value] : json.items()) {
    if (problem.members.contains("errors") && problem.members["errors"].size() == 1000) break;  // as Validation
    if (is_wanted(name, value)) continue;
    const auto shown = value.is_string() ? value.get<std::string>() : value.dump();
    problem.members["errors"].push_back({{"field", name}, {"value", shown}, {"message", problem.detail}});
  }
  if (problem.members.contains("errors")) throw problem;
  return json;
}

Json read_options(const std::string& body, std::initializer_list<std::string_view> names) {
  const std::string rule = "the body must be empty or an object with " + listed(names) + ", true or false" +
                           (contains(names, scope_option) ? ", and scope a word" : "");
  return read_members(body, rule, [&](const std::string& name, const Json& value) {
    return contains(names, name) && (name == scope_option ? is_text(value) : value.is_boolean());
  });
}

const char* option(const Json& options, std::string_view name) {
  return options.value(std::string(name), false) ? "true" : "false";
}

std::string scope(const Json& options) { return options.value(std::string(scope_option), "one"); }

}  // namespace jb::gateway
