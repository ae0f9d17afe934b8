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

}  // namespace jb
