// SPDX-License-Identifier: PostgreSQL
#include "calendar.hpp"

#include <algorithm>

namespace jb {

bool is_calendar_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-";
  return !name.empty() && name.size() <= 200 && name.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace jb
