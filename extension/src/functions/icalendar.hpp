// SPDX-License-Identifier: PostgreSQL
//
// A calendar as iCalendar text, for a caller with a role and for a reader with a feed's token.
#pragma once

#include <functional>

#include "core/adapters/icalendar.hpp"
#include "core/event/calendar.hpp"

namespace jb::functions {

/// What the reader asks for. Without `from` and `to` the text shows the events from 90 days ago on, or, with free_busy,
/// the claimed time from today to the horizon. Days are those of the calendar's zone, so while the calendar is
/// unchanged its shown range, and with it the tag, changes once a day.
struct FeedOptions {
  FeedDetail detail = FeedDetail::all;
  bool free_busy = false;
  std::optional<Instant> from{};
  std::optional<Instant> to{};
  std::function<bool(const Event&)> reads{};  ///< whether an event that does not name the calendar may be read
};

/// The calendar's text, with at most 10,000 events by start, then id, as the calling query's snapshot shows them. When
/// there are more, and neither `from` nor `to` is named, events are left out in this order: first those that have given
/// their time back, then those that ended before today, the oldest first, then those that begin last. Needs an open
/// pg::SpiConnection. Errors: 22023 when the range that `from` and `to` name has more events.
std::string icalendar_text(const Calendar& calendar, const FeedOptions& options);

}  // namespace jb::functions
