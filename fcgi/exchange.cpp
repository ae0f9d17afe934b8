// SPDX-License-Identifier: PostgreSQL
#include "exchange.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

#include "router.hpp"

namespace jb::gateway {

namespace {

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
void receive_body(FCGX_Request& exchange, std::size_t max_body, Request& request) {
  const auto length = content_length(FCGX_GetParam("CONTENT_LENGTH", exchange.envp));
  if (!length) {
    request.body_state = BodyState::incomplete;
  } else if (*length > max_body && (*length > most_file_body || !takes_file(request))) {
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
  Request request = read_request([&](const char* name) { return FCGX_GetParam(name, exchange.envp); });
  receive_body(exchange, max_body, request);
  return request;
}

bool is_read_to_end(FCGX_Request& exchange) { return exchange.in != nullptr && FCGX_GetChar(exchange.in) == EOF; }

bool send(FCGX_Request& exchange, const Request& request, const Response& response) {
  const std::string text = wire_format(response, request.method != "HEAD");
  return FCGX_PutStr(text.data(), static_cast<int>(text.size()), exchange.out) == static_cast<int>(text.size());
}

}  // namespace jb::gateway
