// SPDX-License-Identifier: PostgreSQL
//
// Whether a request's body is of the kind that its route takes. The database validates the contents of the body.
#pragma once

#include <nlohmann/json.hpp>

#include "request.hpp"
#include "route.hpp"

namespace jb::gateway {

/// Whether the body says of itself that it is application/json in UTF-8.
bool has_json_body(const Request& request);

/// Whether the route can do without a body: none of the members that it takes is required.
bool may_be_empty(const Route& route);

/// Throws Problem 400 when it is cut short, missing, not wanted, or holds a NUL byte, 415 (with the types that are
/// taken) when its type is another than the route's, 422 for a list where one object is wanted, and the reverse, and
/// for a name that stands twice in one object. PostgreSQL refuses invalid UTF-8.
void check_body(const Request& request, const Route& route);

/// The JSON of a body that the front end reads itself: a few options, names, a status. Errors: Problem 413 when the
/// body is longer than 16 KiB, since each member is compared with all members before it; 400 when it is no JSON, or
/// deeper than any such body needs to be, since writing a value down takes a stack as deep as the value.
nlohmann::ordered_json read_json(const std::string& body);

/// Whether the JSON value is a text that PostgreSQL can take: a text with "\u0000" would end there.
bool is_text(const nlohmann::ordered_json& value);

}  // namespace jb::gateway
