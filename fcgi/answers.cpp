// SPDX-License-Identifier: PostgreSQL
#include "answers.hpp"

#include <algorithm>
#include <stdexcept>

#include "arguments.hpp"
#include "route.hpp"

namespace jb::gateway {

namespace {

/// "There is no event 7.": the segment before the path's first placeholder names what is missing.
Problem missing(const Request& request) {
  const std::string_view pattern = request.route->pattern;
  const std::string_view before = pattern.substr(0, pattern.find("/:"));
  std::string_view noun = before.substr(before.rfind('/') + 1);
  if (noun.ends_with('s')) noun.remove_suffix(1);
  return not_found("There is no " + std::string(noun) + " " + request.parameter.substr(0, 200) + ".");
}

std::string path_of(const Request& request) {
  std::string path;
  for (const std::string& segment : request.path) path += "/" + percent_encode(segment);
  return path;
}

/// The columns of answer_columns().
enum Column { outcome_column, dry_run_column, json_column, event_id_column, version_column };

}  // namespace

Response object(const Request& request, const pg::Result& result) {
  if (result.empty()) throw missing(request);
  return json_response(200, result.text(0, 0));
}

Response made(const Request& request, const pg::Result& result) {
  enum Column { json, location, version };
  if (result.columns() == 1) return json_response(201, result.text(0, json));
  if (result.is_null(0, location)) return json_response(200, result.text(0, json));
  const std::string_view elsewhere = result.view(0, location);
  Response response = json_response(201, result.text(0, json));
  response.with("Location", elsewhere.empty() ? path_of(request) : percent_encode(elsewhere, "/"));
  if (result.columns() > version) response.with("ETag", etag(result.view(0, version)));
  return response;
}

Response nothing(const Request&, const pg::Result&) { return Response{204, {}, {}}; }

Response deleted(const Request& request, const pg::Result& result) {
  if (result.empty() || !result.is_true(0, 0)) throw missing(request);
  return nothing(request, result);
}

Response tagged(const Request& request, const pg::Result& result) {
  enum Column { tag, json, came_by_clock, what, seen, due, waits_anyhow };
  if (result.empty()) throw missing(request);
  const auto has = [&](int column) { return column < result.columns() && !result.is_null(0, column); };
  const auto is_true = [&](int column) { return has(column) && result.is_true(0, column); };
  const bool is_known = !is_true(came_by_clock) && has(tag) && is_not_modified(request, result.view(0, tag));
  Response response = is_known ? Response{304, {}, {}} : json_response(200, result.text(0, json));
  if (has(tag)) response.with("ETag", etag(result.view(0, tag)));
  if (!has(what) || !(is_known || is_true(waits_anyhow)) || patience(request).count() == 0) return response;
  response.awaited =
      Awaited{.what = result.text(0, what), .seen = std::stoll(result.text(0, seen)), .wait = patience(request)};
  // A deadline may be years away; no request waits that long.
  if (has(due))
    response.awaited->due = std::chrono::milliseconds(std::clamp(std::stoll(result.text(0, due)), 0LL, 60'000LL));
  return response;
}

Response array(const Request&, const pg::Result& result) {
  std::size_t size = 2;
  for (int row = 0; row < result.rows(); ++row) size += result.view(row, 0).size() + 2;
  std::string text;
  text.reserve(size);  // a page of long events would otherwise be held three times while it grows
  for (int row = 0; row < result.rows(); ++row)
    if (!result.is_null(row, 0)) text.append(text.empty() ? "[" : ",\n").append(result.view(row, 0));
  return json_response(200, text.empty() ? "[]" : std::move(text) + "]");
}

Response mirrored(const Request& request, const pg::Result& result) {
  Response response = array(request, result);
  const int last = result.rows() - 1;
  if (!result.is_null(last, 1)) response.with("As-Of", result.text(last, 1));
  return response;
}

Response page(const Request& request, const pg::Result& result) {
  Response response = array(request, result);
  if (std::to_string(result.rows()) == value_of(request, "limit") || passed_to(result))
    response.with("Link", next_link(request, result.view(result.rows() - 1, 1)));
  return response;
}

std::chrono::seconds patience(const Request& request) {
  const bool may_wait = request.may_wait && request.fetch_mode != "navigate";
  return std::chrono::seconds{may_wait ? std::stoi(*value_of(request, "wait")) : 0};
}

std::string next_link(const Request& request, std::string_view after) {
  std::string link = "<" + path_of(request);
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "after" || name == "last") continue;
    link += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  }
  return link + separator + "after=" + percent_encode(after) + ">; rel=\"next\"";
}

std::optional<std::string> passed_to(const pg::Result& result) {
  if (result.empty() || !result.is_null(result.rows() - 1, 0)) return std::nullopt;
  return result.text(result.rows() - 1, 1);
}

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
