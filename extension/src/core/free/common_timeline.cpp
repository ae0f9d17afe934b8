// SPDX-License-Identifier: PostgreSQL
//
// Leaping: the first fit of one timeline is a bound for all, since no common start lies before it. The search ends when
// all timelines, asked in turn, have agreed on the same start.
#include "common_timeline.hpp"

#include "../values/budget.hpp"

namespace jb {

std::optional<Instant> CommonTimeline::first_fit(Seconds duration, Span within) {
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < timelines_.size(); i = (i + 1) % timelines_.size()) {
    step();
    const auto start = timelines_[i]->first_fit(duration, within);
    if (!start) return std::nullopt;
    agreed = *start == within.start ? agreed + 1 : 1;
    within.start = *start;
  }
  return within.start;
}

std::optional<Instant> CommonTimeline::last_fit(Seconds duration, Span within) {
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < timelines_.size(); i = (i + 1) % timelines_.size()) {
    step();
    const auto start = timelines_[i]->last_fit(duration, within);
    if (!start) return std::nullopt;
    agreed = *start + duration == within.end ? agreed + 1 : 1;
    within.end = *start + duration;
  }
  return within.end - duration;
}

void CommonTimeline::take(Span claim) {
  for (Timeline* timeline : timelines_) timeline->take(claim);
}

void CommonTimeline::give(Span claim) {
  for (Timeline* timeline : timelines_) timeline->give(claim);
}

void CommonTimeline::close(Span day) {
  for (Timeline* timeline : timelines_) timeline->close(day);
}

void CommonTimeline::reopen(Span day) {
  for (Timeline* timeline : timelines_) timeline->reopen(day);
}

}  // namespace jb
