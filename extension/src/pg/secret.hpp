// SPDX-License-Identifier: PostgreSQL
//
// Tokens: given out once, kept as their SHA-256. They are random throughout, so a plain hash of one cannot be turned
// round, nor looked up in a table.
#pragma once

#include "guard.hpp"

namespace jb::pg {

/// A new token: `prefix` and 192 random bits in hexadecimal. Errors: XX000 where the system has no randomness to give.
std::string new_token(std::string_view prefix);

/// The bytes in hexadecimal, two lower-case digits each.
std::string hex(std::string_view bytes);

/// The SHA-256 of the bytes, 32 of them.
std::string digest(std::string_view bytes);

/// Whether `token` has this digest; how long the comparison takes tells nothing of where they differ.
bool is_token(std::string_view token, std::string_view digest);

}  // namespace jb::pg
