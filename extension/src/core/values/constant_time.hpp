// SPDX-License-Identifier: PostgreSQL
//
// Comparing what somebody may be guessing at.
#pragma once

#include <string_view>

namespace jb {

/// Whether both are the same bytes. How long it takes depends on their lengths alone: no branch and no address on what
/// they hold.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace jb
