// SPDX-License-Identifier: PostgreSQL
#include "options.hpp"

#include <algorithm>

#include "body.hpp"

namespace jb::gateway {

namespace {

using Names = std::initializer_list<std::string_view>;

bool contains(Names names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

/// Those that are true or false.
std::string listed(Names names) {
  std::string list;
  for (const auto name : names) {
    if (name != scope_option) list += (list.empty() ? "" : " and ") + std::string(name);
  }
  return list;
}

}  // namespace

Json read_options(const std::string& body, std::initializer_list<std::string_view> names) {
  if (body.empty()) return Json::object();
  Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw bad_request("the body is not valid JSON");
  Problem problem(422, "invalid-value", "Invalid value",
                  "the body must be empty or an object with " + listed(names) + ", true or false" +
                      (contains(names, scope_option) ? ", and scope a word" : ""));
  if (!json.is_object()) throw problem;
  for (const auto& [name, value] : json.items()) {
    if (problem.members.contains("errors") && problem.members["errors"].size() == 1000) break;  // as Validation
    const bool is_word = name == scope_option;
    if (contains(names, name) && (is_word ? is_text(value) : value.is_boolean())) continue;
    const auto shown = value.is_string() ? value.get<std::string>() : value.dump();
    problem.members["errors"].push_back({{"field", name}, {"value", shown}, {"message", problem.detail}});
  }
  if (problem.members.contains("errors")) throw problem;
  return json;
}

const char* option(const Json& options, std::string_view name) {
  return options.value(std::string(name), false) ? "true" : "false";
}

std::string scope(const Json& options) { return options.value(std::string(scope_option), "one"); }

}  // namespace jb::gateway
