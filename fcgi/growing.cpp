// SPDX-License-Identifier: PostgreSQL
#include "growing.hpp"

#include <limits>

#include "answers.hpp"
#include "arguments.hpp"
#include "parameters.hpp"
#include "problem.hpp"

namespace jb::gateway {

std::chrono::seconds patience(const Request& request) {
  return std::chrono::seconds{request.may_wait ? std::stoi(*value_of(request, "wait")) : 0};
}

Response growing_page(const Request& request, const pg::Result& result, std::optional<std::string> calendar,
                      const std::string& after) {
  Response response = page(request, result);
  wait_for(response, request, result, {std::move(calendar), std::stoll(passed_to(result).value_or(after))});
  return response;
}

void wait_for(Response& response, const Request& request, const pg::Result& result, Watch watch) {
  watch.wait = patience(request);
  watch.cursor = passed_to(result);
  for (int row = 0; row < result.rows(); ++row)
    if (!result.is_null(row, 0)) return;
  if (watch.wait.count() > 0) response.watch = std::move(watch);
}

std::string sequence_parameter(const Request& request) {
  if (request.read_to) return *request.read_to;
  return number_parameter(request, "after", 0, std::numeric_limits<long long>::max()).value_or("0");
}

pg::Parameter last_parameter(const Request& request) {
  const auto last = number_parameter(request, "last", 1, 1000);
  for (const char* other : {"after", "wait"})
    if (last && text_parameter(request, other))
      throw bad_parameter("last", *last, std::string("does not go with ") + other);
  return last;
}

}  // namespace jb::gateway
