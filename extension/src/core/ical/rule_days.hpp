// SPDX-License-Identifier: PostgreSQL
//
// Which days a rule names, asked one day at a time: the limits that RFC 5545, 3.3.10 puts on the expanded times.
// Nothing is expanded here: the rule iterator expands, and asks here whether there is anything to expand.
#pragma once

#include <vector>

#include "rule.hpp"

namespace jb {

/// Whether the list is empty, or names the `number`th of `count`, from the start or from the end. The list is sorted.
bool admits(const std::vector<int>& list, int number, int count);

/// The first day of the period (day, week, month, year) that a day belongs to: what INTERVAL and BYSETPOS count.
Date period_of(const Recurrence& rule, Date date);

/// The rule with the days that `start` implies where no part of it names any.
Recurrence spelt_out(Recurrence rule, Date start);

/// Whether all parts that name days name this day. Parts that expand are asked too: every time that such a part made
/// lies within the part. So nothing needs to know which part expands and which part limits.
bool within_limits(const Recurrence& rule, Date date);

/// Whether a rule that is spelt out names any day from the period of `start` to `last`. Its times of day and its
/// BYSETPOS are not looked at.
bool names_a_day(const Recurrence& rule, Date start, Date last);

}  // namespace jb
