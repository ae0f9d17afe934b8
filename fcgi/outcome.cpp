// SPDX-License-Identifier: PostgreSQL
#include "outcome.hpp"

#include <algorithm>
#include <stdexcept>

#include "precondition.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace {

enum Column { outcome_column, dry_run_column, json_column, other_name_column };

/// no_open_slot is "/problems/no-open-slot" and "No open slot".
Problem rejection(const Json& outcome) {
  const std::string reason = outcome.at("reason");
  std::string type = reason, title = reason;
  std::replace(type.begin(), type.end(), '_', '-');
  std::replace(title.begin(), title.end(), '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  Problem problem(409, type, title, outcome.at("detail").is_string() ? outcome.at("detail").get<std::string>() : "");
  for (const char* member : {"reason", "conflicts", "alternatives", "rejection_id"})
    problem.members[member] = outcome.at(member);
  if (problem.members["conflicts"].is_null()) problem.members["conflicts"] = Json::array();
  // A database of version 1.0 tells no facts.
  problem.members["facts"] = outcome.value("facts", Json::object());
  return problem;
}

Json parse_outcome(const pg::Result& result) {
  if (result.rows() != 1) throw std::runtime_error("a write returned no single outcome");
  Json outcome = Json::parse(result.view(0, json_column));
  if (result.view(0, outcome_column) == "rejected") throw rejection(outcome);
  return outcome;
}

Response event_with_moves(int status, Json& outcome) {
  Json& event = outcome.at("event");
  event["moves"] = outcome.at("moves");
  for (const char* member : {"events", "skipped"}) {
    if (const Json list = outcome.value(member, Json::array()); !list.empty()) event[member] = list;
  }
  Response response = json_response(status, event.dump()).with("ETag", etag(event.at("version").dump()));
  response.told.push_back({outcome.at("outcome"), {}});
  return response;
}

Response event_as(int status, const pg::Result& result, const Json& outcome) {
  Response response =
      json_response(status, result.text(0, other_name_column)).with("ETag", etag(outcome.at("version").dump()));
  response.told.push_back({outcome.at("outcome"), {}});
  return response;
}

}  // namespace

Response created(const pg::Result& result) {
  Json outcome = parse_outcome(result);
  if (result.is_true(0, dry_run_column)) return json_response(200, outcome.dump());
  Response response = event_with_moves(outcome.at("outcome") == "waiting" ? 202 : 201, outcome);
  response.with("Location", "/events/" + outcome.at("event_id").dump());
  return response;
}

Response changed(const pg::Result& result) {
  Json outcome = parse_outcome(result);
  if (result.is_true(0, dry_run_column)) return json_response(200, outcome.dump());
  return event_with_moves(200, outcome);
}

Response created_as(const pg::Result& result, std::string_view path) {
  const Json outcome = parse_outcome(result);
  return event_as(201, result, outcome).with("Location", std::string(path) + outcome.at("event_id").dump());
}

Response changed_as(const pg::Result& result) { return event_as(200, result, parse_outcome(result)); }

}  // namespace jb::gateway
