// SPDX-License-Identifier: PostgreSQL
//
// The rows of jb_booking_link: which event the token of a booking page opens. Of a token and of a visitor's contact
// only the SHA-256 is kept here. The functions need an open pg::SpiConnection.
#pragma once

#include "core/adapters/guest_booking.hpp"
#include "core/event/calendar.hpp"
#include "core/event/event.hpp"
#include "pg/spi.hpp"

namespace jb {

struct GuestBookingLink {
  std::string token;    ///< its digest
  int calendar = 0;     ///< of the provider
  std::string visitor;  ///< the digest of the contact's key
  std::string request;  ///< the digest of what was asked
  std::optional<EventId> event_id{};
};

/// The provider's calendar, if it takes public bookings.
std::optional<Calendar> find_page(const std::string& provider_id, pg::Snapshot snapshot);

/// The page's facts for its visitors, as JSON. No row: there is no such page.
pg::Rows page_facts(const std::string& provider_id);

/// Takes the token for this transaction. Result: false where it is taken. Waits for another open transaction that has
/// taken the token.
bool take_link(const GuestBookingLink& link, Instant now);
void keep_event(const GuestBookingLink& link, EventId event_id, Instant start);
void drop_link(const GuestBookingLink& link);

/// Notes when the booking that the event is begins, for the counts, or that it takes no time any more. Does nothing for
/// an event that no page has booked.
void follow_guest_booking(const Event& event);

/// Forgets the token of a deleted event.
void forget_guest_booking(EventId event_id);

/// The link of a token with this provider, whether or not the provider takes public bookings.
std::optional<GuestBookingLink> find_link(const std::string& provider_id, const std::string& token,
                                          pg::Snapshot snapshot);

/// The bookings beside the event's own, among them those that begin on the day. The caller has locked the calendar, so
/// that the counts hold until the end of the transaction.
GuestBookingCounts count_guest_bookings(const GuestBookingLink& link, EventId event_id, Instant now, Span day);

/// What a booking claims, and how long it is.
struct BookedTime {
  std::vector<std::string> calendars;
  Seconds duration;
};
std::optional<BookedTime> booked_time(EventId event_id);

/// What a call did, as SQL gives it beside the booking.
struct GuestBookingAnswer {
  std::optional<std::string> outcome{};
  std::optional<std::string> reason{};
  std::vector<Span> alternatives{};
  std::optional<std::string> token{};
};

/// The answer as a row of jb_booking, with the booking of this token, if there is one.
pg::Rows guest_booking_row(const GuestBookingAnswer& answer, const std::string& token_digest, pg::Snapshot snapshot);

}  // namespace jb
