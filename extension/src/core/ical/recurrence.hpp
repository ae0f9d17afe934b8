// SPDX-License-Identifier: PostgreSQL
//
// A series as iCalendar writes it (rule 2.14): RRULE and EXDATE of RFC 5545, read strictly, and the wall clock times
// that they stand for.
//
// Everything is counted on the wall clock and in no zone, so that nine o'clock stays nine o'clock (rule 2.14.5). The
// zone is asked only where the text itself names instants (an UNTIL or EXDATE in UTC), and for the horizon.
//
// Where RFC 5545 leaves open what a text means, or its readers disagree, the text is refused (rules 2.14.1 and 2.14.2):
// a start that the rule does not produce (3.8.5.3 calls the result undefined), an EXDATE that excludes nothing, and
// rules of an hour or less, which count elapsed time and would limp on the wall clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/validation.hpp"
#include "../values/zone.hpp"
#include "rule.hpp"

namespace jb {

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
