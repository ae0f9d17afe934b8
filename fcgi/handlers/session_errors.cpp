// SPDX-License-Identifier: PostgreSQL
#include "session_errors.hpp"

namespace jb::gateway {

Problem with_errors_by_field(Problem problem) {
  const Json list = problem.members.value("errors", Json());
  Json errors = Json::object();
  if (list.is_array()) {
    for (const Json& item : list) errors[item.value("field", "base")].push_back(item.value("message", ""));
  } else if (problem.status == 409) {
    const bool overlaps = problem.members.value("reason", "") == "conflict";
    errors["base"] = Json::array({overlaps ? "Session overlaps with another session" : problem.detail});
  }
  if (!errors.empty()) problem.members["errors"] = std::move(errors);
  return problem;
}

}  // namespace jb::gateway
