// SPDX-License-Identifier: PostgreSQL
//
// Series: the rule as text and as values, and the times that it names.
#pragma once

#include <algorithm>
#include <compare>
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

// The length of an event of an iCalendar file. RFC 5545, 3.3.6: weeks and days are nominal, that is, counted on the
// wall clock, so that a day may have 23, 24 or 25 hours; hours, minutes and seconds are exact, that is, elapsed time.

struct Length {
  std::chrono::days whole{0};  ///< counted first
  Seconds rest{0};

  /// The elapsed time from `start`, which `zone` shows as `shown`. For a start in skipped time, `shown` is the time
  /// that was asked for, since days are counted from it. Three days from 27 March 2027, 00:00, in Berlin: 71 hours.
  Seconds elapsed(Instant start, WallTime shown, const Zone& zone) const;

  /// The latest start of an event that must end by `end`.
  Instant latest_start(Instant end, const Zone& zone) const;
};

/// Reads a DURATION that is not negative: PT1H30M, P1D, P2W; nullopt for any other text.
std::optional<Length> parse_length(std::string_view text);

// A recurrence rule and its exceptions as values.

/// One BYDAY: every such weekday (nth 0), or the nth from the start, or from the end (below 0), of the month or year.
struct NthWeekday {
  int nth = 0;
  std::chrono::weekday weekday;
  friend bool operator==(const NthWeekday&, const NthWeekday&) = default;
};

/// An EXDATE. `text` is its line and `zone_name` its TZID, which is empty where the line has none. Both are cut to the
/// length that a refusal shows.
struct ExceptionDate {
  std::string text;
  std::string zone_name;
  Moment moment;
};

struct Fields;

/// A file's change to an occurrence and all after it (RANGE=THISANDFUTURE). Of several, the last one at or before an
/// occurrence applies to it.
struct Later {
  Instant from{};                          ///< the start that the rule gives the first of them
  Seconds shift{0};                        ///< from the rule's starts, on the wall clock
  Length length{};                         ///< of each
  bool takes_no_time = false;              ///< they are left out
  std::shared_ptr<const Fields> fields{};  ///< their fields
};

/// A rule and its exceptions, as accepted by parse_recurrence. The lists are sorted and have no duplicates. An empty
/// list means that the part was not given.
struct Recurrence {
  enum class Frequency { daily, weekly, monthly, yearly };

  std::string text;  ///< as it was read
  std::string rule;  ///< its content line, for messages
  Frequency frequency = Frequency::daily;
  int interval = 1;
  std::chrono::weekday week_start = std::chrono::Monday;
  std::optional<int> count;     ///< never with until
  std::optional<Moment> until;  ///< never with count
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
  std::vector<Moment> dates;  ///< RDATE: occurrences besides the rule's, to which COUNT and UNTIL do not apply
  std::map<Instant, Seconds> periods{};  ///< the lengths of occurrences that an RDATE gives as a PERIOD, by start
  /// The rule is from a file: the start is an occurrence whether or not the rule names it (RFC 5545, 3.8.5.3); an
  /// exception that names no occurrence is ignored, as in RFC 5545; no occurrence need be left; and those after the
  /// horizon are cut off.
  bool is_lenient = false;
  std::optional<Instant> past{};       ///< if there are too many occurrences, those until this instant are left out
  std::shared_ptr<const Zone> zone{};  ///< the zone whose wall clock counts; none: that of the series' calendar
  std::optional<WallTime> start{};     ///< of a file: the start on that clock, perhaps a skipped time
  std::optional<Length> length{};      ///< of each occurrence, on the same clock; none: all have the same length

  /// Whether only the horizon ends it, not COUNT or UNTIL.
  bool is_endless() const { return !count && !until; }

  /// The clock on which it is counted, in a calendar with this zone.
  const Zone& clock(const Zone& of_calendar) const { return zone ? *zone : of_calendar; }

  /// The entry of `later` for the occurrence that the rule puts at `start`; nullptr if there is none.
  const Later* later_at(Instant start) const {
    const auto after = std::find_if(later.begin(), later.end(), [&](const Later& each) { return each.from > start; });
    return after == later.begin() ? nullptr : &*std::prev(after);
  }
};

// A series as iCalendar text (rule 2.14): RRULE and EXDATE of RFC 5545, read strictly, and the wall clock times that
// they name.
//
// Everything is counted on the wall clock, without a zone, so that nine o'clock stays nine o'clock (rule 2.14.5). The
// zone is used only for instants in the text (an UNTIL or EXDATE in UTC), and for the horizon.
//
// Text that RFC 5545 leaves ambiguous, or on which implementations disagree, is refused (rules 2.14.1 and 2.14.2): a
// start that the rule does not produce (3.8.5.3 calls the result undefined), an EXDATE that excludes nothing, and rules
// with a period of an hour or less, which count elapsed time and would be irregular on the wall clock.

/// The field under which a series is refused.
inline constexpr std::string_view kRecurrenceField = "recurrence";

inline constexpr std::size_t kMaxOccurrences = 1000;

/// The longest text of a series, in bytes: enough for the maximum number of exceptions, each on its own line.
inline constexpr std::size_t kMaxRecurrenceText = std::size_t{128} << 10;

/// How strictly a rule is read. A person who asks for a series is told of mistakes. A file written by another program
/// must be read as RFC 5545 intends: there a rule may be endless, and an exception may name no occurrence.
enum class Leniency { none, of_files };

/// Reads content lines (folded or not, ended by LF or CRLF, names in any case): one RRULE, any number of EXDATE.
/// Refuses under `recurrence`, and returns nullopt for: text that RFC 5545 does not allow, endless rules, parts that
/// the scheduler does not support (RDATE, RSCALE, SKIP), and rules with a period of an hour or less. Leniency::of_files
/// accepts endless rules and rules that do not name the start, and reads UNTIL by parse_lenient_moment.
std::optional<Recurrence> parse_recurrence(std::string_view text, Validation& validation,
                                           Leniency leniency = Leniency::none);

/// The occurrences of a rule.
struct Occurrences {
  std::vector<WallTime> starts;    ///< ascending, at most kMaxOccurrences, without those of EXDATE
  std::optional<WallTime> beyond;  ///< the first one after the last allowed instant: the series does not end in time
  bool is_past_left_out = false;   ///< Recurrence::past was applied
};

/// The occurrences of `recurrence` from `start`, the first occurrence, to `latest`. All are readings of `zone`, the
/// series' own clock (Recurrence::clock), here and below.
///
/// A day that a month does not have (31 April, 29 February) is left out, not moved: RFC 5545, 3.3.10. `zone_name` is
/// the IANA name of `zone`, which any TZID must match. Refuses under `recurrence`: a start that is not an occurrence,
/// an EXDATE that names no occurrence, more than kMaxOccurrences occurrences (including excluded ones), and a series
/// with no occurrence left; the result is then meaningless. In a file's series (is_lenient) only occurrences to be
/// booked count. Cost: linear in the days to `latest`, except the days up to Recurrence::past after the first
/// kMaxOccurrences occurrences; for a rule by days or weeks alone, except all days up to Recurrence::past.
Occurrences occurrences(const Recurrence& recurrence, WallTime start, const Zone& zone, std::string_view zone_name,
                        Instant latest, Validation& validation);

/// The actual start of the occurrence that the rule puts at `start`: the same, unless the file has moved it with others
/// (Recurrence::later). Both are readings of `zone`.
WallTime place_of(const Recurrence& recurrence, WallTime start, const Zone& zone);

/// The duration of the occurrence that the rule puts at `start`, a reading of `zone`, by the rule's own length, which
/// must be set (RFC 5545, 3.8.5.3: where the length is nominal, "the exact duration of each recurrence instance will
/// depend on its specific start time").
Seconds duration_at(const Recurrence& recurrence, WallTime start, const Zone& zone);

/// The latest start of an occurrence that must end by `end`, and lasts `length` unless the rule has its own length.
Instant latest_start(const Recurrence& recurrence, Instant end, const Zone& zone, const Length& length);

/// At most `most` times that the rule names from `start` to `last`; the rule need not begin at `start`. COUNT applies;
/// UNTIL and exceptions are ignored.
std::vector<WallTime> times_until(const Recurrence& recurrence, WallTime start, WallTime last, std::size_t most);

/// Whether an occurrence at `time`, which is `instant`, is before, at (or on the date of), or after a moment.
std::strong_ordering order(WallTime time, Instant instant, const Moment& moment);

/// The value of an RRULE without the parts of these names.
std::string without_parts(std::string_view rule, const std::vector<std::string_view>& names);

/// The text of the rule, made to end with the occurrence at `last` and to leave out those of `without`. UNTIL replaces
/// COUNT. An EXDATE that names a later time, on the wall clock of `zone`, is dropped.
std::string ended_at(std::string_view text, Instant last, const std::vector<Instant>& without, const Zone& zone);

// A time zone as a file describes it (RFC 5545, 3.6.5).

/// The zone that a VTIMEZONE component describes, up to `latest`. Until its first change the zone has the offset before
/// that change. nullptr, with the reason in `problem`, if the description does not follow 3.6.5, or changes the clocks
/// more than 2,000 times or twice within an hour.
std::shared_ptr<const Zone> read_vtimezone(const Component& component, Instant latest, std::string& problem);

}  // namespace jb
