// SPDX-License-Identifier: PostgreSQL
//
// Conditional requests (RFC 9110, 13). An event's ETag is its version in quotes, always strong.
#pragma once

#include <string>
#include <string_view>

#include "pg/connection.hpp"
#include "request.hpp"

namespace jb::gateway {

/// The ETag of a version: 3 is "3", quotes included.
std::string etag(std::string_view version);

/// If-Match as a bigint array of versions, one of which must be the event's; null where no version is needed (no
/// header, or "*"). A weak tag never matches (8.8.3.2), nor does a tag that is no version: such tags are left out. {0}
/// stands for "no version can match", since versions begin at 1. Throws Problem 400 when the header is no list of
/// entity tags.
pg::Parameter expected_versions(const Request& request);

/// The tags of If-None-Match as a text array, for a query that spares what the client has; empty without the header.
/// Throws Problem 400 as above.
std::string known_versions(const Request& request);

/// Whether If-None-Match says that the client has this version already; weak comparison. Throws Problem 400 as above.
bool is_not_modified(const Request& request, std::string_view version);

}  // namespace jb::gateway
