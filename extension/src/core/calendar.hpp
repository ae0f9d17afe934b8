// SPDX-License-Identifier: PostgreSQL
//
// A calendar's settings as the rules of placing read them.
#pragma once

#include <string>
#include <string_view>

#include "failure.hpp"
#include "pattern.hpp"

namespace jb {

class Validation;

struct Calendar {
  int id = 0;  ///< 0: not made yet
  std::string name;
  std::string time_zone;
  std::shared_ptr<const Pattern> pattern;  ///< its hours, increment and zone; never null
  Seconds min_notice{0};
  Seconds horizon{366 * kDay};
  Seconds settled_within{0};
  Seconds default_duration{1800};
  bool strict = false;

  const Grid& grid() const { return pattern->grid(); }
  const Zone& zone() const { return *grid().zone; }
};

/// The calendar of the first seed, made by its first booking.
inline constexpr std::string_view kCeo = "ceo";

/// 1 to 200 of A-Za-z0-9._:@+-
bool is_calendar_name(std::string_view name);

/// A request names a calendar that does not exist: 22023 under `argument`.
void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name);
Failure unknown_calendar(std::string_view argument, std::string_view name);

/// A call is about a calendar that does not exist: P0002.
Failure no_such_calendar(std::string_view name);

}  // namespace jb
