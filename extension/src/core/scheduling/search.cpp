// SPDX-License-Identifier: PostgreSQL
#include "search.hpp"

#include <algorithm>

namespace jb {

namespace {

std::vector<std::shared_ptr<Timeline>> timelines_of(const std::vector<Calendar>& calendars,
                                                    const Search::TimelineOf& timeline_of) {
  std::vector<std::shared_ptr<Timeline>> timelines;
  timelines.reserve(calendars.size());
  for (const auto& calendar : calendars) timelines.push_back(timeline_of(calendar));
  return timelines;
}

std::vector<Timeline*> pointers(const std::vector<std::shared_ptr<Timeline>>& timelines) {
  std::vector<Timeline*> all;
  for (const auto& timeline : timelines) all.push_back(timeline.get());
  return all;
}

}  // namespace

Search::Search(std::vector<Calendar> calendars, const TimelineOf& timeline_of)
    : calendars_(std::move(calendars)),
      timelines_(timelines_of(calendars_, timeline_of)),
      common_(pointers(timelines_)) {}

Span Search::bounds(Instant now) const {
  Span bounds{now + first().min_notice, now + first().horizon};
  for (const auto& calendar : calendars_) {
    bounds.start = std::max(bounds.start, now + calendar.min_notice);
    bounds.end = std::min(bounds.end, now + calendar.horizon);
  }
  return bounds;
}

std::optional<Instant> Search::first_fit(Seconds duration, Span within, Instant now) {
  return common_.first_fit(duration, intersection(within, bounds(now)));
}

std::vector<Instant> Search::open_starts(Seconds duration, Span within, Instant now, std::size_t most) {
  std::vector<Instant> starts;
  while (starts.size() < most) {
    const auto start = first_fit(duration, within, now);
    if (!start) break;
    starts.push_back(*start);
    within.start = *start + Seconds{1};
  }
  return starts;
}

}  // namespace jb
