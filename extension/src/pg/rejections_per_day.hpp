// SPDX-License-Identifier: PostgreSQL
//
// How many rejections one principal may leave (rule 2.6.14).
#pragma once

#include <cstdint>

namespace jb::pg {

/// Makes the setting jb_scheduler.rejections_per_day known; called once, when the library is loaded.
void define_rejections_per_day();

/// How many requests of one principal may be rejected within 24 hours; 0 is any number.
std::int64_t rejections_per_day();

}  // namespace jb::pg
