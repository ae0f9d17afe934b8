// SPDX-License-Identifier: PostgreSQL
//
// The Idempotency-Key header: what makes it safe to send a write once more when its answer was lost.
#pragma once

#include "pg/connection.hpp"
#include "request.hpp"

namespace jb::gateway {

/// The key, its quotes and their escapes removed (RFC 8941, 3.3.3), or as it came where it has none; nullopt when the
/// request has no key. Throws Problem 400 unless it is 1 to 255 printable characters of ASCII.
/// "\"8e03-a\"" and "8e03-a" are the same key.
pg::Parameter idempotency_key(const Request& request);

}  // namespace jb::gateway
