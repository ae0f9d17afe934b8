// SPDX-License-Identifier: PostgreSQL
//
// Promise: every accepted rule has exactly the occurrences that the oracle finds. The oracle walks over every day and
// checks each condition as RFC 5545, 3.3.10 states it.
//
// Why it could break: whether a part of a rule expands or limits depends on the other parts. Positions count in periods
// that begin before the start. Weeks begin on any day and extend over the turn of the year. The walk skips months and
// periods that the rule does not name.
//
// Promise: an ended rule names, of the occurrences that it named before, exactly those up to its new end that did not
// leave the series (rule 2.14.9). The scheduler reads the ended rule as strictly as any other.
//
// Why it could break: COUNT and UNTIL exclude each other. An EXDATE may lie after the new end, which a strict reader
// refuses. An instant is another time of day after a clock change.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "pick.hpp"
#include "series.hpp"

namespace jb::test {
namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;
using Frequency = Recurrence::Frequency;

const TableZone kUtc{Seconds{0}};
constexpr days kWalked{1500};

bool among(const std::vector<int>& list, int value) { return std::find(list.begin(), list.end(), value) != list.end(); }

// Whether `list` names a place among `count`, counted from the front (1 is the first) or from the back (-1 is the
// last).
bool among(const std::vector<int>& list, int from_front, int count) {
  return among(list, from_front) || among(list, from_front - count - 1);
}

int month_of(Date date) { return static_cast<int>(unsigned{year_month_day{date}.month()}); }
int day_of(Date date) { return static_cast<int>(unsigned{year_month_day{date}.day()}); }
Date new_year(Date date) { return Date{year_month_day{date}.year() / 1 / 1}; }
Date next_new_year(Date date) { return Date{(year_month_day{date}.year() + std::chrono::years{1}) / 1 / 1}; }
Date first_of_month(Date date) { return date - days{day_of(date) - 1}; }
Date next_month(Date date) { return first_of_month(first_of_month(date) + days{31}); }
int between(Date from, Date to) { return static_cast<int>((to - from).count()); }

Date week_of(Date date, weekday start) {
  while (weekday{date} != start) date -= days{1};
  return date;
}

// A week belongs to the year that contains most of its days.
Date middle_of_week(Date date, weekday start) { return week_of(date, start) + days{3}; }

bool in_week(const std::vector<int>& list, Date date, weekday start) {
  const Date middle = middle_of_week(date, start);
  int number = 0;
  int weeks = 0;
  for (Date day = new_year(middle); day < next_new_year(middle); day += days{1}) {
    if (middle_of_week(day, start) != day) continue;
    ++weeks;
    if (day <= middle) ++number;
  }
  return among(list, number, weeks);
}

bool on_weekday(const Recurrence& rule, Date date) {
  const bool in_month = rule.frequency == Frequency::monthly || !rule.months.empty();
  const Date begin = in_month ? first_of_month(date) : new_year(date);
  const Date end = in_month ? next_month(date) : next_new_year(date);
  const int from_front = between(begin, date) / 7 + 1;
  const int from_back = -((between(date, end) - 1) / 7 + 1);
  return std::any_of(rule.days.begin(), rule.days.end(), [&](const NthWeekday& day) {
    return day.weekday == weekday{date} && (day.nth == 0 || day.nth == from_front || day.nth == from_back);
  });
}

// RFC 5545, 3.3.10: the start supplies what the rule leaves open.
Recurrence filled_in(Recurrence rule, Date start) {
  const bool names_day = !rule.days.empty() || !rule.month_days.empty() || !rule.year_days.empty();
  if (!names_day && (rule.frequency == Frequency::weekly || !rule.week_numbers.empty()))
    rule.days = {{0, weekday{start}}};
  else if (!names_day && rule.frequency == Frequency::monthly)
    rule.month_days = {day_of(start)};
  else if (!names_day && rule.frequency == Frequency::yearly) {
    rule.month_days = {day_of(start)};
    if (rule.months.empty()) rule.months = {month_of(start)};
  }
  return rule;
}

bool has_day(const Recurrence& rule, Date date) {
  return (rule.months.empty() || among(rule.months, month_of(date))) &&
         (rule.week_numbers.empty() || in_week(rule.week_numbers, date, rule.week_start)) &&
         (rule.year_days.empty() ||
          among(rule.year_days, between(new_year(date), date) + 1, between(new_year(date), next_new_year(date)))) &&
         (rule.month_days.empty() ||
          among(rule.month_days, day_of(date), between(first_of_month(date), next_month(date)))) &&
         (rule.days.empty() || on_weekday(rule, date));
}

// How many periods a date lies after the period of the start; 0 if both lie in the same period.
int period(const Recurrence& rule, Date start, Date date) {
  const year_month_day a{start};
  const year_month_day b{date};
  const int years = int{b.year()} - int{a.year()};
  switch (rule.frequency) {
    case Frequency::daily:
      return between(start, date);
    case Frequency::weekly:
      return between(week_of(start, rule.week_start), week_of(date, rule.week_start)) / 7;
    case Frequency::monthly:
      return 12 * years + month_of(date) - month_of(start);
    case Frequency::yearly:
      return years;
  }
  return 0;
}

std::vector<WallTime> times_of(const Recurrence& rule, Date date, Seconds time) {
  const std::chrono::hh_mm_ss clock{time};
  const auto or_start = [](const std::vector<int>& list, auto value) {
    return list.empty() ? std::vector<int>{static_cast<int>(value.count())} : list;
  };
  std::vector<WallTime> times;
  for (const int hour : or_start(rule.hours, clock.hours()))
    for (const int minute : or_start(rule.minutes, clock.minutes()))
      for (const int second : or_start(rule.seconds, clock.seconds()))
        times.push_back(date + std::chrono::hours{hour} + std::chrono::minutes{minute} + Seconds{second});
  return times;
}

// All occurrences from `start` on that begin within kWalked of it, ignoring COUNT.
std::vector<WallTime> oracle(const Recurrence& given, WallTime start) {
  const Date first = std::chrono::floor<days>(start);
  const Recurrence rule = filled_in(given, first);
  std::vector<WallTime> found;
  std::vector<WallTime> in_period;
  const auto close = [&] {
    const int count = static_cast<int>(in_period.size());
    for (int i = 0; i < count; ++i)
      if (rule.positions.empty() || among(rule.positions, i + 1, count))
        if (in_period[static_cast<std::size_t>(i)] >= start) found.push_back(in_period[static_cast<std::size_t>(i)]);
    in_period.clear();
  };
  int present = period(rule, first, first - days{366});
  for (Date date = first - days{366}; date < first + kWalked + days{366}; date += days{1}) {
    const int number = period(rule, first, date);
    if (number != present) close();
    present = number;
    if (number < 0 || number % rule.interval != 0 || !has_day(rule, date)) continue;
    for (const WallTime time : times_of(rule, date, start - first)) in_period.push_back(time);
  }
  std::erase_if(found, [&](WallTime time) { return time >= start + kWalked; });
  return found;
}

std::vector<int> some(int low, int high, int most, bool below_zero) {
  std::vector<int> values;
  for (auto n = pick(1, most); n > 0; --n) {
    const int value = static_cast<int>(pick(low, high));
    values.push_back(below_zero && once_in(3) ? -value : value);
  }
  return values;
}

std::string rule_part(const char* name, const std::vector<int>& values) {
  std::string text;
  for (const int value : values) text += (text.empty() ? std::string(";") + name + "=" : ",") + std::to_string(value);
  return text;
}

std::string some_weekdays(const std::string& frequency, bool by_month) {
  constexpr std::array names{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  const bool numbered = (frequency == "MONTHLY" || frequency == "YEARLY") && once_in(2);
  std::string text;
  for (auto n = pick(1, 4); n > 0; --n) {
    text += text.empty() ? ";BYDAY=" : ",";
    if (numbered && !once_in(4)) text += std::to_string(some(1, by_month ? 5 : 53, 1, true).front());
    text += pick_from(names);
  }
  return text;
}

// The text of a rule with any combination of parts. About half of these rules contradict themselves.
std::string random_rule() {
  const std::string frequency = pick_from(std::vector<std::string>{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"});
  std::string text = "RRULE:FREQ=" + frequency;
  if (once_in(2)) text += ";INTERVAL=" + std::to_string(pick(1, 5));
  if (once_in(3)) text += ";WKST=" + std::string(pick_from(std::array{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}));
  const bool by_month = once_in(3);
  if (by_month) text += rule_part("BYMONTH", some(1, 12, 5, false));
  if (frequency == "YEARLY" && once_in(5)) text += rule_part("BYWEEKNO", some(1, 53, 4, true));
  if (frequency == "YEARLY" && once_in(5)) text += rule_part("BYYEARDAY", some(1, 366, 6, true));
  if (frequency != "WEEKLY" && once_in(3)) text += rule_part("BYMONTHDAY", some(1, 31, 5, true));
  if (once_in(2)) text += some_weekdays(frequency, by_month || frequency == "MONTHLY");
  if (once_in(5)) text += rule_part("BYHOUR", some(0, 23, 3, false));
  if (once_in(5)) text += rule_part("BYMINUTE", some(0, 59, 3, false));
  if (once_in(4)) text += rule_part("BYSETPOS", some(1, 3, 3, true));
  return text;
}

// A start that is an occurrence by the oracle. A start implies parts of its rule, so a few starts are tried.
std::optional<WallTime> synchronised(const Recurrence& rule, WallTime start) {
  for (int tries = 0; tries < 4; ++tries) {
    const auto found = oracle(rule, start);
    if (found.empty()) return std::nullopt;
    if (found.front() == start) return start;
    start = found.front();
  }
  return std::nullopt;
}

RC_GTEST_PROP(Series, MatchAWalkOverEveryDay, ()) {
  const std::string text = random_rule();
  const int count = static_cast<int>(pick(1, 40));
  Validation validation;
  const auto rule = parse_recurrence(text + ";COUNT=" + std::to_string(count), validation);
  RC_PRE(rule.has_value());
  const auto start = synchronised(*rule, reading("20260101T090000") + days{pick(0, 1500)});
  RC_PRE(start.has_value());
  RC_LOG() << text << " from " << basic(*start) << "\n";
  auto expected = oracle(*rule, *start);
  const bool ends = expected.size() >= static_cast<std::size_t>(count);
  if (ends) expected.resize(static_cast<std::size_t>(count));
  const Instant latest{(*start + kWalked - Seconds{1}).time_since_epoch()};
  const auto found = occurrences(*rule, *start, kUtc, "UTC", latest, validation);
  RC_ASSERT(validation.ok());
  RC_ASSERT(basic(found.starts) == basic(expected));
  RC_ASSERT(found.beyond.has_value() == !ends);
}

// UNTIL cuts the list of occurrences, and the answer shows whether the series continues after the horizon.
RC_GTEST_PROP(Series, EndWhereUntilSays, ()) {
  const std::string text = random_rule();
  Validation validation;
  const auto endless = parse_recurrence(text + ";COUNT=1000", validation);
  RC_PRE(endless.has_value());
  const auto start = synchronised(*endless, reading("20260101T090000") + days{pick(0, 1500)});
  RC_PRE(start.has_value());
  const WallTime until = *start + Seconds{pick(0, 300 * 86'400)};
  const WallTime latest = *start + Seconds{pick(0, 300 * 86'400)};
  const auto rule = parse_recurrence(text + ";UNTIL=" + basic(until), validation);
  RC_ASSERT(rule.has_value());
  auto expected = oracle(*rule, *start);
  std::erase_if(expected, [&](WallTime time) { return time > until; });
  const auto beyond = std::find_if(expected.begin(), expected.end(), [&](WallTime time) { return time > latest; });
  const bool goes_on = beyond != expected.end();
  expected.erase(beyond, expected.end());
  RC_PRE(expected.size() <= kMaxOccurrences);
  const auto found = occurrences(*rule, *start, kUtc, "UTC", Instant{latest.time_since_epoch()}, validation);
  RC_LOG() << text << " from " << basic(*start) << " until " << basic(until) << " latest " << basic(latest) << "\n";
  RC_ASSERT(validation.ok());
  RC_ASSERT(basic(found.starts) == basic(expected));
  RC_ASSERT(found.beyond.has_value() == goes_on);
}

// If a file's rule names too many occurrences from its start, its series has only those still to come.
RC_GTEST_PROP(Series, OfFilesLeaveOutWhatIsOver, ()) {
  const std::string text = random_rule() + (once_in(3) ? "" : ";BYSECOND=0,10,20,30") +
                           (once_in(2) ? ";COUNT=" + std::to_string(pick(900, 2000)) : "");
  Validation validation;
  auto rule = parse_recurrence(text, validation, Leniency::of_files);
  RC_PRE(rule.has_value());
  const auto start = synchronised(*rule, reading("20260101T090000") + days{pick(0, 1500)});
  RC_PRE(start.has_value());
  const WallTime over = *start + Seconds{pick(0, 1500 * 86'400)};
  const WallTime latest = over + Seconds{pick(0, 300 * 86'400)};
  RC_PRE(latest < *start + kWalked);
  auto expected = oracle(*rule, *start);
  if (rule->count && expected.size() > static_cast<std::size_t>(*rule->count))
    expected.resize(static_cast<std::size_t>(*rule->count));
  std::erase_if(expected, [&](WallTime time) { return time > latest; });
  const bool has_too_many = expected.size() > kMaxOccurrences;
  if (has_too_many) std::erase_if(expected, [&](WallTime time) { return time <= over; });
  RC_PRE(expected.size() <= kMaxOccurrences);
  rule->past = Instant{over.time_since_epoch()};
  const auto found = occurrences(*rule, *start, kUtc, "UTC", Instant{latest.time_since_epoch()}, validation);
  RC_LOG() << text << " from " << basic(*start) << " over " << basic(over) << " latest " << basic(latest) << "\n";
  RC_CLASSIFY(has_too_many);
  RC_ASSERT(validation.ok());
  RC_ASSERT(basic(found.starts) == basic(expected));
  RC_ASSERT(found.is_past_left_out == has_too_many);
}

const char* const kRulesToEnd[] = {
    "RRULE:FREQ=DAILY;COUNT=7",
    "RRULE:COUNT=7;FREQ=WEEKLY;BYDAY=MO,TH",
    "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261221T235959Z;INTERVAL=1",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=19,-1;COUNT=6",
    "rrule:freq=weekly;until=20261201",
    "RRULE:FREQ=DAILY;COUNT=9\nEXDATE:20261021T090000,20261026T090000\nEXDATE:20261027T080000Z",
    "RRULE:FREQ=DAILY;COUNT=9\r\nEXDATE;VALUE=DATE:20261020,20261026\r\nEXDATE;TZID=Europe/Berlin:20261023T090000",
};
constexpr std::string_view kFirstReading = "20261019T090000";  // a Monday; the clock goes back on the 25th

std::vector<WallTime> expanded(std::string_view text, const Zone& zone) {
  Validation validation;
  Occurrences found;
  if (const auto rule = parse_recurrence(text, validation))
    found = occurrences(*rule, reading(kFirstReading), zone, "Europe/Berlin", at("2027-12-01T00:00:00Z"), validation);
  EXPECT_TRUE(validation.ok()) << text << ": " << (validation.ok() ? "" : validation.failure().message);
  return found.starts;
}

TEST(EndedRules, NameWhatIsLeftOfTheirSeries) {
  const auto berlin = zone("Europe/Berlin");
  for (const auto* rule : kRulesToEnd) {
    const auto all = expanded(rule, *berlin);
    ASSERT_GE(all.size(), 6u) << rule;
    for (std::size_t last = 0; last < all.size(); ++last) {
      for (unsigned gone = 0; gone < 4; ++gone) {
        auto left = std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(last) + 1);
        std::vector<Instant> without;
        for (std::size_t i = 1; i < all.size(); ++i) {
          if (i != last && i % 4 < gone) without.push_back(berlin->to_instant(all[i]));
        }
        std::erase_if(left, [&](WallTime each) {
          return std::find(without.begin(), without.end(), berlin->to_instant(each)) != without.end();
        });
        const auto ended = ended_at(rule, berlin->to_instant(all[last]), without, *berlin);
        EXPECT_EQ(basic(expanded(ended, *berlin)), basic(left)) << ended;
      }
    }
  }
}

TEST(EndedRules, KeepTheirOtherParts) {
  EXPECT_EQ(ended_at("RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO", at("2026-10-26T08:00:00Z"), {}, *zone("Europe/Berlin")),
            "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261026T080000Z");
}

// UNTIL does not bind RDATE: every occurrence that leaves the series is named, wherever it was.
TEST(EndedRules, NameWhatLeftOfDates) {
  EXPECT_EQ(ended_at("RRULE:FREQ=WEEKLY;COUNT=2\nRDATE:20270101T090000Z", at("2026-10-26T08:00:00Z"),
                     {at("2027-01-01T09:00:00Z")}, *zone("Europe/Berlin")),
            "RRULE:FREQ=WEEKLY;UNTIL=20261026T080000Z\nRDATE:20270101T090000Z\nEXDATE:20270101T090000Z");
}

}  // namespace
}  // namespace jb::test
