// SPDX-License-Identifier: PostgreSQL
//
// The Authorization header: a token that opens a poll. It is never logged and never shown.
#pragma once

#include "pg/connection.hpp"
#include "request.hpp"

namespace jb::gateway {

/// The token of "Bearer TOKEN" (RFC 6750, 2.1; the scheme's case does not matter); nullopt without the header. Throws
/// Problem 400 for another scheme or what is no token.
pg::Parameter bearer_token(const Request& request);

}  // namespace jb::gateway
