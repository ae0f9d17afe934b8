// SPDX-License-Identifier: PostgreSQL
#include "page.hpp"

#include <limits>
#include <vector>

#include "../parameters.hpp"
#include "../problem.hpp"

namespace jb::gateway {

bool shows_nothing(const pg::Result& result) {
  for (int row = 0; row < result.rows(); ++row)
    if (!result.is_null(row, 0)) return false;
  return true;
}

Response list_response(const pg::Result& result) {
  std::vector<std::string_view> items;
  for (int row = 0; row < result.rows(); ++row)
    if (!result.is_null(row, 0)) items.push_back(result.view(row, 0));
  return json_response(200, json_array(items));
}

Response page_response(const Request& request, const pg::Result& result, const std::string& limit) {
  Response response = list_response(result);
  if (std::to_string(result.rows()) == limit || passed_to(result))
    response.with("Link", next_link(request, result.view(result.rows() - 1, 1)));
  return response;
}

Response growing_page_response(const Request& request, const pg::Result& result, const std::string& limit,
                               std::optional<std::string> calendar, const std::string& after) {
  Response response = page_response(request, result, limit);
  wait_for(response, request, result, {std::move(calendar), std::stoll(passed_to(result).value_or(after))});
  return response;
}

std::optional<std::string> passed_to(const pg::Result& result) {
  if (result.empty() || !result.is_null(result.rows() - 1, 0)) return std::nullopt;
  return result.text(result.rows() - 1, 1);
}

void wait_for(Response& response, const Request& request, const pg::Result& result, Watch watch) {
  watch.wait = std::chrono::seconds{std::stoi(number_parameter(request, "wait", 0, 50, "0"))};
  watch.cursor = passed_to(result);
  if (shows_nothing(result) && watch.wait.count() > 0 && request.may_wait) response.watch = std::move(watch);
}

std::string sequence_parameter(const Request& request) {
  if (request.read_to) return *request.read_to;
  return number_parameter(request, "after", 0, std::numeric_limits<long long>::max(), "0");
}

pg::Parameter last_parameter(const Request& request) {
  const auto last = text_parameter(request, "last");
  if (!last) return std::nullopt;
  std::string number = number_parameter(request, "last", 1, 1000, "");
  for (const char* other : {"after", "wait"})
    if (text_parameter(request, other)) throw bad_parameter("last", *last, std::string("does not go with ") + other);
  return number;
}

}  // namespace jb::gateway
