// SPDX-License-Identifier: PostgreSQL
//
// A substitute for PostgreSQL's reader of interval text, which is not under test: reads "MONTHS DAYS MICROSECONDS", so
// that every value of an interval can occur.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "core/values/time.hpp"

namespace jb::fuzz {

inline std::optional<Interval> read_interval(const std::string& text) {
  int months = 0, days = 0, end = 0;
  long long microseconds = 0;
  if (text.size() > 60) return std::nullopt;
  if (std::sscanf(text.c_str(), "%d %d %lld%n", &months, &days, &microseconds, &end) != 3) return std::nullopt;
  if (static_cast<std::size_t>(end) != text.size()) return std::nullopt;
  return Interval{months, days, microseconds};
}

}  // namespace jb::fuzz
