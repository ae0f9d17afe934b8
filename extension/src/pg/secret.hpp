// SPDX-License-Identifier: PostgreSQL
//
// Tokens: each is given out once and kept as its SHA-256. A token is entirely random, so its unsalted hash can be
// neither inverted nor looked up in a table.
#pragma once

#include "guard.hpp"

namespace jb::pg {

/// A new token: `prefix` and 192 random bits in hexadecimal. Errors: XX000 where the system provides no randomness.
std::string new_token(std::string_view prefix);

/// The token derived from a secret, always the same: `prefix` and 192 bits of the secret's SHA-256.
std::string token_of(std::string_view prefix, std::string_view secret);

/// The bytes in hexadecimal, two lower-case digits each.
std::string hex(std::string_view bytes);

/// The SHA-256 of the bytes, 32 of them.
std::string digest(std::string_view bytes);

/// Whether `token` has this digest, compared in constant time.
bool is_token(std::string_view token, std::string_view digest);

}  // namespace jb::pg
