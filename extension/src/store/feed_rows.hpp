// SPDX-License-Identifier: PostgreSQL
//
// The events that a feed shows, and the rows of the public feeds: one token for each calendar that has a public feed.
// The functions need an open pg::SpiConnection.
#pragma once

#include "core/adapters/icalendar.hpp"
#include "core/event/calendar.hpp"
#include "maker.hpp"
#include "pg/spi.hpp"

namespace jb {

/// Which events a feed shows: the events within `within`, at most `most` of them.
struct FeedChoice {
  Span within;
  bool only_claiming = false;  ///< leaves out events that have given their time back
  Instant now{};
  Instant day{};  ///< the begin of today
  int most = 0;
};

/// The events of the calendar whose time overlaps choice.within, by start, then id, as the calling query's snapshot
/// shows them. When there are more than choice.most, events are left out in this order: first those that have given
/// their time back, then those that ended before today, the oldest first, then those that begin last.
std::vector<FeedEvent> feed_events(const Calendar& calendar, const FeedChoice& choice);

/// The claimed time of the calendar within `within`, as the calling query's snapshot shows it. A hold past its
/// deadline takes no time (rule 3.9). Of FeedDetail::busy, and of events that do not name the calendar, it is not told
/// whether they are held, or when they were changed.
FreeBusy free_busy(const Calendar& calendar, Span within, Instant now, FeedDetail detail);

/// What readers call the calendar, as the calling query's snapshot shows it: by its name unless somebody gave another.
CalendarFace face_of(const Calendar& calendar);

/// A word that differs after each change on the calendar, and after a hold on the calendar has passed its deadline.
/// Cost: reads the calendar's row, and looks once into the index of what is due.
std::string state_of(const Calendar& calendar, Instant now);

/// A public feed: whoever has its token may read it.
struct PublicFeed {
  std::string calendar;
  FeedDetail detail = FeedDetail::events;
  std::string digest;  ///< of the feed's token
  Maker maker;
};

/// The public feed whose token has this digest; nullopt when there is no such feed.
std::optional<PublicFeed> find_feed(const std::string& digest);

/// Stores the public feed of a calendar, which the caller has locked. The calendar's earlier feed is replaced, and the
/// earlier token opens nothing from then on.
void store_feed(const PublicFeed& feed, const std::string& shows, Instant now);

/// Deletes the public feed of the calendar, which the caller has locked. Result: false when the calendar had no public
/// feed.
bool delete_feed(const std::string& calendar);

}  // namespace jb
