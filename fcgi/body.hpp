// SPDX-License-Identifier: PostgreSQL
//
// Whether a request's body is of the kind that its route takes. What stands in it is the database's affair.
#pragma once

#include <nlohmann/json.hpp>

#include "request.hpp"
#include "router.hpp"

namespace jb::gateway {

/// Whether the body says of itself that it is application/json in UTF-8.
bool has_json_body(const Request& request);

/// Throws Problem 413 when it was too large, 400 when it is cut short, missing, not wanted, or holds a NUL byte or
/// invalid UTF-8, 415 (with the types that are taken) when its type is another than the route's.
void check_body(const Request& request, Body wanted);

/// The JSON of a body that the front end reads itself: a few options, names, a status. Errors: Problem 413 when it is
/// longer than 16 KiB (a member is compared with all before it), 400 when it is no JSON, or deeper than any of them
/// could be (who writes a value down goes as deep as it is).
nlohmann::ordered_json read_json(const std::string& body);

/// Whether it is a text that PostgreSQL can take: "\u0000" is none, and would end the text there.
bool is_text(const nlohmann::ordered_json& value);

/// Whether the body, if it is JSON at all, is an array.
bool is_list(std::string_view body);

}  // namespace jb::gateway
