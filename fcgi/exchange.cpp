// SPDX-License-Identifier: PostgreSQL
#include "exchange.hpp"

#include <charconv>
#include <exception>
#include <utility>

#include "router.hpp"

namespace jb::gateway {

namespace {

/// nginx lets through what an attachment may have: 10 MiB in base64, with line breaks and what JSON puts around it.
constexpr std::size_t longest_body = std::size_t{15} << 20;

/// By its length, since the end of libfcgi's stream is not reliable. Result: false where the body is shorter than that,
/// or longer than nginx lets through.
bool read_body(FCGX_Request& exchange, std::string_view wanted, std::string& body) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(wanted.begin(), wanted.end(), length);
  if (error != std::errc{} || end != wanted.end() || length > longest_body) return false;
  body.resize(length);
  return FCGX_GetStr(body.data(), static_cast<int>(length), exchange.in) == static_cast<int>(length);
}

}  // namespace

Request receive(FCGX_Request& exchange) {
  // Not by FCGX_GetParam, which compares each name anew with all that nginx sends.
  Request request = read_request(exchange.envp);
  try {
    find_route(request);
  } catch (const std::exception&) {  // the answer to the request will say what is wrong with it
  }
  return request;
}

void receive_body(FCGX_Request& exchange, Request& request) {
  const std::string wanted = std::exchange(request.content_length, "");
  if (wanted.empty()) return;
  request.is_cut_short = !read_body(exchange, wanted, request.body);
  if (request.is_cut_short) request.body.clear();
}

bool send(FCGX_Request& exchange, const Request& request, const Response& response) {
  const auto put = [&](const std::string& text) {
    return FCGX_PutStr(text.data(), static_cast<int>(text.size()), exchange.out) == static_cast<int>(text.size());
  };
  return put(wire_head(response)) && (request.method == "HEAD" || put(response.body));
}

}  // namespace jb::gateway
