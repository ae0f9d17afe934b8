// SPDX-License-Identifier: PostgreSQL
//
// Promise: the text of a series is read by RFC 5545's grammar or refused. A parsed text is written and read back as the
// same. The occurrences ascend, obey COUNT, UNTIL, EXDATE, the horizon and every list of the rule, and end.
//
// Input: "2026-03-02T09:00:00 Europe/Berlin", the first start, then after a line "%%" the text.
#include <algorithm>

#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "core/ical/recurrence.hpp"
#include "core/values/time.hpp"

namespace jb::fuzz::of_recurrence {
namespace {

using Frequency = Recurrence::Frequency;
using std::chrono::days;

constexpr std::array kWeekdays{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
constexpr std::array kFrequencies{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
constexpr std::array kZones{"Europe/Berlin", "UTC", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia"};

std::string without(std::string text, std::string_view marks) {
  std::erase_if(text, [&](char c) { return marks.find(c) != std::string_view::npos; });
  return text;
}

std::string written(Date date) { return without(format_date(date), "-"); }

std::string written(WallTime wall) {
  const Date date = std::chrono::floor<days>(wall);
  return written(date) + "T" + without(format_time_of_day(wall - date), ":");
}

std::string written(const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return written(*date);
  if (const auto* wall = std::get_if<WallTime>(&moment)) return written(*wall);
  return written(WallTime{std::get<Instant>(moment).time_since_epoch()}) + "Z";
}

template <class List, class Write>
std::string part(const char* name, const List& list, Write write) {
  std::string text;
  for (const auto& value : list) text += (text.empty() ? std::string(";") + name + "=" : ",") + write(value);
  return text;
}

std::string written(const Recurrence& rule) {
  const auto number = [](int value) { return std::to_string(value); };
  const auto day = [&](const NthWeekday& one) {
    return (one.nth == 0 ? "" : number(one.nth)) + kWeekdays.at(one.weekday.c_encoding());
  };
  std::string text = "RRULE:FREQ=" + std::string(kFrequencies.at(static_cast<std::size_t>(rule.frequency))) +
                     ";INTERVAL=" + number(rule.interval) + ";WKST=" + kWeekdays.at(rule.week_start.c_encoding());
  if (rule.count) text += ";COUNT=" + number(*rule.count);
  if (rule.until) text += ";UNTIL=" + written(*rule.until);
  text += part("BYMONTH", rule.months, number) + part("BYWEEKNO", rule.week_numbers, number) +
          part("BYYEARDAY", rule.year_days, number) + part("BYMONTHDAY", rule.month_days, number) +
          part("BYDAY", rule.days, day) + part("BYHOUR", rule.hours, number) + part("BYMINUTE", rule.minutes, number) +
          part("BYSECOND", rule.seconds, number) + part("BYSETPOS", rule.positions, number);
  for (const ExceptionDate& exception : rule.exceptions) {
    const std::string zone = exception.zone_name.empty() ? "" : ";TZID=\"" + exception.zone_name + "\"";
    const bool is_date = std::holds_alternative<Date>(exception.moment);
    text += "\r\nEXDATE" + zone + (is_date ? ";VALUE=DATE:" : ":") + written(exception.moment);
  }
  return text;
}

bool say_the_same(const Recurrence& a, const Recurrence& b) {
  const auto same_exception = [](const ExceptionDate& x, const ExceptionDate& y) {
    return x.zone_name == y.zone_name && x.moment == y.moment;
  };
  return a.frequency == b.frequency && a.interval == b.interval && a.week_start == b.week_start && a.count == b.count &&
         a.until == b.until && a.months == b.months && a.week_numbers == b.week_numbers && a.year_days == b.year_days &&
         a.month_days == b.month_days && a.days == b.days && a.hours == b.hours && a.minutes == b.minutes &&
         a.seconds == b.seconds && a.positions == b.positions &&
         std::equal(a.exceptions.begin(), a.exceptions.end(), b.exceptions.begin(), b.exceptions.end(), same_exception);
}

std::optional<Recurrence> read(const std::string& text) {
  const auto rule = accepted([&](Validation& validation) {
    auto read = parse_recurrence(text, validation);
    promise(read.has_value() == validation.ok(), "a series is read or refused");
    return read;
  });
  return rule ? *rule : std::nullopt;
}

bool names(const std::vector<int>& list, int value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

void check_occurrence(const Recurrence& rule, WallTime wall, const Zone& zone) {
  const Date date = std::chrono::floor<days>(wall);
  const std::chrono::year_month_day day{date};
  const std::chrono::hh_mm_ss time{wall - date};
  promise(names(rule.months, static_cast<int>(unsigned{day.month()})), "an occurrence lies in BYMONTH");
  promise(rule.days.empty() || std::any_of(rule.days.begin(), rule.days.end(),
                                           [&](const auto& one) { return one.weekday == std::chrono::weekday{date}; }),
          "an occurrence lies on BYDAY");
  promise(names(rule.hours, static_cast<int>(time.hours().count())) &&
              names(rule.minutes, static_cast<int>(time.minutes().count())) &&
              names(rule.seconds, static_cast<int>(time.seconds().count())),
          "an occurrence is at a time of the rule");
  for (const ExceptionDate& exception : rule.exceptions) {
    const auto& moment = exception.moment;
    promise(moment != Moment{date} && moment != Moment{wall} && moment != Moment{zone.to_instant(wall)},
            "no occurrence is excluded");
  }
  if (!rule.until) return;
  const auto* until = std::get_if<Instant>(&*rule.until);
  promise(until ? zone.to_instant(wall) <= *until
                : wall <= (std::holds_alternative<Date>(*rule.until) ? std::get<Date>(*rule.until) + kDay - Seconds{1}
                                                                     : std::get<WallTime>(*rule.until)),
          "no occurrence comes after UNTIL");
}

struct Start {
  WallTime wall;
  const char* zone;
};

Start start_of(const std::string& line) {
  const auto date = parse_date(line.substr(0, 10));
  const auto time = line.size() > 11 ? parse_time_of_day(std::string_view(line).substr(11, 8)) : std::nullopt;
  const auto zone = line.size() > 20 ? line.substr(20) : std::string();
  const auto known = std::find(kZones.begin(), kZones.end(), zone);
  // The years in which a horizon can end.
  const auto is_near = [](Date day) {
    const int year{std::chrono::year_month_day{day}.year()};
    return year > 1900 && year < 2400;
  };
  const Date day = date && is_near(*date) ? *date : *parse_date("2026-03-02");
  return {day + time.value_or(Seconds{9 * 3600}), known == kZones.end() ? kZones.front() : *known};
}

void expand(const Recurrence& rule, const Start& start) {
  const Zone& zone = *test::zone(start.zone);
  const Instant latest = zone.to_instant(start.wall) + 366 * kDay;
  const auto found = accepted(
      [&](Validation& validation) { return occurrences(rule, start.wall, zone, start.zone, latest, validation); });
  if (!found) return;
  promise(found->starts.size() <= kMaxOccurrences, "a series holds at most 1,000 occurrences");
  promise(!rule.count || found->starts.size() <= static_cast<std::size_t>(*rule.count), "COUNT is kept to");
  promise(!found->starts.empty() || found->beyond, "a series that ends in time has an occurrence");
  for (std::size_t i = 0; i < found->starts.size(); ++i) {
    promise(found->starts[i] >= start.wall && (i == 0 || found->starts[i - 1] < found->starts[i]), "they ascend");
    promise(zone.to_instant(found->starts[i]) <= latest, "none lies beyond the horizon");
    check_occurrence(rule, found->starts[i], zone);
  }
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const auto [start, text] = parts<2>(data, size);
  if (!is_text(text)) return -1;
  const auto rule = read(text);
  if (!rule) return 0;
  const auto again = read(written(*rule));
  promise(again && say_the_same(*rule, *again), "a series is read as it is written");
  expand(*rule, start_of(start));
  return 0;
}

const Target target{"recurrence", read_input};

}  // namespace
}  // namespace jb::fuzz::of_recurrence
