// SPDX-License-Identifier: PostgreSQL
//
// Names of those who ask (rule 4.3).
#pragma once

#include "validation.hpp"

namespace jb {

/// Whoever books by a page, as history and rejections name them.
inline constexpr std::string_view kBookingPage = "booking page";

inline constexpr std::size_t kLongestPrincipal = 200;  ///< characters

/// Why nobody may have a reserved name.
inline constexpr const char* kIsReserved = "the scheduler gives this name to callers without a certificate";

/// Whether the scheduler gives the name itself to callers without a certificate: nobody else may have it.
bool is_reserved_principal(std::string_view name);

/// Refuses what is no name of a principal, under the field `principal`: not 1 to 200 characters long, or reserved.
void check_principal(Validation& validation, const std::string& name);

}  // namespace jb
