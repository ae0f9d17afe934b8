// SPDX-License-Identifier: PostgreSQL
//
// What goes back to the client.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "awaited.hpp"

namespace jb::gateway {

/// What a write led to, for the metrics.
struct Told {
  std::string outcome;
  std::string reason;  ///< of a rejection
};

/// An answer; its headers go out in this order. Status line and Content-Length are wire_head's.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<Awaited> awaited = std::nullopt;  ///< there is nothing to tell yet, and the request may wait for it
  std::vector<Told> told = {};                    ///< of a write that was no dry run
  std::string title = {};                         ///< of a problem
  std::string error = {};                         ///< for the log only; empty when there is nothing to say

  /// Adds a header. The value must hold no line break: what comes from a client is encoded first.
  Response& with(std::string name, std::string value) & {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Response&& with(std::string name, std::string value) && {  // a list's body is not copied
    return std::move(this->with(std::move(name), std::move(value)));
  }
};

/// A JSON answer; `body` is one JSON text.
Response json_response(int status, std::string body);

/// What a FastCGI responder writes before the body (RFC 3875, 6): Status, headers, Content-Length, empty line. The
/// reason phrase is that of RFC 9110, or the title of a problem.
std::string wire_head(const Response& response);

}  // namespace jb::gateway
