// SPDX-License-Identifier: PostgreSQL
//
// The question that the scheduler lives on: where does an event of this length fit? Timeline is the interface
// behind which the answer is found; ScannedTimeline finds it by reading claims in order.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "hours.hpp"
#include "time.hpp"
#include "zone.hpp"

namespace jb {

/// Where automatic events may lie on one calendar, its claims aside.
struct Grid {
  std::shared_ptr<const Zone> zone;  ///< never null where a Timeline is made of it
  Hours hours;
  Seconds slot_increment{300};  ///< 1 s to 24 h, counted from each midnight of the wall clock
};

/// The free time of one calendar, as it is and as it would be after take() and give().
///
/// A start s fits a duration d within [a, b) when a <= s, s + d <= b, [s, s + d) lies in one open stretch of the
/// hours, overlaps no claim, and s is on the slot increment. d is 1 s to 366 days; nothing outside kRepresentable fits.
class Timeline {
 public:
  virtual ~Timeline() = default;

  /// The earliest start that fits; nullopt when none does.
  virtual std::optional<Instant> first_fit(Seconds duration, Span within) = 0;

  /// The latest start that fits; nullopt when none does.
  virtual std::optional<Instant> last_fit(Seconds duration, Span within) = 0;

  /// Makes `claim` occupied from now on, in this object only. It overlaps nothing that is occupied.
  virtual void take(Span claim) = 0;

  /// Makes `claim`, which is one whole claim (of the source, or taken before), free from now on, in this object only.
  virtual void give(Span claim) = 0;
};

/// Where a Timeline reads the claims of its calendar.
class ClaimSource {
 public:
  virtual ~ClaimSource() = default;

  /// The claims that overlap `within`, sorted by start, unclipped. They never overlap one another.
  virtual std::vector<Span> claims(Span within) = 0;
};

/// First fit by reading claims in windows of growing length: its cost grows with the days and claims it passes.
class ScannedTimeline final : public Timeline {
 public:
  /// `source` outlives this object; nullptr means a calendar without claims.
  ScannedTimeline(Grid grid, ClaimSource* source);

  std::optional<Instant> first_fit(Seconds duration, Span within) override;
  std::optional<Instant> last_fit(Seconds duration, Span within) override;
  void take(Span claim) override;
  void give(Span claim) override;

 private:
  std::vector<Span> free_spans(Span window);
  std::vector<Span> occupied(Span within);

  Grid grid_;
  ClaimSource* source_;
  std::vector<Span> taken_;  // sorted; over what the source says
  std::vector<Span> given_;  // sorted; set aside of what the source says
};

}  // namespace jb
