// SPDX-License-Identifier: PostgreSQL
//
// Where automatic events fit on all the calendars that they need. Placing and the readings that offer time ask here, so
// that what is offered is what is booked.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "../event/calendar.hpp"
#include "../free/common_timeline.hpp"

namespace jb {

/// The calendars that one event needs, each with its free time, asked as one.
class Search {
 public:
  using TimelineOf = std::function<std::shared_ptr<Timeline>(const Calendar&)>;

  /// `calendars`, at least one and each once; their timelines are this object's.
  Search(std::vector<Calendar> calendars, const TimelineOf& timeline_of);

  const std::vector<Calendar>& calendars() const { return calendars_; }

  /// The one named first: in its zone dates and wall clock times are read and told.
  const Calendar& first() const { return calendars_.front(); }

  /// The free time of all of them, and of one: what is taken on one is its own claim, with its own buffers.
  Timeline& timeline() { return common_; }
  Timeline& timeline(std::size_t calendar) { return *timelines_[calendar]; }

  /// Where automatic events may lie now: after the longest notice, before the nearest horizon.
  Span bounds(Instant now) const;

  /// The earliest start within `within` and the bounds; nullopt when there is none. Cost: CommonTimeline::first_fit.
  std::optional<Instant> first_fit(Seconds duration, Span within, Instant now);

  /// The starts, in order, at which an automatic event of `duration` would be placed now within `within`; at most
  /// `most`. Cost: that of first_fit for each.
  std::vector<Instant> open_starts(Seconds duration, Span within, Instant now, std::size_t most);

 private:
  std::vector<Calendar> calendars_;
  std::vector<std::shared_ptr<Timeline>> timelines_;
  CommonTimeline common_;
};

}  // namespace jb
