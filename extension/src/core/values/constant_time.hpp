// SPDX-License-Identifier: PostgreSQL
//
// Comparison of secrets that a caller may be guessing.
#pragma once

#include <string_view>

namespace jb {

/// Whether the bytes are equal. The time taken depends on the lengths alone: no branch and no address depends on the
/// bytes.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace jb
