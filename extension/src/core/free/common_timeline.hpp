// SPDX-License-Identifier: PostgreSQL
//
// The time that several calendars have free in common.
#pragma once

#include <vector>

#include "timeline.hpp"

namespace jb {

/// Several timelines as one timeline: a start fits when it fits on each of them. take(), give(), close() and reopen()
/// act on all of them.
///
/// Cost of a search: it leaps from the next fit of one timeline to the next fit of another, and each leap is one search
/// of one timeline. There are at most two leaps for each span that the busiest timeline has on the way, and where the
/// increments disagree, one leap for each mark.
class CommonTimeline final : public Timeline {
 public:
  /// `timelines` holds at least one timeline; all of them outlive this object.
  explicit CommonTimeline(std::vector<Timeline*> timelines) : timelines_(std::move(timelines)) {}

  std::optional<Instant> first_fit(Seconds duration, Span within) override;
  std::optional<Instant> last_fit(Seconds duration, Span within) override;
  void take(Span claim) override;
  void give(Span claim) override;
  void close(Span day) override;
  void reopen(Span day) override;

 private:
  std::vector<Timeline*> timelines_;
};

}  // namespace jb
