// SPDX-License-Identifier: PostgreSQL
//
// A calendar as iCalendar text (RFC 5545), for subscribers: its events, or only the times at which the calendar is
// taken.
//
// Each event of a series is a component of its own, without a rule. All have the UID of the series, and give their
// original starts (RECURRENCE-ID). RFC 4791, 4.1, allows such components without the one that has the rule.
//
// Times are written in UTC. Only an event that begins and ends at midnight on the calendar's wall clock is written by
// its dates, so that readers show it as a day. Each occurrence of a series is an event here as everywhere, so no rule
// has to be kept on a wall clock. All readers read an instant alike, whatever their zone data, even in the second of
// two equal hours. The text follows from the events and the calendar's zone, not from the time of the request, so the
// tag of a feed can be known without its text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../event/event.hpp"
#include "../values/time.hpp"

namespace jb {

/// How much a feed shows: everything; names and places, but no attendees; or only the busy times.
enum class FeedDetail { all, events, busy };

/// Reads `events` or `busy`, the words for the detail of a public feed; nullopt for any other word.
std::optional<FeedDetail> feed_detail_from(std::string_view word);

struct FeedEvent {
  Event event;                           ///< with a time, and not waiting; its recurrence_id is that under its uid
  std::string uid;                       ///< by which it was imported; empty: own_uid, of its series if it has one
  std::optional<Instant> series_made{};  ///< when its series was made; none: the event is of no series
  int sequence = 0;                      ///< of the uid, as its source had it last
  bool is_busy_time = false;             ///< shows only when the event takes time, whatever the feed's detail
};

/// A calendar's name for readers, and its color.
struct CalendarFace {
  std::string display_name;
  std::string color;  ///< a CSS name; empty: none
};

struct Feed {
  CalendarFace face;
  std::string time_zone;
  std::shared_ptr<const Zone> zone;  ///< of this name
  FeedDetail detail = FeedDetail::all;
  Instant now{};
  std::vector<FeedEvent> events;
  std::string calendar{};  ///< its name, used for the organizer and the UIDs of busy times
  Instant day{};           ///< the start of today, which is the DTSTAMP of busy times
  Instant changed_at{};    ///< when an event of the calendar was last changed
};

/// The feed as text in UTF-8, in lines of at most 75 bytes that end with CRLF. A held event is TENTATIVE. An event
/// whose time was given back (cancelled, denied, expired, a hold past its deadline) is CANCELLED and TRANSPARENT, so
/// that a reader that merges feeds takes the event out; a feed of busy times leaves such an event out. DTSTAMP is the
/// time when the event was last written. SEQUENCE has the seconds until then, since another event may come to stand for
/// a UID and RECURRENCE-ID; under an imported UID it is that of the source, whose order it keeps. When the later event
/// of an occurrence is gone, an earlier one that gave its time back shows up again, so events of a series that gave
/// their time back have the time of the calendar's last change. DTSTAMP and SEQUENCE never fall. A busy time shows only
/// its start and end (rule 13.4): its UID is made of calendar and start, and nothing shows which event it is, whether
/// it is held, or when it was booked or changed.
std::string write_feed(const Feed& feed);

/// The times at which a calendar is taken, without the events that take them.
struct FreeBusy {
  std::string calendar;
  CalendarFace face;
  std::string time_zone;
  Span within;
  Instant at{};                 ///< when the busy times last changed
  std::vector<Span> busy;       ///< half-open, ascending
  std::vector<Span> tentative;  ///< of held events, likewise
};
std::string write_free_busy(const FreeBusy& taken);

/// An event that was made here; for a series, its first event, which was made together with it.
struct OwnUid {
  EventId id = 0;
  Instant created_at{};
};

/// Its UID, made of its id and the second of its creation. No other event of this database has the id, and an event of
/// another database is unlikely to have both. Event 42 of 2026-11-20T17:35:00Z is jb-42-20261120T173500Z.
std::string own_uid(const OwnUid& own);

/// The inverse of own_uid.
std::optional<OwnUid> parse_own_uid(std::string_view uid);

/// An attendee as a calendar address, and back: anna@example.com is mailto:anna@example.com, any other text
/// urn:x-jb-attendee: and the text, percent-encoded.
std::string attendee_uri(std::string_view attendee);
std::string attendee_of_uri(std::string_view uri);

/// Whether the text is one word with an @ within.
bool is_mail_address(std::string_view text);

}  // namespace jb
