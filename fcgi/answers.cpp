// SPDX-License-Identifier: PostgreSQL
#include "answers.hpp"

#include <vector>

#include "arguments.hpp"
#include "parameters.hpp"
#include "precondition.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace {

/// "There is no event 7.": the path says what is missing, by the segment before its first placeholder.
Problem missing(const Request& request) {
  const std::string_view pattern = request.route->pattern;
  const std::string_view before = pattern.substr(0, pattern.find("/:"));
  std::string_view noun = before.substr(before.rfind('/') + 1);
  if (noun.ends_with('s')) noun.remove_suffix(1);
  return not_found("There is no " + std::string(noun) + " " + request.parameter.substr(0, 200) + ".");
}

}  // namespace

Response object(const Request& request, const pg::Result& result) {
  if (result.empty()) throw missing(request);
  return json_response(200, result.text(0, 0));
}

Response made(const Request&, const pg::Result& result) {
  Response response = json_response(201, result.text(0, 0));
  if (result.columns() > 1) response.with("Location", result.text(0, 1));
  return response;
}

Response nothing(const Request&, const pg::Result&) { return no_content(); }

Response deleted(const Request& request, const pg::Result& result) {
  if (result.empty() || !result.is_true(0, 0)) throw missing(request);
  return no_content();
}

Response tagged(const Request& request, const pg::Result& result) {
  if (result.empty()) throw missing(request);
  const std::string_view version = result.view(0, 0);
  const bool came_by_clock = result.columns() > 2 && result.is_true(0, 2);
  if (!came_by_clock && is_not_modified(request, version)) return not_modified(version);
  return json_response(200, result.text(0, 1)).with("ETag", etag(version));
}

Response array(const Request&, const pg::Result& result) {
  std::vector<std::string_view> items;
  for (int row = 0; row < result.rows(); ++row)
    if (!result.is_null(row, 0)) items.push_back(result.view(row, 0));
  return json_response(200, json_array(items));
}

Response page(const Request& request, const pg::Result& result) {
  Response response = array(request, result);
  if (std::to_string(result.rows()) == value_of(request, "limit") || passed_to(result))
    response.with("Link", next_link(request, result.view(result.rows() - 1, 1)));
  return response;
}

std::optional<std::string> passed_to(const pg::Result& result) {
  if (result.empty() || !result.is_null(result.rows() - 1, 0)) return std::nullopt;
  return result.text(result.rows() - 1, 1);
}

std::string with_member(std::string object, std::string_view name, std::string_view value) {
  object.pop_back();
  object.append(", \"").append(name).append("\" : ").append(value) += '}';
  return object;
}

}  // namespace jb::gateway
