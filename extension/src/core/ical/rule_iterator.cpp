// SPDX-License-Identifier: PostgreSQL
#include "rule_iterator.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "../values/budget.hpp"
#include "libical.hpp"
#include "rule_days.hpp"

namespace jb {
namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;
using Frequency = Recurrence::Frequency;

constexpr std::array kWeekdays{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

template <typename List, typename Write>
std::string part(const char* name, const List& list, Write write) {
  std::string text;
  for (const auto& value : list) text += (text.empty() ? std::string(";") + name + "=" : ",") + write(value);
  return text;
}

std::string part(const char* name, const std::vector<int>& list) {
  return part(name, list, [](int value) { return std::to_string(value); });
}

std::string part(const char* name, const std::vector<NthWeekday>& list) {
  return part(name, list, [](const NthWeekday& day) {
    return (day.nth == 0 ? "" : std::to_string(day.nth)) + kWeekdays.at(day.weekday.c_encoding());
  });
}

// The list, or where the list was not given, the one number that stands for it.
std::vector<int> or_else(const std::vector<int>& list, int otherwise) {
  return list.empty() ? std::vector{otherwise} : list;
}

// The days of a week in order, from the day with which the week starts: libical does not sort them.
std::vector<NthWeekday> in_week_order(std::vector<NthWeekday> list, weekday week_start) {
  std::stable_sort(list.begin(), list.end(), [&](const NthWeekday& a, const NthWeekday& b) {
    return a.weekday - week_start < b.weekday - week_start;
  });
  return list;
}

// A rule whose every part is spelt out, and the day from which to expand it.
struct Expansion {
  std::string days;
  Date anchor;
};

Expansion expand_weeks(const Recurrence& rule, Date first) {
  const auto list = in_week_order(rule.days, rule.week_start);
  const Date week = first - (weekday{first} - rule.week_start);
  return {";FREQ=WEEKLY" + part("BYDAY", list), week + (list.front().weekday - rule.week_start)};
}

Expansion expand_months(const Recurrence& rule, year_month_day first) {
  return {
      ";FREQ=MONTHLY" + part("BYMONTHDAY", rule.month_days) + part("BYDAY", in_week_order(rule.days, rule.week_start)),
      Date{first.year() / first.month() / 1}};
}

Expansion expand_years(const Recurrence& rule, year_month_day first) {
  std::string text = ";FREQ=YEARLY" + part("BYYEARDAY", rule.year_days);
  if (rule.year_days.empty()) text += part("BYMONTH", rule.months) + part("BYMONTHDAY", rule.month_days);
  return {text + part("BYDAY", in_week_order(rule.days, rule.week_start)), Date{first.year() / 1 / 1}};
}

Expansion expand(const Recurrence& rule, Date first) {
  switch (rule.frequency) {
    case Frequency::daily:
      return {";FREQ=DAILY", first};
    case Frequency::weekly:
      return expand_weeks(rule, first);
    case Frequency::monthly:
      return expand_months(rule, year_month_day{first});
    case Frequency::yearly:
      return expand_years(rule, year_month_day{first});
  }
  throw std::logic_error("a recurrence has no such frequency");
}

icaltimetype midnight(Date date) {
  const year_month_day day{date};
  icaltimetype time = icaltime_null_time();
  time.year = int{day.year()};
  time.month = static_cast<int>(unsigned{day.month()});
  time.day = static_cast<int>(unsigned{day.day()});
  return time;
}

}  // namespace

RuleIterator::RuleIterator(const Recurrence& given, WallTime start, WallTime last) {
  const Date first = std::chrono::floor<days>(start);
  const Recurrence recurrence = spelt_out(given, first);
  // For a rule that never occurs libical would search until its year 20000, which takes most of a second.
  if (!names_a_day(recurrence, first, std::chrono::floor<days>(std::max(start, last)))) return;
  const std::chrono::hh_mm_ss time{start - first};
  const auto [days, anchor] = expand(recurrence, first);
  const std::string text = days.substr(1) + ";INTERVAL=" + std::to_string(recurrence.interval) +
                           ";WKST=" + kWeekdays.at(recurrence.week_start.c_encoding()) +
                           part("BYHOUR", or_else(recurrence.hours, static_cast<int>(time.hours().count()))) +
                           part("BYMINUTE", or_else(recurrence.minutes, static_cast<int>(time.minutes().count()))) +
                           part("BYSECOND", or_else(recurrence.seconds, static_cast<int>(time.seconds().count())));
  const ErrorsAreNotFatal guard;
  iterator_.reset(icalrecur_iterator_new(icalrecurrencetype_from_string(text.c_str()), midnight(anchor)));
  // Our text is well-formed; libical also calls a rule malformed that never occurs.
  if (!iterator_ && icalerrno != ICAL_MALFORMEDDATA_ERROR)
    throw std::runtime_error("libical refuses " + text + ": " + icalerror_strerror(icalerrno));
}

std::optional<WallTime> RuleIterator::next() {
  if (!iterator_) return std::nullopt;
  spend(Budget::rule_steps);
  const ErrorsAreNotFatal guard;
  const icaltimetype time = icalrecur_iterator_next(iterator_.get());
  if (icaltime_is_null_time(time)) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year{time.year},
                                        std::chrono::month(static_cast<unsigned>(time.month)),
                                        std::chrono::day(static_cast<unsigned>(time.day))};
  return Date{day} + std::chrono::hours{time.hour} + std::chrono::minutes{time.minute} + Seconds{time.second};
}

void RuleIterator::Free::operator()(icalrecur_iterator_impl* iterator) const { icalrecur_iterator_free(iterator); }

}  // namespace jb
