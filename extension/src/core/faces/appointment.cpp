// SPDX-License-Identifier: PostgreSQL
#include "appointment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../event/settings.hpp"
#include "../values/json_values.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::size_t kMostOfClient = 200;

/// The name of an appointment's status: once an appointment is confirmed, the clock makes no difference.
std::string_view appointment_status(const Event& event, Instant now) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{{{"held", "PENDING"},
                                                                                {"denied", "DENIED"},
                                                                                {"expired", "EXPIRED"},
                                                                                {"cancelled", "CANCELLED"},
                                                                                {"waiting", "WAITING"}}};
  const auto status = status_at(event, now);
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.first == status; });
  return found == words.end() ? "CONFIRMED" : found->second;
}

bool is_object(Validation& validation, const json& request) {
  if (!request.is_object()) validation.refuse("request", shown(request), "it must be a JSON object");
  return request.is_object();
}

/// Reads one member; false when an appointment has no member of this name. A duration of null is the provider's
/// duration.
bool read_member(Validation& validation, Reservation& reservation, const std::string& name, const json& value,
                 const IntervalReader& intervals) {
  Fields& time = reservation.time;
  if (name == "provider_id")
    reservation.provider_id = read_text(validation, name, value);
  else if (name == "client")
    reservation.client = read_text(validation, name, value);
  else if (name == "date")
    time.date.set_if_given(read_date(validation, name, value));
  else if (name == "start_time")
    time.start_time.set_if_given(read_time_of_day(validation, name, value));
  else if (name == "start_timestamp")
    time.start_timestamp.set_if_given(read_timestamp(validation, name, value));
  else if (name != "duration")
    return false;
  else if (!value.is_null())
    time.duration.set_if_given(read_duration(validation, name, value, intervals));
  return true;
}

/// A member that was refused when it was read is not reported as missing too.
void require(Validation& validation, bool given, std::string_view name) {
  if (!given && !validation.has_refused(name)) validation.refuse(name, "NULL", "it is required");
}

}  // namespace

Reservation read_reservation(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  const auto request = parse_json(text);
  Reservation reservation;
  if (!is_object(validation, request)) return reservation;
  for (const auto& [name, value] : request.items()) {
    if (!read_member(validation, reservation, name, value, intervals)) {
      validation.refuse(name, shown(value), "an appointment has no such field");
    }
  }
  return reservation;
}

void check_reservation(Validation& validation, const Reservation& reservation, const FieldNames& names) {
  if (validation.has_refused("request")) return;
  const auto& [provider_id, client, time] = reservation;
  require(validation, provider_id.has_value(), "provider_id");
  require(validation, client.has_value(), "client");
  if (client && (client->empty() || characters(*client) > kMostOfClient)) {
    validation.refuse("client", *client, "it must have 1 to 200 characters");
  }
  if (!time.start_timestamp.has_value() && !validation.has_refused("start_timestamp")) {
    require(validation, time.date.has_value(), names.date);
    require(validation, time.start_time.has_value(), "start_time");
  }
  if (!validation.ok()) return;
  Fields named = time;
  named.event_name.set("Appointment");
  check_values(validation, named, names);
  check_new(validation, named, names);
}

Fields new_appointment(const Reservation& reservation) {
  Fields fields = reservation.time;
  fields.event_name.set("Appointment");
  fields.attendees.set(std::vector{*reservation.client});
  fields.calendars.set(std::vector{std::string(kProvider) + *reservation.provider_id});
  return fields;
}

OpenDate read_open_date(Validation& validation, const std::string& text) {
  const auto request = parse_json(text);
  OpenDate open;
  if (!is_object(validation, request)) return open;
  for (const auto& [name, value] : request.items()) {
    if (name == "date")
      open.date = read_date(validation, name, value);
    else if (name == "slots")
      open.spans = read_slots(validation, value.dump());
    else
      validation.refuse(name, shown(value), "availability has no such field");
  }
  require(validation, request.contains("date"), "date");
  require(validation, request.contains("slots"), "slots");
  return open;
}

bool is_appointment(const Event& event) {
  return event.calendars.size() == 1 && event.calendars.front().starts_with(kProvider);
}

std::optional<std::string> wished_status(std::string_view word) {
  if (word == "CONFIRMED") return "scheduled";
  if (word == "DENIED") return "denied";
  if (word == "EXPIRED") return "expired";
  return std::nullopt;
}

bool is_appointment_status(std::string_view word) {
  constexpr std::array<std::string_view, 6> words{"PENDING", "CONFIRMED", "DENIED", "EXPIRED", "CANCELLED", "WAITING"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> statuses_of_appointment(std::string_view word) {
  if (word == "PENDING") return {"held"};
  if (word == "CONFIRMED") return {"pending", "in_progress", "completed"};
  if (word == "EXPIRED") return {"expired"};
  if (word == "DENIED") return {"denied"};
  if (word == "CANCELLED") return {"cancelled"};
  if (word == "WAITING") return {"waiting"};
  return {};
}

void check_decision(const Event& event, std::string_view word, Instant now) {
  const auto status = appointment_status(event, now);
  const bool was_held = status == "PENDING" || (event.is_ended_hold(now) && word == "CONFIRMED");
  if (was_held || status == word) return;
  throw Failure(Error::invalid_transition,
                "appointment " + std::to_string(event.id) + " is " + std::string(status) + " and cannot become " +
                    std::string(word),
                "", "What was decided stays so: cancel its event, or reserve another appointment.");
}

Failure no_such_appointment(EventId id) {
  return {Error::not_found, "appointment " + std::to_string(id) + " does not exist", "",
          "jb_appointments() and GET /appointments list the appointments."};
}

Failure no_such_provider(const std::string& id) {
  return {Error::not_found, "provider \"" + id + "\" does not exist", "",
          "jb_provider_availability_add() or POST /providers/:id/availability makes one."};
}

}  // namespace jb
