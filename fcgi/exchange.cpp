// SPDX-License-Identifier: PostgreSQL
#include "exchange.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "router.hpp"

namespace jb::gateway {

namespace {

/// The parameters of a request by name. FCGX_GetParam compares each name anew with all that nginx sends: for the
/// parameters that are read here it took a seventh of the program's instructions.
class Named {
 public:
  explicit Named(char** parameters) {
    for (; parameters && *parameters; ++parameters) {
      const std::string_view text = *parameters;
      const std::size_t equals = text.find('=');
      all_.emplace_back(text.substr(0, equals), *parameters + equals + 1);
    }
  }

  const char* operator()(std::string_view name) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& each) { return each.first == name; });
    return found == all_.end() ? nullptr : found->second;
  }

 private:
  std::vector<std::pair<std::string_view, const char*>> all_;
};

/// The value of CONTENT_LENGTH; 0 when the variable is missing; nullopt when it is no number, which nginx never sends.
std::optional<std::size_t> content_length(const char* text) {
  if (!text || !*text) return 0;
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), length);
  if (error != std::errc{} || *end != '\0') return std::nullopt;
  return length;
}

/// Reads up to `length` bytes and discards them. Result: how many bytes came.
std::size_t discard(FCGX_Stream* stream, std::size_t length) {
  char buffer[8192];
  std::size_t total = 0;
  while (total < length) {
    const int wanted = static_cast<int>(std::min(sizeof buffer, length - total));
    const int got = FCGX_GetStr(buffer, wanted, stream);
    total += static_cast<std::size_t>(std::max(got, 0));
    if (got < wanted) break;
  }
  return total;
}

/// Reads the body by CONTENT_LENGTH, and nothing without CONTENT_LENGTH: the end of libfcgi's stream is not reliable.
void receive_body(FCGX_Request& exchange, const Named& named, std::size_t max_body, Request& request) {
  const auto length = content_length(named("CONTENT_LENGTH"));
  if (!length) {
    request.body_state = BodyState::incomplete;
  } else if (*length > max_body && (*length > most_file_body || !request.route || request.route->body != Body::file)) {
    request.body_state = BodyState::too_large;
    discard(exchange.in, *length);
  } else {
    request.body.resize(*length);
    const int got = FCGX_GetStr(request.body.data(), static_cast<int>(*length), exchange.in);
    if (got < 0 || static_cast<std::size_t>(got) < *length) request.body_state = BodyState::incomplete;
  }
  if (request.body_state != BodyState::complete) request.body.clear();
}

}  // namespace

Request receive(FCGX_Request& exchange, std::size_t max_body) {
  const Named named(exchange.envp);
  Request request = read_request(named);
  locate(request);
  receive_body(exchange, named, max_body, request);
  return request;
}

bool is_read_to_end(FCGX_Request& exchange) { return exchange.in != nullptr && FCGX_GetChar(exchange.in) == EOF; }

bool send(FCGX_Request& exchange, const Request& request, const Response& response) {
  const std::string text = wire_format(response, request.method != "HEAD");
  return FCGX_PutStr(text.data(), static_cast<int>(text.size()), exchange.out) == static_cast<int>(text.size());
}

}  // namespace jb::gateway
