// SPDX-License-Identifier: PostgreSQL
//
// Tokens: each is given out once and kept as its SHA-256. All of a token is random, so its plain hash can be neither
// inverted nor looked up in a table.
#pragma once

#include "guard.hpp"

namespace jb::pg {

/// A new token: `prefix` and 192 random bits in hexadecimal. Errors: XX000 where the system has no randomness to give.
std::string new_token(std::string_view prefix);

/// The token that follows from a secret, always the same: `prefix` and 192 bits of the secret's SHA-256.
std::string token_of(std::string_view prefix, std::string_view secret);

/// The bytes in hexadecimal, two lower-case digits each.
std::string hex(std::string_view bytes);

/// The SHA-256 of the bytes, 32 of them.
std::string digest(std::string_view bytes);

/// Whether `token` has this digest; how long the comparison takes tells nothing of where they differ.
bool is_token(std::string_view token, std::string_view digest);

}  // namespace jb::pg
