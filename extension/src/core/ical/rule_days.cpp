// SPDX-License-Identifier: PostgreSQL
#include "rule_days.hpp"

#include <algorithm>

#include "../values/budget.hpp"

namespace jb {
namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;
using Frequency = Recurrence::Frequency;

bool contains(const std::vector<int>& list, int value) { return std::binary_search(list.begin(), list.end(), value); }

int day_of_year(Date date) { return static_cast<int>((date - Date{year_month_day{date}.year() / 1 / 1}).count()) + 1; }

int days_in_year(Date date) { return year_month_day{date}.year().is_leap() ? 366 : 365; }

int day_of_month(Date date) { return static_cast<int>(unsigned{year_month_day{date}.day()}); }

int days_in_month(Date date) {
  const year_month_day day{date};
  return static_cast<int>(unsigned{(day.year() / day.month() / std::chrono::last).day()});
}

// The first day of week 1 of a year: the first week of which four days lie in it (RFC 5545, 3.3.10, as ISO 8601).
Date first_week(std::chrono::year year, weekday week_start) {
  const Date fourth{year / 1 / 4};
  return fourth - (weekday{fourth} - week_start);
}

bool week_is_named(const Recurrence& rule, Date date) {
  auto year = year_month_day{date}.year() + std::chrono::years{1};
  while (first_week(year, rule.week_start) > date) --year;
  const Date begin = first_week(year, rule.week_start);
  const Date end = first_week(year + std::chrono::years{1}, rule.week_start);
  return admits(rule.week_numbers, static_cast<int>((date - begin) / days{7}) + 1,
                static_cast<int>((end - begin) / days{7}));
}

// The nth of a weekday counts in the month, or in the year where the rule is yearly and names no months.
bool weekday_is_named(const Recurrence& rule, Date date) {
  if (rule.days.empty()) return true;
  const bool by_year = rule.frequency == Frequency::yearly && rule.months.empty();
  const int length = by_year ? days_in_year(date) : days_in_month(date);
  const int number = by_year ? day_of_year(date) : day_of_month(date);
  const int nth = (number - 1) / 7 + 1;
  const int nth_from_end = -((length - number) / 7 + 1);
  return std::any_of(rule.days.begin(), rule.days.end(), [&](const NthWeekday& day) {
    return day.weekday == weekday{date} && (day.nth == 0 || day.nth == nth || day.nth == nth_from_end);
  });
}

// The number of the period that begins on a day; only differences mean anything.
int number_of_period(const Recurrence& rule, Date begin) {
  const year_month_day day{begin};
  switch (rule.frequency) {
    case Frequency::daily:
      return static_cast<int>(begin.time_since_epoch().count());
    case Frequency::weekly:
      return static_cast<int>(std::chrono::floor<std::chrono::weeks>(begin.time_since_epoch()).count());
    case Frequency::monthly:
      return int{day.year()} * 12 + static_cast<int>(unsigned{day.month()});
    case Frequency::yearly:
      return int{day.year()};
  }
  return 0;
}

}  // namespace

bool admits(const std::vector<int>& list, int number, int count) {
  return list.empty() || contains(list, number) || contains(list, number - count - 1);
}

Date period_of(const Recurrence& rule, Date date) {
  const year_month_day day{date};
  switch (rule.frequency) {
    case Frequency::daily:
      break;
    case Frequency::weekly:
      return date - (weekday{date} - rule.week_start);
    case Frequency::monthly:
      return Date{day.year() / day.month() / 1};
    case Frequency::yearly:
      return Date{day.year() / 1 / 1};
  }
  return date;
}

// RFC 5545, 3.3.10: a weekly rule, and a rule that gives weeks, has the weekday of the start. Any other rule has the
// start's day of the month, and where no month is given, the start's month.
Recurrence spelt_out(Recurrence rule, Date start) {
  const year_month_day first{start};
  const bool names_days = !rule.days.empty() || !rule.month_days.empty() || !rule.year_days.empty();
  if (names_days || rule.frequency == Frequency::daily) return rule;
  if (rule.frequency == Frequency::weekly || !rule.week_numbers.empty()) {
    rule.days = {{0, weekday{start}}};
    return rule;
  }
  rule.month_days = {day_of_month(start)};
  if (rule.frequency == Frequency::yearly && rule.months.empty())
    rule.months = {static_cast<int>(unsigned{first.month()})};
  return rule;
}

bool within_limits(const Recurrence& rule, Date date) {
  const year_month_day day{date};
  return (rule.months.empty() || contains(rule.months, static_cast<int>(unsigned{day.month()}))) &&
         (rule.week_numbers.empty() || week_is_named(rule, date)) &&
         admits(rule.year_days, day_of_year(date), days_in_year(date)) &&
         admits(rule.month_days, day_of_month(date), days_in_month(date)) && weekday_is_named(rule, date);
}

bool names_a_day(const Recurrence& rule, Date start, Date last) {
  const Date begin = period_of(rule, start);
  const int first = number_of_period(rule, begin);
  for (Date day = begin; day <= last; day += days{1}) {
    spend(Budget::rule_steps);
    const int number = number_of_period(rule, period_of(rule, day));
    if ((number - first) % rule.interval == 0 && within_limits(rule, day)) return true;
  }
  return false;
}

}  // namespace jb
