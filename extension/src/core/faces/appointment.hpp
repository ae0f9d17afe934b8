// SPDX-License-Identifier: PostgreSQL
//
// Appointments with providers: another view of events, in the words of the seed. An appointment is an event on one
// provider's calendar, held until somebody confirms it; the calendar's settings are what makes it so.
#pragma once

#include "../event/fields.hpp"
#include "../free/hours.hpp"

namespace jb {

inline constexpr std::string_view kProvider = "provider:";

/// The settings of a provider's calendar when its availability makes it: closed but for the dates that are opened, a
/// quarter of an hour's steps, a day's notice, half an hour to confirm. As jb_calendar_set takes them.
inline constexpr const char* kNewProvider =
    R"({"hours": {}, "slot_increment": 900, "min_notice": 86400, "strict": true,
        "confirm_within": 1800, "default_duration": 900})";

/// What a call wants to reserve.
struct Reservation {
  std::optional<std::string> provider_id;  ///< the provider's calendar without "provider:"
  std::optional<std::string> client;
  Fields time;  ///< date and start_time, or start_timestamp; duration
};

/// Reads {"provider_id", "client", "date", "start_time", "start_timestamp", "duration"}; what cannot be read, and what
/// else stands there, is refused. Errors: 22P02 for a number that no double holds.
Reservation read_reservation(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// Refuses what is missing or out of its range; whether the provider exists is not known here.
void check_reservation(Validation& validation, const Reservation& reservation, const FieldNames& names = {});

/// The event that a reservation is.
Fields new_appointment(const Reservation& reservation);

/// One date's open spans as a provider submits them.
struct OpenDate {
  std::optional<Date> date;
  DaySpans spans;
};

/// Reads {"date": "2026-11-25", "slots": {"09:00": "12:00"}}, both required; refuses as read_reservation.
OpenDate read_open_date(Validation& validation, const std::string& text);

/// Whether the event stands on one provider's calendar and on no other.
bool is_appointment(const Event& event);

/// The stored status that a wish for an appointment's status means: scheduled for CONFIRMED, denied, expired; nullopt
/// for any other word.
std::optional<std::string> wished_status(std::string_view word);

/// Refuses a decision that the appointment's status does not allow, in the words of appointments: what was confirmed is
/// pending as an event, which would be read as PENDING. Errors: 55000.
void check_decision(const Event& event, std::string_view word, Instant now);

/// Whether an appointment can be shown with this status: the three above, PENDING, CANCELLED and WAITING.
bool is_appointment_status(std::string_view word);

Failure no_such_appointment(EventId id);          ///< "appointment 5 does not exist", P0002
Failure no_such_provider(const std::string& id);  ///< "provider "p1" does not exist", P0002

}  // namespace jb
