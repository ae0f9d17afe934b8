// SPDX-License-Identifier: PostgreSQL
//
// What a feed shows as rows, and the public feeds: a token for each calendar that has one. Needs an open pg::Session.
#pragma once

#include "core/event/calendar.hpp"
#include "core/faces/icalendar.hpp"
#include "pg/spi.hpp"

namespace jb {

/// What a feed shows, and what of it where that is more than `most`.
struct FeedChoice {
  Span within;
  bool only_claiming = false;  ///< not what has given its time back
  Instant now{};
  Instant day{};  ///< the begin of today
  int most = 0;
};

/// The events of a calendar that have a time within the choice, by start, then id, as the calling query's snapshot
/// shows them. Beyond `most` what has given its time back is left out first, then what was over before today, the
/// oldest first, then what begins last.
std::vector<FeedEvent> feed_events(const Calendar& calendar, const FeedChoice& choice);

/// When the calendar is taken within `within`, as the same snapshot shows it; holds past their deadline take no time.
FreeBusy free_busy(const Calendar& calendar, Span within, Instant now);

/// A word that is another one once anything has changed on the calendar, or a hold on it has passed its deadline.
/// Cost: a row of jb_calendar, and those of the holds.
std::string state_of(const Calendar& calendar, Instant now);

/// A feed that can be read by its token alone.
struct PublicFeed {
  std::string calendar;
  FeedDetail detail = FeedDetail::events;
  std::string digest;  ///< of its token
};

/// The one whose token has this digest; nullopt when there is none.
std::optional<PublicFeed> find_feed(const std::string& digest);

/// Stores it over the one that the calendar has, whose token opens nothing from then on. False when there is no such
/// calendar.
bool store_feed(const PublicFeed& feed, const std::string& shows, const std::string& principal, Instant now);

/// Whether there was one.
bool delete_feed(const std::string& calendar);

}  // namespace jb
