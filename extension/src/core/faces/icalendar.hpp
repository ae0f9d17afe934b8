// SPDX-License-Identifier: PostgreSQL
//
// A calendar as iCalendar (RFC 5545), for those who subscribe to it: its events, or only when it is taken.
//
// Times are written in UTC. Each occurrence of a series is an event here as everywhere, so no rule has to be kept on a
// wall clock; an instant is read alike by every reader, whatever zone data it has, in the second of two equal hours
// too. What is written follows from the events alone, and not from when it is asked for: so its tag can be known
// without it.
#pragma once

#include <string>
#include <vector>

#include "../event/event.hpp"

namespace jb {

/// How much a feed tells: everything; names and places, but not who attends; or only when something is.
enum class FeedDetail { all, events, busy };

/// events or busy, the words of a public feed; nullopt for any other one.
std::optional<FeedDetail> feed_detail_from(std::string_view word);

struct FeedEvent {
  Event event;      ///< with a time, and not waiting
  std::string uid;  ///< by which it was imported; empty: own_uid
};

struct Feed {
  std::string calendar;
  std::string time_zone;
  FeedDetail detail = FeedDetail::all;
  Instant now{};
  std::vector<FeedEvent> events;
};

/// The feed as text in UTF-8, lines of at most 75 bytes ended by CRLF. A held event is TENTATIVE; one whose time was
/// given back (cancelled, denied, expired, a hold past its deadline) is CANCELLED and TRANSPARENT, so that readers who
/// merge what they get take it out; a feed of busy times leaves it out. SEQUENCE is the version, DTSTAMP when it was
/// last written.
std::string write_feed(const Feed& feed);

/// When a calendar is taken, without a word of what by.
struct FreeBusy {
  std::string calendar;
  std::string time_zone;
  Span within;
  Instant at{};                 ///< when that was last another
  std::vector<Span> busy;       ///< half-open, ascending
  std::vector<Span> tentative;  ///< by events that are held, likewise
};
std::string write_free_busy(const FreeBusy& taken);

/// The UID of an event that was made here: no other in this database has its id, and none elsewhere both its id and
/// the second in which it was made. Event 42 of 2026-11-20T17:35:00Z is jb-42-20261120T173500Z.
std::string own_uid(const Event& event);

/// The inverse of own_uid.
struct OwnUid {
  EventId id = 0;
  Instant created_at{};
};
std::optional<OwnUid> parse_own_uid(std::string_view uid);

/// An attendee as a calendar address, and back: anna@example.com is mailto:anna@example.com, any other text
/// urn:x-jb-attendee: and the text, percent-encoded.
std::string attendee_uri(std::string_view attendee);
std::string attendee_of_uri(std::string_view uri);

/// Whether the text is one word with an @ within.
bool is_mail_address(std::string_view text);

}  // namespace jb
