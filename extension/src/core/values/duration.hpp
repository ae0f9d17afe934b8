// SPDX-License-Identifier: PostgreSQL
//
// Lengths of time as callers write them, and their limits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "time.hpp"
#include "validation.hpp"

namespace jb {

inline constexpr Seconds kShortest{1};
inline constexpr Seconds kLongest = 366 * kDay;

/// PostgreSQL's interval: months and days have no fixed length there. Here a day is 24 hours, a month is refused.
struct Interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t microseconds = 0;
  bool is_infinite = false;  ///< the other fields say nothing then
};

/// Reads interval text (PostgreSQL's forms and ISO 8601); nullopt when the text is no interval.
using IntervalReader = std::function<std::optional<Interval>(const std::string& text)>;

/// The elapsed time of `interval`, if it lies in [least, most], is finite and whole seconds, and has no months (rule
/// 2.1.6). Otherwise the interval is refused in `validation` under `field`, shown as `value`.
std::optional<Seconds> check_duration(Validation& validation, std::string_view field, std::string_view value,
                                      const Interval& interval, Seconds least = kShortest, Seconds most = kLongest);

/// "30 minutes" style words for messages: "1 second", "1 day 02:30:00".
std::string format_duration(Seconds duration);

}  // namespace jb
