// SPDX-License-Identifier: PostgreSQL
#include "appointment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../event/calendar.hpp"
#include "../values/json.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::size_t kMostOfClient = 200;

/// A status by the clock, and the word for it: once an appointment is confirmed, the clock makes no difference.
constexpr std::array<std::pair<Status, std::string_view>, 8> kWords{{{Status::held, "PENDING"},
                                                                     {Status::pending, "CONFIRMED"},
                                                                     {Status::in_progress, "CONFIRMED"},
                                                                     {Status::completed, "CONFIRMED"},
                                                                     {Status::denied, "DENIED"},
                                                                     {Status::expired, "EXPIRED"},
                                                                     {Status::cancelled, "CANCELLED"},
                                                                     {Status::waiting, "WAITING"}}};

std::string_view appointment_status(const Event& event, Instant now) {
  const auto status = status_at(event, now);
  return std::find_if(kWords.begin(), kWords.end(), [&](const auto& word) { return word.first == status; })->second;
}

/// A member that was refused when it was read is not reported as missing too.
void require(Validation& validation, bool given, std::string_view name) {
  if (!given && !validation.has_refused(name)) validation.refuse(name, "NULL", "it is required");
}

}  // namespace

Reservation read_reservation(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  Reservation reservation;
  auto& time = reservation.time;
  const auto read_length = [&](const auto& name, const json& value) {  // null is the provider's duration
    if (!value.is_null()) time.duration.set_if_given(read_duration(validation, name, value, intervals));
  };
  const auto into = [&](auto& member, auto read) {
    return [&, read](const auto& name, const json& value) { member = read(validation, name, value); };
  };
  const auto wished = [&](auto& field, auto read) {
    return [&, read](const auto& name, const json& value) { field.set_if_given(read(validation, name, value)); };
  };
  read_object(validation, "request", parse_json(text), "an appointment has no such field",
              {{"provider_id", into(reservation.provider_id, read_text)},
               {"client", into(reservation.client, read_text)},
               {"date", wished(time.date, read_date)},
               {"start_time", wished(time.start_time, read_time_of_day)},
               {"start_timestamp", wished(time.start_timestamp, read_timestamp)},
               {"duration", read_length}});
  return reservation;
}

void check_reservation(Validation& validation, const Reservation& reservation, const FieldNames& names) {
  if (validation.has_refused("request")) return;
  const auto& [provider_id, client, time] = reservation;
  require(validation, provider_id.has_value(), "provider_id");
  require(validation, client.has_value(), "client");
  if (client && (client->empty() || characters(*client) > kMostOfClient)) {
    validation.refuse("client", *client, "it must have 1 to 200 characters");
  } else if (client && !has_visible(*client)) {
    validation.refuse("client", *client, fault_of_unseen(*client));
  } else if (client && has_invisible(*client)) {
    validation.refuse("client", *client, kInvisible);
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
  const MemberReaders members{
      {"date", [&](const auto& name, const json& value) { open.date = read_date(validation, name, value); }},
      {"slots", [&](const auto&, const json& value) { open.spans = read_slots(validation, value.dump()); }}};
  if (!read_object(validation, "request", request, "availability has no such field", members)) return open;
  require(validation, request.contains("date"), "date");
  require(validation, request.contains("slots"), "slots");
  return open;
}

bool is_appointment(const Event& event) {
  return event.calendars.size() == 1 && event.calendars.front().starts_with(kProvider);
}

std::optional<Status> wished_status(std::string_view word) {
  if (word == "CONFIRMED") return Status::scheduled;
  if (word == "DENIED") return Status::denied;
  if (word == "EXPIRED") return Status::expired;
  return std::nullopt;
}

bool is_appointment_status(std::string_view word) { return !statuses_of_appointment(word).empty(); }

std::vector<std::string> statuses_of_appointment(std::string_view word) {
  std::vector<std::string> statuses;
  for (const auto& [status, shown] : kWords)
    if (shown == word) statuses.emplace_back(name_of(status));
  return statuses;
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

}  // namespace jb
