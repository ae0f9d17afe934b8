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
#include <limits>
#include <set>

#include "lenient_text.hpp"
#include "recurrence.hpp"

namespace jb {
namespace {

using Frequency = Recurrence::Frequency;

constexpr std::size_t kMaxTimesADay = 288;  // by BYHOUR, BYMINUTE and BYSECOND together: BYSETPOS looks at all of them

// A number from 1, or from 0 where `least` is 0, to `most`; where `least` is below 0 a sign may stand before it.
std::optional<int> number(std::string_view text, int least, int most) {
  const bool has_sign = least < 0 && (text.starts_with('-') || text.starts_with('+'));
  const bool is_negative = has_sign && text.starts_with('-');
  if (has_sign) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size()) return {};
  if (value < (least < 0 ? 1 : least) || value > most) return {};
  return is_negative ? -value : value;
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
  const auto nth = number(text, -53, 53);
  if (!nth) return {};
  return NthWeekday{*nth, *day};
}

// Sets a member when there is a value.
template <typename Member, typename Value>
bool set(Member& member, const std::optional<Value>& value) {
  if (value) member = *value;
  return value.has_value();
}

// Sets a list, in order and without repetitions. `key`: what the order goes by.
template <typename Value, typename Read, typename Key>
bool set_list(std::vector<Value>& member, std::string_view text, Read read, Key key) {
  member.clear();
  for (const std::string_view piece : split(text, ',')) {
    const std::optional<Value> value = read(piece);
    if (!value) return false;
    member.push_back(*value);
  }
  std::sort(member.begin(), member.end(), [&](const Value& a, const Value& b) { return key(a) < key(b); });
  member.erase(std::unique(member.begin(), member.end()), member.end());
  return true;
}

// A part that is a list of numbers. `least` below 0: they may count from the end.
struct Numbers {
  std::string_view name;
  std::vector<int> Recurrence::* member;
  int least;
  int most;
};
constexpr std::array kNumbers{Numbers{"BYMONTH", &Recurrence::months, 1, 12},
                              Numbers{"BYWEEKNO", &Recurrence::week_numbers, -53, 53},
                              Numbers{"BYYEARDAY", &Recurrence::year_days, -366, 366},
                              Numbers{"BYMONTHDAY", &Recurrence::month_days, -31, 31},
                              Numbers{"BYHOUR", &Recurrence::hours, 0, 23},
                              Numbers{"BYMINUTE", &Recurrence::minutes, 0, 59},
                              Numbers{"BYSECOND", &Recurrence::seconds, 0, 59},
                              Numbers{"BYSETPOS", &Recurrence::positions, -366, 366}};

std::string allowed(const Numbers& part) {
  const auto to = " to " + std::to_string(part.most);
  return part.least < 0 ? "numbers from 1" + to + ", or below 0 to count from the end"
                        : "numbers from " + std::to_string(part.least) + to;
}

bool set_frequency(Recurrence& rule, std::string_view text) {
  constexpr std::array<std::string_view, 4> names{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  const auto found = std::find(names.begin(), names.end(), upper(text));
  if (found != names.end()) rule.frequency = static_cast<Frequency>(found - names.begin());
  return found != names.end();
}

// Reads one part. Result: which values the part takes, where it does not take this one; empty where it does; nullopt
// where no part has the name.
std::optional<std::string> read_part(Recurrence& rule, std::string_view name, std::string_view text) {
  const auto unless = [](bool is_read, std::string values) { return is_read ? std::string() : std::move(values); };
  for (const auto& part : kNumbers) {
    const auto read = [&](std::string_view piece) { return number(piece, part.least, part.most); };
    if (name == part.name)
      return unless(set_list(rule.*part.member, text, read, [](int value) { return value; }), allowed(part));
  }
  const auto day_and_nth = [](const NthWeekday& day) { return std::pair{day.weekday.iso_encoding(), day.nth}; };
  // A file's series is cut at the horizon.
  const int most = rule.is_lenient ? std::numeric_limits<int>::max() : static_cast<int>(kMaxOccurrences);
  if (name == "FREQ")
    return unless(set_frequency(rule, text),
                  "DAILY, WEEKLY, MONTHLY or YEARLY; several times a day are written FREQ=DAILY;BYHOUR=9,11,13");
  if (name == "INTERVAL") return unless(set(rule.interval, number(text, 1, 9999)), "a number from 1 to 9999");
  if (name == "COUNT")
    return unless(set(rule.count, number(text, 1, most)), "a number from 1 to " + std::to_string(most));
  if (name == "UNTIL")
    return unless(set(rule.until, rule.is_lenient ? parse_lenient_moment(text) : parse_moment(text)),
                  "20261224, 20261224T090000 or 20261224T080000Z");
  if (name == "WKST") return unless(set(rule.week_start, weekday_of(text)), "one of SU, MO, TU, WE, TH, FR, SA");
  if (name == "BYDAY")
    return unless(set_list(rule.days, text, nth_weekday, day_and_nth),
                  "SU, MO, TU, WE, TH, FR, SA, or with a number before, such as 2MO or -1FR");
  return std::nullopt;
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
    const bool is_again = !seen.insert(name).second;
    const auto takes =
        equals == std::string_view::npos ? std::nullopt : read_part(rule, name, piece.substr(equals + 1));
    if (!takes) return "\"" + shorten(piece, 50) + "\" is no part that a rule may have here";
    if (is_again) return name + " stands there twice";
    if (!takes->empty()) return "\"" + shorten(piece, 50) + "\": " + name + " takes " + *takes;
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
  if (!line || !line->odd.empty()) return "it is no content line such as RRULE:FREQ=WEEKLY;COUNT=10";
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
