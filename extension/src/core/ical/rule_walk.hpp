// SPDX-License-Identifier: PostgreSQL
//
// The times that a rule names, found by one walk over its periods and their days (RFC 5545, 3.3.10). Every BY part that
// names days is a condition that a day meets or not, whether the part expands or limits: so nothing here needs to know
// which part does which. COUNT, UNTIL and exceptions are for others.
#pragma once

#include <optional>
#include <vector>

#include "rule.hpp"

namespace jb {

class RuleWalk {
 public:
  /// The walk begins with the period (day, week, month, year) that holds `start`, since an occurrence before `start`
  /// counts for BYSETPOS, and ends with the period that holds `last`.
  RuleWalk(const Recurrence& rule, WallTime start, WallTime last);

  /// The times of the next period, ascending, perhaps none; nullopt after the last period. Cost: linear in the days of
  /// the period and in the times; Budget::rule_steps.
  std::optional<std::vector<WallTime>> next();

  /// Passes over periods that end by `to`, without a look at each of them. Result: how many times they name, which is
  /// known of rules that go by days or weeks alone. Of other rules it is 0, and nothing is passed over if the times
  /// must be `counted`. Cost: that of seven periods.
  std::size_t leap(WallTime to, bool counted);

  /// Where the walk stands: no time before this time was overlooked.
  WallTime reached() const { return std::min<WallTime>(begin_, last_); }

 private:
  Recurrence rule_;  ///< with the days that the start implies
  WallTime last_;
  std::vector<Seconds> times_;  ///< of each day that is named
  Date begin_;                  ///< of the next period
};

}  // namespace jb
