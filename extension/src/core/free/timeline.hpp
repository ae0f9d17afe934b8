// SPDX-License-Identifier: PostgreSQL
//
// The question that the scheduler lives on: where does an event of this length fit (rule 2.3)? Timeline is the
// interface that answers the question for one calendar; the answers of several calendars are brought together here.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "../values/time.hpp"
#include "../values/zone.hpp"
#include "hours.hpp"
#include "occupied.hpp"

namespace jb {

/// The settings that decide where automatic events may lie on one calendar; claims are not among them.
struct Grid {
  std::shared_ptr<const Zone> zone;  ///< never null where a Timeline is made of it
  Hours hours;
  Seconds slot_increment{300};  ///< 1 s to 24 h, counted from each midnight of the wall clock
  Seconds buffer_before{0};     ///< claimed before each event of this calendar
  Seconds buffer_after{0};      ///< claimed after it
  bool from_opening = false;    ///< the increment is counted from the start of each span of the hours, too

  /// What an event claims on this calendar.
  Span claim_of(Span event) const { return {event.start - buffer_before, event.end + buffer_after}; }
};

/// The free time of one calendar, as it is and as it would be after take(), give(), close() and reopen().
///
/// A start s fits a duration d within [a, b) when a <= s, s + d <= b, [s, s + d) lies in one open stretch of the
/// hours and in no full day, s is on the slot increment, and [s - buffer_before, s + d + buffer_after), which it would
/// claim, overlaps no claim. The buffers may lie outside [a, b) and outside the hours. d is 1 s to 366 days; nothing
/// outside kRepresentable fits.
class Timeline {
 public:
  virtual ~Timeline() = default;

  /// The earliest start that fits; nullopt when none does.
  virtual std::optional<Instant> first_fit(Seconds duration, Span within) = 0;

  /// The latest start that fits; nullopt when none does.
  virtual std::optional<Instant> last_fit(Seconds duration, Span within) = 0;

  /// Makes `claim` occupied from now on, in this object only. It overlaps no other claim. Taking the same claim again
  /// changes nothing.
  virtual void take(Span claim) = 0;

  /// Makes `claim`, which is one whole claim (of the source, or taken before), free from now on, in this object only.
  virtual void give(Span claim) = 0;

  /// Makes `day`, a local day that has become full, closed from now on, in this object only: it may hold claims.
  virtual void close(Span day) = 0;

  /// Makes `day`, one whole day that was full, open again, in this object only.
  virtual void reopen(Span day) = 0;
};

using Timelines = std::vector<std::shared_ptr<Timeline>>;

/// The earliest start, and the latest, that fits on each of the timelines, of which there is at least one.
///
/// Cost: the search leaps from the next fit of one timeline to the next fit of another, and each leap is one search of
/// one timeline. There are at most two leaps for each span that the busiest timeline has on the way, and where the
/// increments disagree, one leap for each mark.
std::optional<Instant> first_common_fit(const Timelines& timelines, Seconds duration, Span within);
std::optional<Instant> last_common_fit(const Timelines& timelines, Seconds duration, Span within);

}  // namespace jb
