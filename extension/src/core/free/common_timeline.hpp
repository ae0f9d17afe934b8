// SPDX-License-Identifier: PostgreSQL
//
// What several calendars have free in common.
#pragma once

#include <vector>

#include "timeline.hpp"

namespace jb {

/// Several timelines as one: a start fits when it fits on each of them. What is taken, given, closed and reopened is
/// so on all.
///
/// Cost of a search: it leaps from one's next fit to the other's, so one search of a timeline for each leap: at most
/// two for each span that the busiest of them has on the way, and where increments disagree, one for each mark.
class CommonTimeline final : public Timeline {
 public:
  /// `timelines`, at least one, outlive this object.
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
