// SPDX-License-Identifier: PostgreSQL
#include "rule_walk.hpp"

#include <algorithm>

#include "../values/budget.hpp"

namespace jb {
namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;
using Frequency = Recurrence::Frequency;

constexpr int kDaysPerStep = 7;  // looking at so many days takes about as long as making one time

bool contains(const std::vector<int>& list, int value) { return std::binary_search(list.begin(), list.end(), value); }

// Whether the list, which is sorted, names the `number`th of `count`, from the start or from the end.
bool names(const std::vector<int>& list, int number, int count) {
  return contains(list, number) || contains(list, number - count - 1);
}

/// A day, and its place in its month and year.
struct Day {
  explicit Day(Date date) : date(date), fields(date) {}

  int month() const { return static_cast<int>(unsigned{fields.month()}); }
  int of_month() const { return static_cast<int>(unsigned{fields.day()}); }
  int of_year() const { return static_cast<int>((date - Date{fields.year() / 1 / 1}).count()) + 1; }
  int month_length() const { return of_month() + static_cast<int>((end_of_month() - date).count()); }
  int year_length() const { return fields.year().is_leap() ? 366 : 365; }
  Date end_of_month() const { return Date{fields.year() / fields.month() / std::chrono::last}; }

  Date date;
  year_month_day fields;
};

// The first day of week 1 of a year: the first week of which four days lie in it (RFC 5545, 3.3.10, as ISO 8601).
Date first_week(std::chrono::year year, weekday week_start) {
  const Date fourth{year / 1 / 4};
  return fourth - (weekday{fourth} - week_start);
}

bool week_is_named(const Recurrence& rule, const Day& day) {
  auto year = day.fields.year() + std::chrono::years{1};
  while (first_week(year, rule.week_start) > day.date) --year;
  const Date begin = first_week(year, rule.week_start);
  const Date end = first_week(year + std::chrono::years{1}, rule.week_start);
  return names(rule.week_numbers, static_cast<int>((day.date - begin) / days{7}) + 1,
               static_cast<int>((end - begin) / days{7}));
}

// The nth of a weekday counts in the month, or in the year where the rule is yearly and names no months.
bool weekday_is_named(const Recurrence& rule, const Day& day) {
  const bool by_year = rule.frequency == Frequency::yearly && rule.months.empty();
  return std::any_of(rule.days.begin(), rule.days.end(), [&](const NthWeekday& named) {
    if (named.weekday != weekday{day.date}) return false;
    if (named.nth == 0) return true;
    const int number = by_year ? day.of_year() : day.of_month();
    const int length = by_year ? day.year_length() : day.month_length();
    return named.nth == (number - 1) / 7 + 1 || named.nth == -((length - number) / 7 + 1);
  });
}

// Whether all parts that name days of a month that is named name this day.
bool is_named(const Recurrence& rule, const Day& day) {
  return (rule.days.empty() || weekday_is_named(rule, day)) &&
         (rule.month_days.empty() || names(rule.month_days, day.of_month(), day.month_length())) &&
         (rule.year_days.empty() || names(rule.year_days, day.of_year(), day.year_length())) &&
         (rule.week_numbers.empty() || week_is_named(rule, day));
}

// The rule with the days that `start` implies where no part of it names any. RFC 5545, 3.3.10: a weekly rule, and a
// rule that gives weeks, has the weekday of the start. Any other rule has the start's day of the month, and where no
// month is given, the start's month.
Recurrence spelt_out(Recurrence rule, const Day& start) {
  const bool names_days = !rule.days.empty() || !rule.month_days.empty() || !rule.year_days.empty();
  if (names_days || rule.frequency == Frequency::daily) return rule;
  if (rule.frequency == Frequency::weekly || !rule.week_numbers.empty()) {
    rule.days = {{0, weekday{start.date}}};
    return rule;
  }
  rule.month_days = {start.of_month()};
  if (rule.frequency == Frequency::yearly && rule.months.empty()) rule.months = {start.month()};
  return rule;
}

std::vector<Seconds> times_of_day(const Recurrence& rule, Seconds start) {
  const std::chrono::hh_mm_ss clock{start};
  const auto or_else = [](const std::vector<int>& list, auto value) {
    return list.empty() ? std::vector{static_cast<int>(value.count())} : list;
  };
  std::vector<Seconds> times;
  for (const int hour : or_else(rule.hours, clock.hours()))
    for (const int minute : or_else(rule.minutes, clock.minutes()))
      for (const int second : or_else(rule.seconds, clock.seconds()))
        times.push_back(std::chrono::hours{hour} + std::chrono::minutes{minute} + Seconds{second});
  return times;
}

// The first day of the period that a day belongs to: what INTERVAL and BYSETPOS count.
Date period_of(const Recurrence& rule, const Day& day) {
  if (rule.frequency == Frequency::daily) return day.date;
  if (rule.frequency == Frequency::weekly) return day.date - (weekday{day.date} - rule.week_start);
  return Date{day.fields.year() / (rule.frequency == Frequency::yearly ? std::chrono::January : day.fields.month()) /
              1};
}

// The first day of the period that comes so many periods later.
Date later(const Recurrence& rule, Date begin, int periods) {
  if (rule.frequency == Frequency::daily) return begin + days{periods};
  if (rule.frequency == Frequency::weekly) return begin + days{7 * periods};
  return Date{year_month_day{begin} +
              std::chrono::months{rule.frequency == Frequency::yearly ? 12 * periods : periods}};
}

// How many periods later than the period of `begin` the period of `date` comes.
int periods_between(const Recurrence& rule, Date begin, Date date) {
  if (rule.frequency == Frequency::daily) return static_cast<int>((date - begin).count());
  if (rule.frequency == Frequency::weekly) return static_cast<int>((date - begin).count()) / 7;
  const year_month_day from{begin}, to{date};
  const auto months = to.year() / to.month() - from.year() / from.month();
  return static_cast<int>(months.count()) / (rule.frequency == Frequency::yearly ? 12 : 1);
}

std::vector<WallTime> by_position(const std::vector<int>& positions, std::vector<WallTime> times) {
  if (positions.empty()) return times;
  std::vector<WallTime> named;
  const int count = static_cast<int>(times.size());
  for (int i = 0; i < count; ++i)
    if (names(positions, i + 1, count)) named.push_back(times[static_cast<std::size_t>(i)]);
  return named;
}

}  // namespace

RuleWalk::RuleWalk(const Recurrence& rule, WallTime start, WallTime last) : last_(last) {
  const Day first{std::chrono::floor<days>(start)};
  rule_ = spelt_out(rule, first);
  times_ = times_of_day(rule, start - first.date);
  begin_ = period_of(rule, first);
}

std::size_t RuleWalk::leap(WallTime to, bool counted) {
  const bool by_month = rule_.frequency == Frequency::monthly || rule_.frequency == Frequency::yearly;
  const bool is_regular = !by_month && rule_.months.empty() && rule_.month_days.empty();
  if (to < begin_ || (counted && !is_regular)) return 0;
  // Seven periods of a daily rule, and one period of a weekly rule, name the same times of each day of the week.
  const int cycle = rule_.interval * (rule_.frequency == Frequency::daily ? 7 : 1);
  const int cycles = periods_between(rule_, begin_, std::chrono::floor<days>(std::min(to, last_))) / cycle;
  if (cycles == 0) return 0;
  std::size_t times = 0;
  auto walk = *this;
  for (const Date end = later(rule_, begin_, cycle); is_regular && walk.begin_ < end;) times += walk.next()->size();
  begin_ = later(rule_, begin_, cycles * cycle);
  return static_cast<std::size_t>(cycles) * times;
}

std::optional<std::vector<WallTime>> RuleWalk::next() {
  if (begin_ > last_) return std::nullopt;
  const Date end = later(rule_, begin_, 1);
  std::vector<WallTime> times;
  int looks = 0;
  for (Date date = begin_; date < end; date += days{1}) {
    if (looks++ % kDaysPerStep == 0) spend(Budget::rule_steps);
    const Day day{date};
    if (!rule_.months.empty() && !contains(rule_.months, day.month())) {
      date = day.end_of_month();
    } else if (is_named(rule_, day)) {
      for (const Seconds time : times_) {
        spend(Budget::rule_steps);
        times.push_back(date + time);
      }
    }
  }
  begin_ = later(rule_, begin_, rule_.interval);
  return by_position(rule_.positions, std::move(times));
}

}  // namespace jb
