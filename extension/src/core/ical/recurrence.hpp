// SPDX-License-Identifier: PostgreSQL
//
// A series as iCalendar writes it: RRULE and EXDATE of RFC 5545, read strictly, and the wall clock times that they
// stand for.
//
// Everything is counted on the wall clock and in no zone, so that nine o'clock stays nine o'clock; the zone is asked
// only where the text itself speaks of instants (an UNTIL or EXDATE in UTC) and for the horizon.
//
// Where RFC 5545 leaves open what a text means, or its readers disagree, it is refused rather than guessed at:
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

inline constexpr std::size_t kMaxOccurrences = 1000;

/// Of the text of a series, in bytes: room for as many exceptions as it may have, each in a line of its own.
inline constexpr std::size_t kMaxRecurrenceText = std::size_t{128} << 10;

/// How strictly a rule is read. A person who asks for a series is told of a slip; what another program wrote has to be
/// taken as RFC 5545 means it: there a rule may go on for ever, and an exception name nothing.
enum class Leniency { none, of_files };

/// Reads content lines (folded or not, ended by LF or CRLF, names in any case): one RRULE, any number of EXDATE.
/// Refuses under `recurrence` what RFC 5545 does not allow, what would never end, what it knows and this scheduler does
/// not (RDATE, RSCALE, SKIP), and rules of an hour or less; nullopt then. Leniency::of_files lets pass what never ends.
std::optional<Recurrence> parse_recurrence(std::string_view text, Validation& validation,
                                           Leniency leniency = Leniency::none);

/// What a rule comes to.
struct Occurrences {
  std::vector<WallTime> starts;    ///< ascending, at most kMaxOccurrences, those of EXDATE left out
  std::optional<WallTime> beyond;  ///< the first one after the last allowed instant: the series does not end in time
};

/// The occurrences of `recurrence` from `start`, its first one, on; none that starts after `latest`. All are readings
/// of `zone`, also where the rule is counted in another one.
///
/// A day that a month does not have (31 April, 29 February) is left out, not moved: RFC 5545, 3.3.10. `zone_name` is
/// the IANA name of `zone`, which a TZID has to agree with. Refuses under `recurrence`: a start that is no occurrence,
/// an EXDATE that names none, more than kMaxOccurrences (excluded ones included), nothing left; what is returned means
/// nothing then. Cost: linear in the days to `latest`.
Occurrences occurrences(const Recurrence& recurrence, WallTime start, const Zone& zone, std::string_view zone_name,
                        Instant latest, Validation& validation);

/// How long the occurrence at `start`, a reading of `zone`, lasts: `duration`, unless the rule comes with a length of
/// its own (RFC 5545, 3.8.5.3: of a nominal one "the exact duration of each recurrence instance will depend on its
/// specific start time").
Seconds duration_at(const Recurrence& recurrence, WallTime start, const Zone& zone, Seconds duration);

/// The last start of an occurrence that is to end by `end`.
Instant latest_start(const Recurrence& recurrence, Instant end, const Zone& zone, Seconds duration);

/// The times that the rule names from `start`, where it need not begin, to `last`, at most `most`: COUNT counts, UNTIL
/// and exceptions are not looked at.
std::vector<WallTime> times_until(const Recurrence& recurrence, WallTime start, WallTime last, std::size_t most);

}  // namespace jb
