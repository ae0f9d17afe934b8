// SPDX-License-Identifier: PostgreSQL
//
// Series: the rule as text and as values, and the times that it names.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/input.hpp"
#include "../values/time.hpp"
#include "calendar_text.hpp"

namespace jb {

// How long an event of an iCalendar file lasts. RFC 5545, 3.3.6: weeks and days are nominal, which means counted on the
// wall clock, so that a day may have 23, 24 or 25 hours; hours, minutes and seconds are exact, which means elapsed
// time.

struct Length {
  std::chrono::days whole{0};  ///< counted first
  Seconds rest{0};

  /// The time that elapses from `start`, which `zone` shows as `shown`. For a start in skipped time, `shown` is the
  /// time that was asked for, since the days are counted from there. Three days from 27 March 2027, 00:00, in Berlin:
  /// 71 hours.
  Seconds elapsed(Instant start, WallTime shown, const Zone& zone) const;

  /// The last start of an event that is to end by `end`.
  Instant latest_start(Instant end, const Zone& zone) const;
};

/// Reads a DURATION that is not negative: PT1H30M, P1D, P2W; nullopt for any other text.
std::optional<Length> parse_length(std::string_view text);

// A recurrence rule and its exceptions as values, once they have been read.

/// One BYDAY: every such weekday (nth 0), or the nth from the start, or from the end (below 0), of the month or year.
struct NthWeekday {
  int nth = 0;
  std::chrono::weekday weekday;
  friend bool operator==(const NthWeekday&, const NthWeekday&) = default;
};

/// An EXDATE. `text` is its line and `zone_name` its TZID, which is empty where the line has none. Both are cut short
/// where they are longer than any refusal shows.
struct ExceptionDate {
  std::string text;
  std::string zone_name;
  Moment moment;
};

struct Fields;

/// What a file says of an occurrence and of all after it (RANGE=THISANDFUTURE). Of several, the last that does not come
/// after an occurrence counts.
struct Later {
  Instant from{};                          ///< where the rule puts the first of them
  Seconds shift{0};                        ///< from where the rule puts them, on the wall clock
  Length length{};                         ///< of each
  bool takes_no_time = false;              ///< they are none
  std::shared_ptr<const Fields> fields{};  ///< what they are
};

/// A rule and its exceptions as parse_recurrence lets them through. The lists are sorted and hold nothing twice. An
/// empty list stands for a part that was not given.
struct Recurrence {
  enum class Frequency { daily, weekly, monthly, yearly };

  std::string text;  ///< as it was read
  std::string rule;  ///< its content line, for messages
  Frequency frequency = Frequency::daily;
  int interval = 1;
  std::chrono::weekday week_start = std::chrono::Monday;
  std::optional<int> count;     ///< either this
  std::optional<Moment> until;  ///< or that
  std::vector<int> months;
  std::vector<int> week_numbers;  ///< ISO 8601's, but by week_start; below 0 from the end of the year
  std::vector<int> year_days;     ///< below 0 from the end
  std::vector<int> month_days;    ///< below 0 from the end
  std::vector<NthWeekday> days;
  std::vector<int> hours;
  std::vector<int> minutes;
  std::vector<int> seconds;
  std::vector<int> positions;  ///< BYSETPOS; below 0 from the end of the period
  std::vector<ExceptionDate> exceptions;
  std::vector<Later> later;   ///< of a file, in order
  std::vector<Moment> dates;  ///< RDATE: occurrences besides those of the rule, which COUNT and UNTIL do not bind
  std::map<Instant, Seconds> periods{};  ///< how long each occurrence lasts that an RDATE names as a PERIOD, by start
  /// It is a file's: the start is an occurrence whether or not the rule names it (RFC 5545, 3.8.5.3); an exception that
  /// names no occurrence is overlooked, as RFC 5545 does; none may be left; and what comes after the horizon is cut
  /// off.
  bool is_lenient = false;
  std::optional<Instant> past{};       ///< where there are too many occurrences, those that start by then are left out
  std::shared_ptr<const Zone> zone{};  ///< on whose wall clock it is counted; none: that of the series' calendar
  std::optional<WallTime> start{};     ///< of a file, where it begins on that clock, perhaps at a time that is skipped
  std::optional<Length> length{};      ///< of each occurrence, on the same clock; none: all last equally long

  /// Neither COUNT nor UNTIL ends it: it ends with the horizon.
  bool is_endless() const { return !count && !until; }

  /// The clock on which it is counted, for a series of a calendar with this zone.
  const Zone& clock(const Zone& of_calendar) const { return zone ? *zone : of_calendar; }

  /// What counts of `later` for the occurrence that the rule puts at `start`; nullptr: nothing.
  const Later* later_at(Instant start) const {
    const auto after = std::find_if(later.begin(), later.end(), [&](const Later& each) { return each.from > start; });
    return after == later.begin() ? nullptr : &*std::prev(after);
  }
};

// The times that a rule names, found by one walk over its periods and their days (RFC 5545, 3.3.10). Every BY part that
// names days is a condition that a day meets or not, whether the part expands or limits: so nothing here needs to know
// which part does which. COUNT, UNTIL and exceptions are for others.

class RuleWalk {
 public:
  /// The walk begins with the period (day, week, month, year) that holds `start`, since an occurrence before `start`
  /// counts for BYSETPOS, and ends with the period that holds `last`.
  RuleWalk(const Recurrence& rule, WallTime start, WallTime last);

  /// The times of the next period, ascending, perhaps none; nullopt after the last period. Cost: linear in the days of
  /// the period and in the times; Budget::rule_steps.
  std::optional<std::vector<WallTime>> next();

  /// Passes over periods that end by `to`, without a look at each of them. Result: how many times they name, which is
  /// known of rules that go by days or weeks alone. Of other rules it is 0, and nothing is passed over if the times
  /// must be `counted`. Cost: that of seven periods.
  std::size_t leap(WallTime to, bool counted);

  /// Where the walk stands: no time before this time was overlooked.
  WallTime reached() const { return std::min<WallTime>(begin_, last_); }

 private:
  Recurrence rule_;  ///< with the days that the start implies
  WallTime last_;
  std::vector<Seconds> times_;  ///< of each day that is named
  Date begin_;                  ///< of the next period
};

// A series as iCalendar writes it (rule 2.14): RRULE and EXDATE of RFC 5545, read strictly, and the wall clock times
// that they stand for.
//
// Everything is counted on the wall clock and in no zone, so that nine o'clock stays nine o'clock (rule 2.14.5). The
// zone is asked only where the text itself names instants (an UNTIL or EXDATE in UTC), and for the horizon.
//
// Where RFC 5545 leaves open what a text means, or its readers disagree, the text is refused (rules 2.14.1 and 2.14.2):
// a start that the rule does not produce (3.8.5.3 calls the result undefined), an EXDATE that excludes nothing, and
// rules of an hour or less, which count elapsed time and would limp on the wall clock.

/// The field under which a series is refused.
inline constexpr std::string_view kRecurrenceField = "recurrence";

inline constexpr std::size_t kMaxOccurrences = 1000;

/// The longest text of a series, in bytes: room for as many exceptions as a series may have, each in a line of its own.
inline constexpr std::size_t kMaxRecurrenceText = std::size_t{128} << 10;

/// How strictly a rule is read. A person who asks for a series is told of a slip. A file that another program wrote has
/// to be read as RFC 5545 means it: there a rule may go on for ever, and an exception may name no occurrence.
enum class Leniency { none, of_files };

/// Reads content lines (folded or not, ended by LF or CRLF, names in any case): one RRULE, any number of EXDATE.
/// Refuses under `recurrence`, and returns nullopt for: text that RFC 5545 does not allow, rules that never end, parts
/// that the scheduler does not support (RDATE, RSCALE, SKIP), and rules of an hour or less. Leniency::of_files lets
/// rules pass that never end or do not name the start, and reads UNTIL by parse_lenient_moment.
std::optional<Recurrence> parse_recurrence(std::string_view text, Validation& validation,
                                           Leniency leniency = Leniency::none);

/// The occurrences of a rule.
struct Occurrences {
  std::vector<WallTime> starts;    ///< ascending, at most kMaxOccurrences, those of EXDATE left out
  std::optional<WallTime> beyond;  ///< the first one after the last allowed instant: the series does not end in time
  bool is_past_left_out = false;   ///< Recurrence::past was needed
};

/// The occurrences of `recurrence` from `start`, the first occurrence, to `latest`. All are readings of `zone`, the
/// series' own clock (Recurrence::clock), as in all that follows.
///
/// A day that a month does not have (31 April, 29 February) is left out, not moved: RFC 5545, 3.3.10. `zone_name` is
/// the IANA name of `zone`, with which a TZID has to agree. Refuses under `recurrence`: a start that is no occurrence,
/// an EXDATE that names no occurrence, more than kMaxOccurrences occurrences (the excluded included), and a series
/// without any occurrence left; the result means nothing then. Of a file's series (is_lenient) those occurrences count
/// that are to be booked. Cost: linear in the days to `latest`, but for the days up to Recurrence::past after the first
/// kMaxOccurrences occurrences; of a rule by days or weeks alone, for all days up to then.
Occurrences occurrences(const Recurrence& recurrence, WallTime start, const Zone& zone, std::string_view zone_name,
                        Instant latest, Validation& validation);

/// Where the occurrence that the rule puts at `start` takes place, both readings of `zone`: there, unless the file has
/// moved it with others (Recurrence::later).
WallTime place_of(const Recurrence& recurrence, WallTime start, const Zone& zone);

/// How long the occurrence that the rule puts at `start`, a reading of `zone`, lasts by the rule's own length, which it
/// must have (RFC 5545, 3.8.5.3: where the length is nominal, "the exact duration of each recurrence instance will
/// depend on its specific start time").
Seconds duration_at(const Recurrence& recurrence, WallTime start, const Zone& zone);

/// The last start of an occurrence that is to end by `end`, and lasts for `length` unless the rule has a length of its
/// own.
Instant latest_start(const Recurrence& recurrence, Instant end, const Zone& zone, const Length& length);

/// At most `most` times that the rule names from `start` to `last`; the rule need not begin at `start`. COUNT counts;
/// UNTIL and exceptions are not looked at.
std::vector<WallTime> times_until(const Recurrence& recurrence, WallTime start, WallTime last, std::size_t most);

/// The text of a rule that ends with the occurrence at `last` and leaves out those of `without`. UNTIL takes the place
/// of COUNT. An EXDATE that names a later time, on the wall clock of `zone`, is dropped.
std::string ended_at(std::string_view text, Instant last, const std::vector<Instant>& without, const Zone& zone);

}  // namespace jb
