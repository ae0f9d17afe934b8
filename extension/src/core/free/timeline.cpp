// SPDX-License-Identifier: PostgreSQL
//
// Leaping: the first fit of one timeline is a bound for all, since no common start lies before it. The search ends when
// all timelines, asked in turn, have agreed on the same start.
#include "timeline.hpp"

#include "../values/budget.hpp"

namespace jb {

std::optional<Instant> first_common_fit(const Timelines& timelines, Seconds duration, Span within) {
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < timelines.size(); i = (i + 1) % timelines.size()) {
    step();
    const auto start = timelines[i]->first_fit(duration, within);
    if (!start) return std::nullopt;
    agreed = *start == within.start ? agreed + 1 : 1;
    within.start = *start;
  }
  return within.start;
}

std::optional<Instant> last_common_fit(const Timelines& timelines, Seconds duration, Span within) {
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < timelines.size(); i = (i + 1) % timelines.size()) {
    step();
    const auto start = timelines[i]->last_fit(duration, within);
    if (!start) return std::nullopt;
    agreed = *start + duration == within.end ? agreed + 1 : 1;
    within.end = *start + duration;
  }
  return within.end - duration;
}

}  // namespace jb
