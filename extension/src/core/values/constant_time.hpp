// SPDX-License-Identifier: PostgreSQL
//
// Comparison of secrets that a caller may be guessing.
#pragma once

#include <cstddef>
#include <string_view>

namespace jb {

/// Whether the bytes are equal. The time taken depends on the lengths alone: no branch and no address depends on the
/// bytes.
inline bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace jb
