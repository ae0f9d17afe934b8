// SPDX-License-Identifier: PostgreSQL
//
// A time zone as two questions; everything else follows from their answers. In production PostgreSQL answers the
// questions (pg/clock); in the tests of core the library cctz does.
#pragma once

#include <optional>

#include "time.hpp"

namespace jb {

/// The rules of one IANA zone. Immutable.
class Zone {
 public:
  virtual ~Zone() = default;

  /// Local time minus UTC at `instant`.
  virtual Seconds offset_at(Instant instant) const = 0;

  /// The first instant after `instant` at which the offset may change; nullopt when it never changes again.
  virtual std::optional<Instant> next_transition(Instant instant) const = 0;

  /// What a clock on the wall shows at `instant`.
  WallTime to_wall(Instant instant) const;

  /// The instant at which the wall clock shows `wall`.
  ///
  /// A time that a clock change skips is read with the offset before the change; a time that occurs twice is the first
  /// (rule 2.1.5; RFC 5545, 3.3.5). Europe/Berlin 2026-03-29 02:30 is 01:30Z (03:30 on the wall); 2026-10-25 02:30 is
  /// 00:30Z.
  Instant to_instant(WallTime wall) const;

  /// Midnight to midnight of a local date, both by to_instant: 23, 24 or 25 hours as a rule. Days follow one another
  /// without a hole; a day that was skipped (Pacific/Apia 2011-12-30) is empty.
  Span day(Date date) const;

  /// The day() that holds `instant`. A clock that goes back across midnight shows the end of a date once more when the
  /// next date has begun; this second showing belongs to the next date. America/St_Johns 2010-11-07T03:00Z, 23:30 of
  /// the 6th on the wall, lies in the 7th, which began at 02:30Z.
  Span day_at(Instant instant) const;
};

}  // namespace jb
