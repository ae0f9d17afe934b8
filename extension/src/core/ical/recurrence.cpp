// SPDX-License-Identifier: PostgreSQL
#include "recurrence.hpp"

#include <algorithm>
#include <compare>
#include <limits>

#include "../values/budget.hpp"
#include "../values/time_text.hpp"
#include "rule_walk.hpp"

namespace jb {
namespace {

using std::chrono::days;

// Far enough to see that the next occurrence lies beyond the horizon; nothing else is asked of that occurrence.
constexpr days kFarther{8 * 366};

Date date_of(WallTime time) { return std::chrono::floor<days>(time); }

// Whether an occurrence comes before what a moment names, lies in it, or comes after.
std::strong_ordering order(WallTime time, Instant instant, const Moment& moment) {
  if (const auto* date = std::get_if<Date>(&moment)) return date_of(time) <=> *date;
  if (const auto* wall = std::get_if<WallTime>(&moment)) return time <=> *wall;
  return instant <=> std::get<Instant>(moment);
}

std::string format_wall(WallTime time) {
  return format_date(date_of(time)) + "T" + format_time_of_day(time - date_of(time));
}

// One walk over the occurrences: the times that COUNT, UNTIL, the horizon and EXDATE leave of the rule.
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
      if (seen_ == 0 && walk_.reached() > start_ + kFarther) break;  // nothing begins with the start: refused anyway
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

  // Where the search for the next occurrence is given up: a rule may have no further occurrence without saying so.
  WallTime farthest() const { return std::max(start_, zone_.to_wall(latest_)) + kFarther; }

  // UNTIL as a reading that no occurrence passes. A day is added, since no clock change moves a wall clock by more.
  std::optional<WallTime> until_on_wall() const {
    if (!rule_.until) return std::nullopt;
    if (const auto* date = std::get_if<Date>(&*rule_.until)) return *date + days{1};
    if (const auto* wall = std::get_if<WallTime>(&*rule_.until)) return *wall;
    return zone_.to_wall(std::get<Instant>(*rule_.until)) + days{1};
  }

  bool until_in_time() const { return rule_.until && *until_on_wall() <= farthest(); }
  WallTime last_of_interest() const { return std::min(farthest(), until_on_wall().value_or(WallTime::max())); }

  // Whether to go on after `time`.
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

  // Of a file's series those count that are to be booked.
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

  // Whether the rule has surely named too many by now, which need not be followed then.
  bool is_long_past() const {
    if (!rule_.past) return false;
    const auto times_a_day = std::max<std::size_t>(1, rule_.hours.size()) *
                             std::max<std::size_t>(1, rule_.minutes.size()) *
                             std::max<std::size_t>(1, rule_.seconds.size());
    // The first week may begin before the start, UNTIL may end the last day, and an exception may take out a day.
    const auto most = kMaxOccurrences + (8 + rule_.exceptions.size()) * times_a_day;
    if (rule_.count && static_cast<std::size_t>(*rule_.count) <= most) return false;
    return RuleWalk{walk_}.leap(zone_.to_wall(*rule_.past), true) > most;
  }

  bool may_leave_out() const { return rule_.past && !result_.is_past_left_out; }

  bool is_over(Instant instant) const { return result_.is_past_left_out && bound_start(instant) <= *rule_.past; }

  // By how much later than the rule has them occurrences end.
  Seconds ends_later(const Later* later) const {
    if (later == nullptr || !rule_.length) return Seconds{0};
    return later->shift + (later->length.whole - rule_.length->whole) + (later->length.rest - rule_.length->rest);
  }

  // The start that, with the length of the series, has the end of the occurrence that the rule puts at `instant`.
  Instant bound_start(Instant instant) const { return instant + ends_later(rule_.later_at(instant)); }

  // Whether to go on with the first occurrence that is not over.
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

  // RFC 5545, 3.8.5.2: the times of RDATE join the times of the rule, and a time that both name occurs once. Exceptions
  // take from both. Result: false where the times are too many.
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

  // A date stands for the time of day at which the series begins.
  WallTime on_wall(const Moment& moment) const {
    if (const auto* date = std::get_if<Date>(&moment)) return *date + (start_ - date_of(start_));
    if (const auto* wall = std::get_if<WallTime>(&moment)) return *wall;
    return zone_.to_wall(std::get<Instant>(moment));
  }

  bool refuse_start(WallTime first) {
    refuse(rule_.rule, "the start " + format_wall(start_) + " is none of its occurrences: the first one after it is " +
                           format_wall(first));
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
      refuse(rule_.rule, "the start " + format_wall(start_) + " is none of its occurrences, and none follows in time");
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
  std::vector<bool> excluded_;  // by index: which exceptions have met their occurrence
  RuleWalk walk_;
  Occurrences result_;
};

}  // namespace

Occurrences occurrences(const Recurrence& recurrence, WallTime start, const Zone& zone, std::string_view zone_name,
                        Instant latest, Validation& validation) {
  // Zone names are compared without regard to case, as PostgreSQL does.
  for (const ExceptionDate& exception : recurrence.exceptions)
    if (!exception.zone_name.empty() && !same_word(exception.zone_name, zone_name))
      validation.refuse(kRecurrenceField, exception.text,
                        "the series is counted on the wall clock of " + std::string(zone_name));
  if (validation.has_refused(kRecurrenceField)) return {};
  return Walk{recurrence, start, zone, latest, validation}.run();
}

namespace {

/// The RRULE without COUNT and UNTIL.
std::string endless(const std::string& line) {
  const auto colon = line.find(':') + 1;
  std::string kept = line.substr(0, colon);
  for (const auto part : split(std::string_view(line).substr(colon), ';')) {
    const auto name = upper(part.substr(0, part.find('=')));
    if (name == "COUNT" || name == "UNTIL") continue;
    if (kept.size() > colon) kept += ';';
    kept += part;
  }
  return kept;
}

/// The EXDATE without the times after `last`; empty where it names no other.
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

std::string ended_at(std::string_view text, Instant last, const std::vector<Instant>& without, const Zone& zone) {
  std::string ended;
  const auto add = [&](const std::string& line) {
    if (line.empty()) return;
    ended += ended.empty() ? "" : "\n";
    ended += line;
  };
  bool has_dates = false;  // UNTIL does not bind RDATE
  Unfolding lines{text};
  while (const auto line = lines.next()) {
    const auto parsed = parse_content_line(*line);
    const auto name = parsed ? parsed->name : std::string();
    has_dates = has_dates || name == "RDATE";
    if (name == "RRULE")
      add(endless(line->text) + ";UNTIL=" + format_basic_utc(last));
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

}  // namespace jb
