// SPDX-License-Identifier: PostgreSQL
//
// A calendar's settings as the rules of placing read them.
#pragma once

#include <string>
#include <string_view>

#include "timeline.hpp"

namespace jb {

struct Calendar {
  int id = 0;  ///< 0: not made yet
  std::string name;
  std::string time_zone;
  Grid grid;
  Seconds min_notice{0};
  Seconds horizon{366 * kDay};
  Seconds settled_within{0};
  Seconds default_duration{1800};
  bool strict = false;

  const Zone& zone() const { return *grid.zone; }
};

/// The calendar of the first seed, made by its first booking.
inline constexpr std::string_view kCeo = "ceo";

/// 1 to 200 of A-Za-z0-9._:@+-
bool is_calendar_name(std::string_view name);

}  // namespace jb
