// SPDX-License-Identifier: PostgreSQL
//
// How long an event of an iCalendar file lasts. RFC 5545, 3.3.6: weeks and days are nominal, which means counted on the
// wall clock, so that a day may have 23, 24 or 25 hours; hours, minutes and seconds are exact, which means elapsed
// time.
#pragma once

#include <optional>
#include <string_view>

#include "../values/time.hpp"
#include "../values/zone.hpp"

namespace jb {

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

}  // namespace jb
