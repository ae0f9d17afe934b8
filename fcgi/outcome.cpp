// SPDX-License-Identifier: PostgreSQL
#include "outcome.hpp"

#include <stdexcept>

#include "answers.hpp"
#include "precondition.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace jb::gateway {

namespace {

enum Column {
  outcome_column,
  dry_run_column,
  json_column,
  event_id_column,
  version_column,
  other_name_column,
  moves_column = other_name_column,
  events_column,
  skipped_column
};

/// Throws Problem 409 when rejected.
void refuse_rejected(const pg::Result& result) {
  if (result.rows() != 1) throw std::runtime_error("a write returned no single outcome");
  if (result.view(0, outcome_column) == "rejected") throw rejection(Json::parse(result.view(0, json_column)));
}

/// The event with what the call did to others, as one object.
std::string event_and_news(const pg::Result& result) {
  std::string json = result.text(0, json_column);
  if (json.empty()) throw std::runtime_error("a write returned no event");
  json = with_member(std::move(json), "moves", result.is_null(0, moves_column) ? "[]" : result.view(0, moves_column));
  if (!result.is_null(0, events_column)) json = with_member(std::move(json), "events", result.view(0, events_column));
  if (!result.is_null(0, skipped_column))
    json = with_member(std::move(json), "skipped", result.view(0, skipped_column));
  return json;
}

Response event(int status, const pg::Result& result, std::string json) {
  Response response = json_response(status, std::move(json)).with("ETag", etag(result.view(0, version_column)));
  response.told.push_back({result.text(0, outcome_column), {}});
  return response;
}

std::string location(std::string_view path, const pg::Result& result) {
  return std::string(path) + "/" + result.text(0, event_id_column);
}

}  // namespace

Problem rejection(const Json& outcome) {
  const auto& detail = outcome.at("detail");
  Problem problem = rejected(outcome.at("reason"), detail.is_string() ? detail.get<std::string>() : "");
  for (const char* member : {"conflicts", "alternatives", "rejection_id", "facts"})
    problem.members[member] = outcome.at(member);
  if (problem.members["conflicts"].is_null()) problem.members["conflicts"] = Json::array();
  return problem;
}

Response created(const Request&, const pg::Result& result) {
  refuse_rejected(result);
  if (result.is_true(0, dry_run_column)) return json_response(200, result.text(0, json_column));
  const bool waits = result.view(0, outcome_column) == "waiting";
  return event(waits ? 202 : 201, result, event_and_news(result)).with("Location", location("/events", result));
}

Response changed(const Request&, const pg::Result& result) {
  refuse_rejected(result);
  if (result.is_true(0, dry_run_column)) return json_response(200, result.text(0, json_column));
  return event(200, result, event_and_news(result));
}

Response created_as(const Request& request, const pg::Result& result) {
  refuse_rejected(result);
  return event(201, result, result.text(0, other_name_column))
      .with("Location", location(request.route->pattern, result));
}

Response changed_as(const Request&, const pg::Result& result) {
  refuse_rejected(result);
  return event(200, result, result.text(0, other_name_column));
}

}  // namespace jb::gateway
