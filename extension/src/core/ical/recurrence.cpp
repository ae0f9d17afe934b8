// SPDX-License-Identifier: PostgreSQL
#include "recurrence.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <set>

namespace jb {

namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;
using Frequency = Recurrence::Frequency;

constexpr days kLongestText{100'000};  // far longer than an event may last, and far from overflow

constexpr int kDaysPerStep = 7;  // checking this many days takes about as long as making one time

bool contains(const std::vector<int>& list, int value) { return std::binary_search(list.begin(), list.end(), value); }

// Whether the sorted list names the `number`th of `count`, from the start or from the end.
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

// The first day of week 1 of a year: the first week with at least four days in it (RFC 5545, 3.3.10, as ISO 8601).
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

// The nth weekday is counted in the month, or in the year if the rule is yearly and names no months.
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

// Whether all parts that name days name this one, which is in a named month.
bool is_named(const Recurrence& rule, const Day& day) {
  return (rule.days.empty() || weekday_is_named(rule, day)) &&
         (rule.month_days.empty() || names(rule.month_days, day.of_month(), day.month_length())) &&
         (rule.year_days.empty() || names(rule.year_days, day.of_year(), day.year_length())) &&
         (rule.week_numbers.empty() || week_is_named(rule, day));
}

// The rule with the days that `start` implies if no part names any. RFC 5545, 3.3.10: a weekly rule, and a rule that
// names weeks, takes the weekday of the start. A monthly or yearly rule takes the start's day of the month, and a
// yearly rule without months also the start's month.
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

std::size_t times_a_day(const Recurrence& rule) {
  const auto count = [](const std::vector<int>& list) { return std::max<std::size_t>(1, list.size()); };
  return count(rule.hours) * count(rule.minutes) * count(rule.seconds);
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

// The first day of the period of `day`; INTERVAL and BYSETPOS count by periods.
Date period_of(const Recurrence& rule, const Day& day) {
  if (rule.frequency == Frequency::daily) return day.date;
  if (rule.frequency == Frequency::weekly) return day.date - (weekday{day.date} - rule.week_start);
  return Date{day.fields.year() / (rule.frequency == Frequency::yearly ? std::chrono::January : day.fields.month()) /
              1};
}

// The first day of the period that lies `periods` after that of `begin`.
Date later(const Recurrence& rule, Date begin, int periods) {
  if (rule.frequency == Frequency::daily) return begin + days{periods};
  if (rule.frequency == Frequency::weekly) return begin + days{7 * periods};
  return Date{year_month_day{begin} +
              std::chrono::months{rule.frequency == Frequency::yearly ? 12 * periods : periods}};
}

// The number of periods from the one of `begin` to the one of `date`.
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

// The times that a rule names, found by one walk over its periods and their days (RFC 5545, 3.3.10). Every BY part that
// names days is a condition on a day, whether the part expands or limits, so the walk need not distinguish the two.
// COUNT, UNTIL and exceptions are applied elsewhere.
class RuleWalk {
 public:
  /// The walk begins with the period (day, week, month, year) that holds `start`, since BYSETPOS also counts
  /// occurrences before `start`, and ends with the period that holds `last`.
  RuleWalk(const Recurrence& rule, WallTime start, WallTime last) : last_(last) {
    const Day first{date_of(start)};
    rule_ = spelt_out(rule, first);
    times_ = times_of_day(rule, since_midnight(start));
    begin_ = period_of(rule, first);
  }

  /// The times of the next period, ascending, perhaps none; nullopt after the last period. Cost: linear in the days of
  /// the period and in the times; Budget::rule_steps.
  std::optional<std::vector<WallTime>> next() {
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

  /// Skips the periods that end by `to` without visiting each. Result: the number of times that they name, which is
  /// known only for rules by days or weeks alone. For other rules it is 0, and nothing is skipped if the times must be
  /// `counted`. Cost: that of seven periods.
  std::size_t leap(WallTime to, bool counted) {
    const bool by_month = rule_.frequency == Frequency::monthly || rule_.frequency == Frequency::yearly;
    const bool is_regular = !by_month && rule_.months.empty() && rule_.month_days.empty();
    if (to < begin_ || (counted && !is_regular)) return 0;
    // Every seven periods of a daily rule, and every period of a weekly rule, name the same times on each weekday.
    const int cycle = rule_.interval * (rule_.frequency == Frequency::daily ? 7 : 1);
    const int cycles = periods_between(rule_, begin_, date_of(std::min(to, last_))) / cycle;
    if (cycles == 0) return 0;
    std::size_t times = 0;
    auto walk = *this;
    for (const Date end = later(rule_, begin_, cycle); is_regular && walk.begin_ < end;) times += walk.next()->size();
    begin_ = later(rule_, begin_, cycles * cycle);
    return static_cast<std::size_t>(cycles) * times;
  }

  /// The position of the walk: no time before it is still to come.
  WallTime reached() const { return std::min<WallTime>(begin_, last_); }

 private:
  Recurrence rule_;  ///< with the days that the start implies
  WallTime last_;
  std::vector<Seconds> times_;  ///< of each day that is named
  Date begin_;                  ///< of the next period
};

// Far enough to see that the next occurrence lies beyond the horizon; nothing else about it matters.
constexpr days kFarther{8 * 366};

// One walk over the occurrences: the times of the rule that COUNT, UNTIL, the horizon and EXDATE leave.
class Walk {
 public:
  Walk(const Recurrence& rule, WallTime start, const Zone& zone, Instant latest, Validation& validation)
      : rule_(rule),
        start_(start),
        zone_(zone),
        latest_(latest),
        validation_(validation),
        excluded_(rule.exceptions.size()),
        walk_(rule, start, last_of_interest()) {}

  Occurrences run() {
    const bool is_long_past = this->is_long_past();
    bool more = !rule_.is_lenient || visit(start_);
    while (more) {
      const auto period = walk_.next();
      if (!period) break;
      for (const WallTime time : *period)
        if ((rule_.is_lenient ? time > start_ : time >= start_) && !(more = visit(time))) break;
      if (seen_ == 0 && walk_.reached() > start_ + kFarther) break;  // no time found: refused anyway
      const bool has_too_many = is_long_past || result_.starts.size() > kMaxOccurrences;
      if (more && seen_ > 0 && has_too_many && may_leave_out()) more = leave_out_past();
    }
    if (validation_.has_refused(kRecurrenceField)) return {};
    if (more && seen_ > 0 && !until_in_time()) result_.beyond = walk_.reached();
    if (seen_ > 0 && !add_dates()) return {};
    judge();
    return std::move(result_);
  }

 private:
  void refuse(std::string_view value, std::string_view message) {
    validation_.refuse(kRecurrenceField, value, message);
  }

  // Where the search for the next occurrence gives up, since nothing shows that a rule has no further one.
  WallTime farthest() const { return std::max(start_, zone_.to_wall(latest_)) + kFarther; }

  // UNTIL as a reading after which no occurrence starts. A day is added, since no clock change moves a wall clock by
  // more.
  std::optional<WallTime> until_on_wall() const {
    if (!rule_.until) return std::nullopt;
    if (const auto* date = std::get_if<Date>(&*rule_.until)) return *date + days{1};
    if (const auto* wall = std::get_if<WallTime>(&*rule_.until)) return *wall;
    return zone_.to_wall(std::get<Instant>(*rule_.until)) + days{1};
  }

  bool until_in_time() const { return rule_.until && *until_on_wall() <= farthest(); }
  WallTime last_of_interest() const { return std::min(farthest(), until_on_wall().value_or(WallTime::max())); }

  // Result: whether to go on after `time`.
  bool visit(WallTime time) {
    if (seen_ == 0 && time != start_) return refuse_start(time);
    const Instant instant = zone_.to_instant(time);
    if (rule_.until && order(time, instant, *rule_.until) > 0) return false;
    if (bound_start(instant) > latest_) {
      result_.beyond = time;
      return false;
    }
    if (!count_one()) return false;
    if (!is_excluded(time, instant) && !is_over(instant)) result_.starts.push_back(time);
    return goes_on();
  }

  // In a file's series only occurrences to be booked count.
  bool count_one() {
    ++seen_;
    const bool is_one_too_many =
        rule_.is_lenient ? result_.starts.size() > kMaxOccurrences && !may_leave_out() : seen_ > kMaxOccurrences;
    if (is_one_too_many) refuse_number();
    return !is_one_too_many;
  }

  void refuse_number() {
    refuse(rule_.rule, "a series holds at most " + std::to_string(kMaxOccurrences) + " occurrences");
  }

  // Whether the rule certainly names too many occurrences up to `past`, so that they need not be visited.
  bool is_long_past() const {
    if (!rule_.past) return false;
    // The first week may begin before the start, UNTIL may cut the last day, and each exception may remove a day.
    const auto most = kMaxOccurrences + (8 + rule_.exceptions.size()) * times_a_day(rule_);
    if (rule_.count && static_cast<std::size_t>(*rule_.count) <= most) return false;
    return RuleWalk{walk_}.leap(zone_.to_wall(*rule_.past), true) > most;
  }

  bool may_leave_out() const { return rule_.past && !result_.is_past_left_out; }

  bool is_over(Instant instant) const { return result_.is_past_left_out && bound_start(instant) <= *rule_.past; }

  // How much later occurrences end than by the rule alone.
  Seconds ends_later(const Later* later) const {
    if (later == nullptr || !rule_.length) return Seconds{0};
    return later->shift + (later->length.whole - rule_.length->whole) + (later->length.rest - rule_.length->rest);
  }

  // The start that, with the length of the series, gives the actual end of the occurrence that the rule puts at
  // `instant`.
  Instant bound_start(Instant instant) const { return instant + ends_later(rule_.later_at(instant)); }

  // Result: whether to go on, from the first occurrence that is not over.
  bool leave_out_past() {
    leave_out_what_is_over();
    Seconds latest{0};
    for (const auto& later : rule_.later) latest = std::max(latest, ends_later(&later));
    seen_ += walk_.leap(zone_.to_wall(*rule_.past - latest), rule_.count.has_value());
    return goes_on();
  }

  void leave_out_what_is_over() {
    result_.is_past_left_out = true;
    std::erase_if(result_.starts, [&](WallTime time) { return is_over(zone_.to_instant(time)); });
  }

  bool goes_on() const { return !rule_.count || seen_ < static_cast<std::size_t>(*rule_.count); }

  // RFC 5545, 3.8.5.2: the times of RDATE are added to those of the rule; a time that both name occurs once. Exceptions
  // apply to both. Result: false if there are too many times.
  bool add_dates() {
    for (const auto& date : rule_.dates) {
      step();
      const auto time = on_wall(date);
      const auto instant = zone_.to_instant(time);
      if (bound_start(instant) > latest_) {
        result_.beyond = std::min(result_.beyond.value_or(time), time);
        continue;
      }
      if (!count_one()) return false;
      if (!is_excluded(time, instant) && !is_over(instant)) result_.starts.push_back(time);
    }
    auto& starts = result_.starts;
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    if (starts.size() > kMaxOccurrences && may_leave_out()) leave_out_what_is_over();
    if (starts.size() > kMaxOccurrences) refuse_number();
    return true;
  }

  // A date is read with the time of day at which the series begins.
  WallTime on_wall(const Moment& moment) const {
    if (const auto* date = std::get_if<Date>(&moment)) return *date + since_midnight(start_);
    if (const auto* wall = std::get_if<WallTime>(&moment)) return *wall;
    return zone_.to_wall(std::get<Instant>(moment));
  }

  bool refuse_start(WallTime first) {
    refuse(rule_.rule, "the start " + shown_moment(start_) + " is none of its occurrences: the first one after it is " +
                           shown_moment(first));
    return false;
  }

  bool is_excluded(WallTime time, Instant instant) {
    const auto* later = rule_.later_at(instant);
    bool found = later != nullptr && later->takes_no_time;
    for (std::size_t i = 0; i < excluded_.size(); ++i) {
      if (order(time, instant, rule_.exceptions[i].moment) != 0) continue;
      excluded_[i] = true;
      found = true;
    }
    return found;
  }

  void judge() {
    if (result_.beyond) return;
    if (seen_ == 0) {
      refuse(rule_.rule, "the start " + shown_moment(start_) + " is none of its occurrences, and none follows in time");
      return;
    }
    for (std::size_t i = 0; i < excluded_.size(); ++i)
      if (!excluded_[i] && !rule_.is_lenient) refuse(rule_.exceptions[i].text, "it names no occurrence of the rule");
    if (result_.starts.empty() && !rule_.is_lenient) refuse(rule_.rule, "its exceptions leave no occurrence");
  }

  const Recurrence& rule_;
  WallTime start_;
  const Zone& zone_;
  Instant latest_;
  Validation& validation_;
  std::size_t seen_ = 0;
  std::vector<bool> excluded_;  // by index: whether the exception has matched an occurrence
  RuleWalk walk_;
  Occurrences result_;
};

/// The EXDATE without the times after `last`; empty if it names no others.
std::string until(const std::string& line, Instant last, const Zone& zone) {
  const auto wall = zone.to_wall(last);
  const auto colon = line.find(':') + 1;
  std::string kept;
  for (const auto value : split(std::string_view(line).substr(colon), ',')) {
    const auto moment = parse_moment(value);
    if (!moment || order(wall, last, *moment) < 0) continue;
    kept += kept.empty() ? "" : ",";
    kept += value;
  }
  return kept.empty() ? kept : line.substr(0, colon) + kept;
}

}  // namespace

Seconds Length::elapsed(Instant start, WallTime shown, const Zone& zone) const {
  return whole == days{0} ? rest : zone.to_instant(shown + whole) + rest - start;
}

Instant Length::latest_start(Instant end, const Zone& zone) const {
  return whole == days{0} ? end - rest : zone.to_instant(zone.to_wall(end - rest) - whole);
}

std::optional<Length> parse_length(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (!text.starts_with('P')) return {};
  text.remove_prefix(1);
  Length length;
  bool in_time = false, any = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0 || count > 10'000'000 || end == text.data() + text.size()) return {};
    if (*end == 'W' && !in_time)
      length.whole += days{7 * count};
    else if (*end == 'D' && !in_time)
      length.whole += days{count};
    else if (*end == 'H' && in_time)
      length.rest += std::chrono::hours{count};
    else if (*end == 'M' && in_time)
      length.rest += std::chrono::minutes{count};
    else if (*end == 'S' && in_time)
      length.rest += Seconds{count};
    else
      return {};
    if (length.whole > kLongestText || length.rest > kLongestText) return {};
    any = true;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  return any ? std::optional{length} : std::nullopt;
}

Occurrences occurrences(const Recurrence& recurrence, WallTime start, const Zone& zone, std::string_view zone_name,
                        Instant latest, Validation& validation) {
  // Zone names are compared without regard to case, as PostgreSQL does.
  for (const ExceptionDate& exception : recurrence.exceptions)
    if (!exception.zone_name.empty() && !is_same_name(exception.zone_name, zone_name))
      validation.refuse(kRecurrenceField, exception.text,
                        "the series is counted on the wall clock of " + std::string(zone_name));
  if (validation.has_refused(kRecurrenceField)) return {};
  return Walk{recurrence, start, zone, latest, validation}.run();
}

std::strong_ordering order(WallTime time, Instant instant, const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return date_of(time) <=> *date;
  if (const auto* wall = std::get_if<WallTime>(&moment)) return time <=> *wall;
  return instant <=> std::get<Instant>(moment);
}

std::string without_parts(std::string_view rule, const std::vector<std::string_view>& names) {
  std::string kept;
  for (const auto part : split(rule, ';'))
    if (!contains(names, upper(part.substr(0, part.find('='))))) kept.append(kept.empty() ? "" : ";").append(part);
  return kept;
}

std::string ended_at(std::string_view text, Instant last, const std::vector<Instant>& without, const Zone& zone) {
  std::string ended;
  const auto add = [&](const std::string& line) {
    if (line.empty()) return;
    ended += ended.empty() ? "" : "\n";
    ended += line;
  };
  bool has_dates = false;  // UNTIL does not apply to RDATE
  Unfolding lines{text};
  while (const auto line = lines.next()) {
    const auto parsed = parse_content_line(*line);
    const auto name = parsed ? parsed->name : std::string();
    has_dates = has_dates || name == "RDATE";
    const auto colon = line->text.find(':') + 1;
    if (name == "RRULE")
      add(line->text.substr(0, colon) + without_parts(line->text.substr(colon), {"COUNT", "UNTIL"}) +
          ";UNTIL=" + format_basic_utc(last));
    else
      add(name == "EXDATE" ? until(line->text, last, zone) : line->text);
  }
  for (const auto each : without) {
    if (each < last || has_dates) add("EXDATE:" + format_basic_utc(each));
  }
  return ended;
}

WallTime place_of(const Recurrence& recurrence, WallTime start, const Zone& zone) {
  const auto* later = recurrence.later.empty() ? nullptr : recurrence.later_at(zone.to_instant(start));
  return later == nullptr ? start : start + later->shift;
}

Seconds duration_at(const Recurrence& recurrence, WallTime start, const Zone& zone) {
  const auto own = recurrence.periods.find(zone.to_instant(start));
  if (own != recurrence.periods.end()) return own->second;
  const auto* later = recurrence.later.empty() ? nullptr : recurrence.later_at(zone.to_instant(start));
  const auto& length = later != nullptr ? later->length : *recurrence.length;
  const auto place = place_of(recurrence, start, zone);
  return length.elapsed(zone.to_instant(place), place, zone);
}

Instant latest_start(const Recurrence& recurrence, Instant end, const Zone& zone, const Length& length) {
  return recurrence.length.value_or(length).latest_start(end, zone);
}

std::vector<WallTime> times_until(const Recurrence& recurrence, WallTime start, WallTime last, std::size_t most) {
  most = std::min(most, static_cast<std::size_t>(recurrence.count.value_or(std::numeric_limits<int>::max())));
  std::vector<WallTime> times;
  RuleWalk walk{recurrence, start, last};
  while (const auto period = walk.next()) {
    for (const WallTime time : *period) {
      if (time < start || time > last) continue;
      if (times.size() == most) return times;
      times.push_back(time);
    }
  }
  return times;
}

// Reads the text of a series strictly by RFC 5545's grammar. libical's own parser silently accepts unknown parts,
// numbers out of range and COUNT beside UNTIL, so a rule with an ignored part would be booked.
//
// Two deviations are accepted, since they are common and cannot be misread: a semicolon at the end of a rule, and LF
// for CRLF.

namespace {

constexpr std::size_t kMaxTimesADay = 288;  // by BYHOUR, BYMINUTE and BYSECOND together: BYSETPOS looks at all of them

// A number from 1, or from 0 if `least` is 0, to `most`; it may have a sign if `least` is below 0.
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

// Sets a member if there is a value.
template <typename Member, typename Value>
bool set(Member& member, const std::optional<Value>& value) {
  if (value) member = *value;
  return value.has_value();
}

// Sets a list, in the order of `key` and without repetitions.
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

// A part that is a list of numbers. `least` below 0: negative numbers count from the end.
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

// Reads one part. Result: empty if the part takes this value, else the values that it takes; nullopt if no part has
// this name.
std::optional<std::string> read_part(Recurrence& rule, std::string_view name, std::string_view text) {
  const auto unless = [](bool is_read, std::string values) { return is_read ? std::string() : std::move(values); };
  for (const auto& part : kNumbers) {
    const auto read = [&](std::string_view piece) { return number(piece, part.least, part.most); };
    if (name == part.name)
      return unless(set_list(rule.*part.member, text, read, [](int value) { return value; }), allowed(part));
  }
  const auto day_and_nth = [](const NthWeekday& day) { return std::pair{day.weekday.iso_encoding(), day.nth}; };
  // A file's series needs no maximum: it is cut at the horizon.
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

// A combination that RFC 5545, 3.3.10 forbids, or that implementations read differently; empty if there is none.
std::string contradiction(const Recurrence& rule) {
  const bool numbered = std::ranges::any_of(rule.days, [](const NthWeekday& day) { return day.nth != 0; });
  const bool by_month = rule.frequency == Frequency::monthly || !rule.months.empty();
  const bool far = std::ranges::any_of(rule.days, [](const NthWeekday& day) { return std::abs(day.nth) > 5; });
  const bool yearly = rule.frequency == Frequency::yearly;
  const bool names_days = !rule.months.empty() || !rule.week_numbers.empty() || !rule.year_days.empty() ||
                          !rule.month_days.empty() || !rule.days.empty();
  const bool names_times = !rule.hours.empty() || !rule.minutes.empty() || !rule.seconds.empty();
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
  if (times_a_day(rule) > kMaxTimesADay) return "it names more than " + std::to_string(kMaxTimesADay) + " times a day";
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
