// SPDX-License-Identifier: PostgreSQL
#include "log.hpp"

#include <unistd.h>

#include <algorithm>

#include "problem.hpp"

namespace jb::gateway {

std::string log_value(std::string_view text) {
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  });
  return is_plain ? std::string(text) : Json(text).dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string log_line(const Request& request, const Response& response, std::chrono::microseconds took) {
  std::string line = "time=" + log_value(request.time) + " request=" + log_value(request.request_id) +
                     " principal=" + log_value(request.principal.empty() ? "-" : request.principal) +
                     " method=" + log_value(request.method) + " path=" + log_value(request.logged_path) +
                     " status=" + std::to_string(response.status) + " us=" + std::to_string(took.count());
  if (!response.error.empty()) line += " error=" + log_value(response.error);
  return line + "\n";
}

void write_log(std::string_view lines) {
  // The result is ignored: a request does not fail because the log cannot be written.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, lines.data(), lines.size());
}

}  // namespace jb::gateway
