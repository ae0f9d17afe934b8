// SPDX-License-Identifier: PostgreSQL
//
// Appointments with providers (rule 11): another view of events, in the words of seed 5. An appointment is an event on
// one provider's calendar, held until somebody confirms it, as the calendar's settings say.
#pragma once

#include "../event/calendar.hpp"
#include "../event/fields.hpp"
#include "../free/hours.hpp"

namespace jb {

/// The settings of the calendar that a provider's first availability makes (rule 11.2), in the form that
/// jb_calendar_set takes: closed except on the dates that are opened, steps of a quarter of an hour, a day's notice,
/// half an hour to confirm.
inline constexpr const char* kNewProvider =
    R"({"hours": {}, "slot_increment": 900, "min_notice": 86400, "strict": true,
        "confirm_within": 1800, "default_duration": 900})";

/// What a call wants to reserve.
struct Reservation {
  std::optional<std::string> provider_id;  ///< the provider's calendar without "provider:"
  std::optional<std::string> client;
  Fields time;  ///< date and start_time, or start_timestamp; duration
};

/// Reads {"provider_id", "client", "date", "start_time", "start_timestamp", "duration"}. Values that cannot be read,
/// and other members, are refused. Errors: 22P02 for a number that no double holds.
Reservation read_reservation(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// Refuses fields that are missing or out of range. Does not check that the provider exists.
void check_reservation(Validation& validation, const Reservation& reservation, const FieldNames& names = {});

/// The event that a reservation asks for.
Fields new_appointment(const Reservation& reservation);

/// One date's open spans as a provider submits them.
struct OpenDate {
  std::optional<Date> date;
  DaySpans spans;
};

/// Reads {"date": "2026-11-25", "slots": {"09:00": "12:00"}}, both required; refuses as read_reservation.
OpenDate read_open_date(Validation& validation, const std::string& text);

/// Whether the event is on one provider's calendar and on no other.
bool is_appointment(const Event& event);

/// The stored status for a wished status of an appointment: scheduled for CONFIRMED, denied, expired; nullopt for any
/// other word.
std::optional<Status> wished_status(std::string_view word);

/// Refuses a decision that the appointment's status does not allow, in the words of appointments. The words of events
/// would mislead: a confirmed appointment is pending as an event, which reads like PENDING. Errors: 55000.
void check_decision(const Event& event, std::string_view word, Instant now);

/// Whether an appointment can be shown with this status: CONFIRMED, DENIED, EXPIRED, PENDING, CANCELLED or WAITING.
bool is_appointment_status(std::string_view word);

/// The statuses by the clock of an event that is shown as an appointment with this status; none for any other word.
std::vector<std::string> statuses_of_appointment(std::string_view word);

// Bookings through a provider's public page (rules 11.9 to 11.15): appointments for visitors without a certificate. The
// visitor leaves a name and a contact, and keeps a token. The event is an appointment like any other, with the contact
// in its metadata and the visitor's note in its description.

/// What a visitor asks for.
struct GuestRequest {
  std::optional<std::string> client;   ///< the visitor's name
  std::optional<std::string> contact;  ///< a mail address or a telephone number
  std::optional<std::string> note;
  std::optional<Instant> start;
  Field<Seconds> duration;        ///< as the page showed it; unset: any
  Field<Seconds> confirm_within;  ///< likewise; no value: the booking is confirmed at once
};

/// Reads {"client", "contact", "note", "start_timestamp", "duration", "confirm_within"}; client, contact and start are
/// required. Refuses what cannot be read, what is out of range, and other members. Blanks around a text are ignored.
/// Errors: 22P02 for a number that no double holds, and those that `intervals` throws.
GuestRequest read_guest_request(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// Refuses a booking if the page's length or time to confirm is no longer the one that the visitor was shown (rule
/// 5.23). `page`: the provider's calendar, which is locked. Errors: JB412.
void check_as_told(const GuestRequest& wanted, const Calendar& page);

/// The event that the request asks for, on the provider's calendar.
Fields new_guest_booking(const std::string& calendar, const GuestRequest& wanted);

/// A provider's words with a decision (rule 11.8), as a patch of the event's metadata. Refuses, under `reply`, an empty
/// text and one of more than 1,000 characters.
std::optional<Metadata> read_reply(Validation& validation, const std::string& text);

/// Bookings with a provider, pending or confirmed.
struct GuestBookingCounts {
  int pending = 0;  ///< that wait for an answer
  int ahead = 0;    ///< that have not begun
  int on_day = 0;   ///< that begin on one day
};

/// How many bookings there are and may be (rule 11.14). A sender is identified by network, which the sender owns;
/// anybody can give any name or contact.
struct GuestBookingRoom {
  GuestBookingCounts all{}, of_sender{};
  /// The bookings that the sender has made within 24 hours, cancelled ones included. Their events stay, so repeated
  /// booking and cancelling could grow the database without bound.
  int made_by_sender = 0;
  int most_ahead = 0;   ///< max_guest_bookings of the provider's calendar
  int most_on_day = 0;  ///< max_guest_bookings_per_day
};

/// One sender's share of what all visitors together may have: a quarter, rounded up.
constexpr int share_of_sender(int most) { return most / 4 + (most % 4 == 0 ? 0 : 1); }

/// Refuses one more booking beside those counted, on any day. Errors: JB429.
void check_room(const GuestBookingRoom& others);

/// Refuses one more booking on the day that ends at `midnight`. Errors: JB429.
void check_room_on_day(const GuestBookingRoom& others, Instant midnight, const Zone& zone);

/// Refuses a move if the visitor has made more than `most` of them within 24 hours. Errors: JB429.
void check_moves(int moves, int most);

/// Whether there is room for one more on the day.
bool has_room_on_day(const GuestBookingRoom& others);

/// Whether the text has the form of a token made by a visitor's page: "jbb_" and 48 hexadecimal digits.
bool is_visitors_token(std::string_view text);

}  // namespace jb
