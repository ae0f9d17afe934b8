// SPDX-License-Identifier: PostgreSQL
#include "log.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <ctime>

namespace jb::gateway {

namespace {

std::string utc(std::chrono::system_clock::time_point at) {
  using namespace std::chrono;
  const std::time_t seconds = system_clock::to_time_t(at);
  const auto milliseconds =
      static_cast<int>(duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count() % 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%03dZ", milliseconds);
  return text;
}

/// The path with its percent escapes decoded; a malformed escape stays as it is. A refused path is decoded, too, since
/// the path may hold a token, which must not be logged.
std::string spelled(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    unsigned byte = 0;
    const char* digits = path.data() + i + 1;
    const bool escaped =
        path[i] == '%' && path.size() - i > 2 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    text += escaped ? static_cast<char>(byte) : path[i];
    if (escaped) i += 2;
  }
  return text;
}

/// The path for the log: without its query, without the token of a feed, and without the token of a poll or of a
/// booking that the client put into the path.
std::string logged_path(const Request& request) {
  const bool is_feed = !request.path.empty() && request.path.front() == "feeds";
  const std::string path = request.target.substr(0, request.target.find('?'));
  const std::string text = spelled(path);
  if (is_feed || text.find("jbf_") != std::string::npos) return "/feeds/-";
  const bool has_token = text.find("jbo_") != std::string::npos || text.find("jbp_") != std::string::npos ||
                         text.find("jbb_") != std::string::npos;
  return has_token ? "-" : path.substr(0, 500);
}

}  // namespace

std::string log_value(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string quoted = "\"";
  bool plain = !text.empty();
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) {
      quoted += {'\\', 'x', digits[byte / 16], digits[byte % 16]};
      plain = false;
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '"' || c == '\\' || c == ' ' || c == '=') plain = false;
    quoted += c;
  }
  return plain ? std::string(text) : quoted + '"';
}

std::string log_line(const Request& request, const Answer& answer, std::chrono::microseconds took,
                     std::chrono::system_clock::time_point at) {
  std::string line = "time=" + utc(at) + " request=" + log_value(request.request_id) +
                     " principal=" + log_value(request.principal.empty() ? "-" : request.principal) +
                     " method=" + log_value(request.method) + " path=" + log_value(logged_path(request)) +
                     " status=" + std::to_string(answer.response.status) + " us=" + std::to_string(took.count());
  if (!answer.error.empty()) line += " error=" + log_value(answer.error);
  return line + "\n";
}

void write_log(std::string_view lines) {
  // The result is ignored: a request does not fail because the log cannot be written.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, lines.data(), lines.size());
}

}  // namespace jb::gateway
