// SPDX-License-Identifier: PostgreSQL
//
// A calendar as iCalendar, whoever asks for it.
#pragma once

#include "core/event/calendar.hpp"
#include "core/faces/icalendar.hpp"

namespace jb::sql {

/// What is asked of it. Without an end events are shown from 90 days ago on, and when the calendar is taken from today
/// to its horizon: days in its zone, so that what is shown changes once a day by itself, and its tag as often.
struct FeedWish {
  FeedDetail detail = FeedDetail::all;
  bool free_busy = false;
  std::optional<Instant> from{};
  std::optional<Instant> to{};
};

/// The text, of at most 10,000 events: without from and to those that feed_events prefers. In a pg::Session. Errors:
/// 22023 where the range that was named holds more.
std::string icalendar_text(const Calendar& calendar, const FeedWish& wish);

/// A word that is another one whenever the text is.
std::string icalendar_tag(const Calendar& calendar);

}  // namespace jb::sql
