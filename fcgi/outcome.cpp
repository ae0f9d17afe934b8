// SPDX-License-Identifier: PostgreSQL
#include "outcome.hpp"

#include <stdexcept>

#include "answers.hpp"
#include "headers.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace jb::gateway {

namespace {

enum Column { outcome_column, dry_run_column, json_column, event_id_column, version_column };

}  // namespace

Problem rejection(const Json& outcome) {
  const auto& detail = outcome.at("detail");
  Problem problem = rejected(outcome.at("reason"), detail.is_string() ? detail.get<std::string>() : "");
  for (const char* member : {"conflicts", "alternatives", "rejection_id", "facts"})
    problem.members[member] = outcome.at(member);
  if (problem.members["conflicts"].is_null()) problem.members["conflicts"] = Json::array();
  return problem;
}

Response changed(const Request&, const pg::Result& result) {
  if (result.rows() != 1) throw std::runtime_error("a write returned no single outcome");
  if (result.view(0, outcome_column) == "rejected") throw rejection(Json::parse(result.view(0, json_column)));
  Response response = json_response(200, result.text(0, json_column));
  if (result.is_true(0, dry_run_column)) return response;
  response.told.push_back({result.text(0, outcome_column), {}});
  return std::move(response.with("ETag", etag(result.view(0, version_column))));
}

Response created(const Request& request, const pg::Result& result) {
  Response response = changed(request, result);
  if (result.is_true(0, dry_run_column)) return response;
  response.status = result.view(0, outcome_column) == "waiting" ? 202 : 201;
  const std::string_view pattern = request.route->pattern;
  const std::string path(pattern.starts_with("/polls/") ? "/events" : pattern);  // what a poll books is an event
  return std::move(response.with("Location", path + "/" + result.text(0, event_id_column)));
}

Response outcomes(const Request& request, const pg::Result& result) {
  Response response = array(request, result);
  for (int row = 0; row < result.rows(); ++row)
    if (!result.is_null(row, 1)) response.told.push_back({result.text(row, 1), result.text(row, 2)});
  return response;
}

}  // namespace jb::gateway
