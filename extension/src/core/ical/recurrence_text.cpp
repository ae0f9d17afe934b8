// SPDX-License-Identifier: PostgreSQL
//
// The text of a series, read by RFC 5545's grammar and not a bit more leniently. libical's own reader takes unknown
// parts, numbers out of range and COUNT beside UNTIL without a word, and a rule with an overlooked part would be
// booked.
//
// Two liberties that are common in the wild and cannot be misread: a semicolon at the end of a rule, and LF for CRLF.
#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <set>

#include "recurrence.hpp"

namespace jb {
namespace {

using Frequency = Recurrence::Frequency;

constexpr std::size_t kMaxTimesADay = 288;  // by BYHOUR, BYMINUTE and BYSECOND together: BYSETPOS looks at all of them

// Digits only, `least` to `most`.
std::optional<int> number(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size()) return {};
  if (value < least || value > most) return {};
  return value;
}

// The same with a sign before it; never 0.
std::optional<int> signed_number(std::string_view text, int most) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto value = number(text, 1, most);
  if (!value) return {};
  return negative ? -*value : *value;
}

std::optional<std::chrono::weekday> weekday_of(std::string_view text) {
  constexpr std::array<std::string_view, 7> names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  const auto found = std::find(names.begin(), names.end(), upper(text));
  if (found == names.end()) return {};
  return std::chrono::weekday{static_cast<unsigned>(found - names.begin())};
}

std::optional<NthWeekday> nth_weekday(std::string_view text) {
  if (text.size() < 2) return {};
  const auto day = weekday_of(text.substr(text.size() - 2));
  if (!day) return {};
  text.remove_suffix(2);
  if (text.empty()) return NthWeekday{0, *day};
  const auto nth = signed_number(text, 53);
  if (!nth) return {};
  return NthWeekday{*nth, *day};
}

template <typename Value, typename Read>
std::optional<std::vector<Value>> list(std::string_view text, Read read) {
  std::vector<Value> values;
  for (const std::string_view piece : split(text, ',')) {
    const std::optional<Value> value = read(piece);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

void sort_once(std::vector<int>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void sort_once(std::vector<NthWeekday>& values) {
  const auto key = [](const NthWeekday& day) { return std::pair{day.weekday.iso_encoding(), day.nth}; };
  std::sort(values.begin(), values.end(), [&](const NthWeekday& a, const NthWeekday& b) { return key(a) < key(b); });
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Sets a member when there is a value.
template <typename Member, typename Value>
bool set(Member& member, const std::optional<Value>& value) {
  if (value) member = *value;
  return value.has_value();
}

template <typename Value>
bool set_once(std::vector<Value>& member, const std::optional<std::vector<Value>>& values) {
  if (set(member, values)) sort_once(member);
  return values.has_value();
}

// One part of a rule: the function that reads it (false when the value will not do), and a sentence that says which
// values do.
struct Part {
  std::function<bool(Recurrence&, std::string_view)> read;
  std::string allowed;
};

Part numbers(std::vector<int> Recurrence::* member, int least, int most) {
  return {[=](Recurrence& rule, std::string_view text) {
            return set_once(rule.*member,
                            list<int>(text, [=](std::string_view piece) { return number(piece, least, most); }));
          },
          "numbers from " + std::to_string(least) + " to " + std::to_string(most)};
}

Part signed_numbers(std::vector<int> Recurrence::* member, int most) {
  return {[=](Recurrence& rule, std::string_view text) {
            return set_once(rule.*member,
                            list<int>(text, [=](std::string_view piece) { return signed_number(piece, most); }));
          },
          "numbers from 1 to " + std::to_string(most) + ", or below 0 to count from the end"};
}

bool read_frequency(Recurrence& rule, std::string_view text) {
  static const std::map<std::string, Frequency> names{{"DAILY", Frequency::daily},
                                                      {"WEEKLY", Frequency::weekly},
                                                      {"MONTHLY", Frequency::monthly},
                                                      {"YEARLY", Frequency::yearly}};
  const auto found = names.find(upper(text));
  if (found == names.end()) return false;
  rule.frequency = found->second;
  return true;
}

bool read_days(Recurrence& rule, std::string_view text) {
  return set_once(rule.days, list<NthWeekday>(text, nth_weekday));
}

const std::map<std::string, Part>& parts() {
  static const std::map<std::string, Part> all{
      {"FREQ",
       {read_frequency, "DAILY, WEEKLY, MONTHLY or YEARLY; several times a day are written FREQ=DAILY;BYHOUR=9,11,13"}},
      {"INTERVAL",
       {[](Recurrence& rule, std::string_view text) { return set(rule.interval, number(text, 1, 9999)); },
        "a number from 1 to 9999"}},
      {"COUNT",
       {[](Recurrence& rule, std::string_view text) {
          return set(rule.count, number(text, 1, static_cast<int>(kMaxOccurrences)));
        },
        "a number from 1 to " + std::to_string(kMaxOccurrences)}},
      {"UNTIL",
       {[](Recurrence& rule, std::string_view text) { return set(rule.until, parse_moment(text)); },
        "20261224, 20261224T090000 or 20261224T080000Z"}},
      {"WKST",
       {[](Recurrence& rule, std::string_view text) { return set(rule.week_start, weekday_of(text)); },
        "one of SU, MO, TU, WE, TH, FR, SA"}},
      {"BYDAY", {read_days, "SU, MO, TU, WE, TH, FR, SA, or with a number before, such as 2MO or -1FR"}},
      {"BYMONTH", numbers(&Recurrence::months, 1, 12)},
      {"BYWEEKNO", signed_numbers(&Recurrence::week_numbers, 53)},
      {"BYYEARDAY", signed_numbers(&Recurrence::year_days, 366)},
      {"BYMONTHDAY", signed_numbers(&Recurrence::month_days, 31)},
      {"BYHOUR", numbers(&Recurrence::hours, 0, 23)},
      {"BYMINUTE", numbers(&Recurrence::minutes, 0, 59)},
      {"BYSECOND", numbers(&Recurrence::seconds, 0, 59)},
      {"BYSETPOS", signed_numbers(&Recurrence::positions, 366)},
  };
  return all;
}

// What RFC 5545, 3.3.10 forbids together, and what its readers understand differently; empty when all is well.
std::string contradiction(const Recurrence& rule) {
  const bool numbered =
      std::any_of(rule.days.begin(), rule.days.end(), [](const NthWeekday& day) { return day.nth != 0; });
  const bool by_month = rule.frequency == Frequency::monthly || !rule.months.empty();
  const bool far =
      std::any_of(rule.days.begin(), rule.days.end(), [](const NthWeekday& day) { return std::abs(day.nth) > 5; });
  const bool yearly = rule.frequency == Frequency::yearly;
  const bool names_days = !rule.months.empty() || !rule.week_numbers.empty() || !rule.year_days.empty() ||
                          !rule.month_days.empty() || !rule.days.empty();
  const bool names_times = !rule.hours.empty() || !rule.minutes.empty() || !rule.seconds.empty();
  const auto times = std::max<std::size_t>(1, rule.hours.size()) * std::max<std::size_t>(1, rule.minutes.size()) *
                     std::max<std::size_t>(1, rule.seconds.size());
  if (rule.count && rule.until) return "COUNT and UNTIL exclude each other";
  if (rule.is_endless() && !rule.is_lenient) return "it would never end: COUNT or UNTIL is missing";
  if (!yearly && !rule.week_numbers.empty()) return "BYWEEKNO goes with FREQ=YEARLY only";
  if (!yearly && !rule.year_days.empty()) return "BYYEARDAY goes with FREQ=YEARLY only";
  if (rule.frequency == Frequency::weekly && !rule.month_days.empty()) return "BYMONTHDAY does not go with FREQ=WEEKLY";
  if (numbered && !yearly && rule.frequency != Frequency::monthly)
    return "a number in BYDAY goes with FREQ=MONTHLY and FREQ=YEARLY only";
  if (far && by_month) return "no month has a weekday more than five times";
  if (numbered && yearly && !(rule.week_numbers.empty() && rule.year_days.empty() && rule.month_days.empty()))
    return "a number in BYDAY does not go with BYWEEKNO, BYYEARDAY or BYMONTHDAY in a yearly rule";
  if (yearly && !rule.month_days.empty() && rule.months.empty() && rule.year_days.empty())
    return "BYMONTHDAY needs BYMONTH in a yearly rule: whether it means every month or that of the start is disputed";
  if (!rule.week_numbers.empty() && (rule.interval > 1 || !rule.positions.empty()))
    return "BYWEEKNO does not go with INTERVAL or BYSETPOS: to which year a week at its turn belongs is disputed";
  if (!rule.positions.empty() && !names_days && !names_times) return "BYSETPOS needs another BY part to choose from";
  if (times > kMaxTimesADay) return "it names more than " + std::to_string(kMaxTimesADay) + " times a day";
  return {};
}

// Reads the value of RRULE into `rule`. Result: what is wrong; empty when all is well.
std::string read_rule(Recurrence& rule, std::string_view value) {
  if (value.ends_with(';')) value.remove_suffix(1);
  std::set<std::string> seen;
  for (const std::string_view piece : split(value, ';')) {
    const auto equals = piece.find('=');
    const auto name = upper(piece.substr(0, equals));
    const auto part = parts().find(name);
    if (equals == std::string_view::npos || part == parts().end())
      return "\"" + shorten(piece, 50) + "\" is no part that a rule may have here";
    if (!seen.insert(name).second) return name + " stands there twice";
    if (!part->second.read(rule, piece.substr(equals + 1)))
      return "\"" + shorten(piece, 50) + "\": " + name + " takes " + part->second.allowed;
  }
  if (!seen.contains("FREQ")) return "FREQ is missing";
  return contradiction(rule);
}

// Reads an EXDATE line into `rule`. Result as above.
std::string read_exceptions(Recurrence& rule, ContentLine line, std::string_view text) {
  const std::string zone_name = line.parameter("TZID");
  const std::string type = upper(line.parameter("VALUE"));
  line.parameters.erase("TZID");
  line.parameters.erase("VALUE");
  if (!line.parameters.empty()) return "EXDATE takes no parameter " + line.parameters.begin()->first;
  if (!type.empty() && type != "DATE" && type != "DATE-TIME") return "VALUE is DATE or DATE-TIME";
  for (const std::string_view piece : split(line.value, ',')) {
    const auto when = parse_moment(piece);
    const bool is_date = when && std::holds_alternative<Date>(*when);
    if (!when || (is_date ? type == "DATE-TIME" : type == "DATE"))
      return "\"" + shorten(piece, 50) + "\" is no " + (type == "DATE" ? "date" : "date or time") +
             " such as 20261224, 20261224T090000 or 20261224T080000Z";
    if (!zone_name.empty() && std::holds_alternative<Instant>(*when)) return "a time in UTC takes no TZID";
    rule.exceptions.push_back({shorten(text, kShownBytes), shorten(zone_name, kShownBytes), *when});
    if (rule.exceptions.size() > kMaxOccurrences)
      return "at most " + std::to_string(kMaxOccurrences) + " exceptions are allowed";
  }
  return {};
}

// Reads one content line into `rule`. Result as above.
std::string read_content(Recurrence& rule, const UnfoldedLine& unfolded) {
  const auto& text = unfolded.text;
  const auto line = parse_content_line(unfolded);
  if (!line) return "it is no content line such as RRULE:FREQ=WEEKLY;COUNT=10";
  if (line->name == "EXDATE") return read_exceptions(rule, *line, text);
  if (line->name == "RDATE" || line->name == "EXRULE") return line->name + " is not supported: use RRULE and EXDATE";
  if (line->name == "DTSTART" || line->name == "DTEND" || line->name == "DURATION")
    return "start and duration are arguments of their own";
  if (line->name != "RRULE") return "a series is one RRULE and any number of EXDATE";
  if (!line->parameters.empty()) return "RRULE takes no parameter " + line->parameters.begin()->first;
  if (!rule.rule.empty()) return "a series has one RRULE";
  rule.rule = text;
  return read_rule(rule, line->value);
}

}  // namespace

std::optional<Recurrence> parse_recurrence(std::string_view text, Validation& validation, Leniency leniency) {
  Recurrence rule;
  if (text.size() > kMaxRecurrenceText) {
    validation.refuse(kRecurrenceField, text, "it must be at most 128 KiB long");
    return {};
  }
  rule.is_lenient = leniency == Leniency::of_files;
  rule.text = text;
  std::string first;
  Unfolding lines(text);
  while (const auto line = lines.next()) {
    const auto problem = read_content(rule, *line);
    if (!problem.empty()) {
      validation.refuse(kRecurrenceField, line->text, problem);
      return {};
    }
    if (first.empty()) first = line->text;
  }
  if (rule.rule.empty()) {
    validation.refuse(kRecurrenceField, first, "RRULE is missing");
    return {};
  }
  return rule;
}

}  // namespace jb
