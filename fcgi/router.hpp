// SPDX-License-Identifier: PostgreSQL
//
// The one table of routes: what exists (404), by which methods (405 and Allow), with which parameters and body, and
// whether it may write. Rule 5.1 is its source.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

using Handler = Response (*)(const Request&, Database&);

/// What a route does with a body.
enum class Body {
  none,         ///< takes none
  optional,     ///< JSON or nothing
  json,         ///< application/json
  merge_patch,  ///< application/merge-patch+json (RFC 7396) or application/json
  file,         ///< JSON, or bytes of any other type; up to most_file_body
  calendar,     ///< text/calendar
};

/// What sets a route apart. A row of the table names what it sets, in this order: `{.body = Body::json, .keyed =
/// true}`.
struct Traits {
  Body body = Body::none;
  bool versioned = false;  ///< its resource has an ETag, so If-Match means something
  bool probe = false;      ///< answered on the loopback face too, without a certificate
  std::span<const std::string_view> parameters = {};
  std::span<const std::string_view> lists = {};  ///< those of them that are lists, and may be given several times
  bool keyed = false;  ///< takes an Idempotency-Key; elsewhere the header is refused, for it would be ignored
  bool guest = false;  ///< answered on the public face too, without a certificate
};

struct Route : Traits {
  constexpr Route(std::string_view method, std::string_view pattern, Handler handler, Access access, Traits traits = {})
      : Traits(traits), method(method), pattern(pattern), handler(handler), access(access) {}

  std::string_view method;
  std::string_view pattern;  ///< a segment that begins with a colon stands for any one value (":name"), or any that is
                             ///< followed by an ending (":name.ics")
  Handler handler;
  Access access;
};

/// The whole table, in order of precedence.
std::span<const Route> routes();

/// The route of a request whose target is parsed; fills in request.route, request.parameter and
/// request.item. HEAD finds GET's. Throws
/// Problem 404 when no route of the request's face has this path, 405 with Allow when none has it with this method.
const Route& find_route(Request& request);

/// The longest body that a route of Body::file takes: 10 MiB in base64, with line breaks and what JSON puts around it.
constexpr std::size_t most_file_body = std::size_t{15} << 20;

/// The route of a request whose target need not be parsed yet; null where it has none.
const Route* route_of(const Request& request) noexcept;

/// Whether that is a route of Body::file.
bool takes_file(const Request& request) noexcept;

/// The methods of a path as an Allow header: "GET, HEAD, OPTIONS, POST"; empty when there is no such path on this face.
std::string allowed_methods(const std::vector<std::string>& path, Face face = Face::main);

}  // namespace jb::gateway
