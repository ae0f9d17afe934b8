// SPDX-License-Identifier: PostgreSQL
//
// Where libical expands rules: the wall clock times that the expanding parts of a rule produce.
//
// Debian 12 has libical 3.0.16, whose answers were compared with a day-by-day oracle. libical is right where parts
// expand and every part that the start implies is spelt out. It is wrong, in silence, about BYSETPOS of days and weeks,
// BYMONTHDAY and BYMONTH as limits, lists out of order or with repetitions, weeks that reach over the turn of the year,
// and biweekly rules whose first week begins before the start. So libical is asked for expansion only, in that one
// form, and rule_days.hpp applies the limits. libical reads no file here, since no time zone of libical is used.
#pragma once

#include <memory>
#include <optional>

#include "rule.hpp"

struct icalrecur_iterator_impl;

namespace jb {

class RuleIterator {
 public:
  /// Starts at the beginning of the period (day, week, month, year) that holds `start`, since an occurrence before
  /// `start` counts for BYSETPOS. Where the rule names no day until `last`, the iterator has no time at all.
  RuleIterator(const Recurrence& recurrence, WallTime start, WallTime last);

  /// The next time, ascending; nullopt when no time is left in the years that libical knows. The limiting parts of the
  /// rule are not applied.
  std::optional<WallTime> next();

 private:
  struct Free {
    void operator()(icalrecur_iterator_impl* iterator) const;
  };
  std::unique_ptr<icalrecur_iterator_impl, Free> iterator_;
};

}  // namespace jb
