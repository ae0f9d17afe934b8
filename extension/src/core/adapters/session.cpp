// SPDX-License-Identifier: PostgreSQL
#include "session.hpp"

#include "../values/json.hpp"
#include "../values/time.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::int64_t kMostMinutes = 527'040;

std::optional<Seconds> refuse_minutes(Validation& validation, std::string_view given) {
  validation.refuse("duration", given, "it must be a whole number of minutes from 1 to 527040",
                    "Give whole minutes, such as 30; 527040 are 366 days.");
  return std::nullopt;
}

template <class T>
void require(Validation& validation, const Field<T>& field, std::string_view name, std::string_view message) {
  if (!field.named) validation.refuse(name, "NULL", message);
}

}  // namespace

std::optional<Seconds> check_minutes(Validation& validation, std::int64_t minutes) {
  if (minutes >= 1 && minutes <= kMostMinutes) return std::chrono::minutes{minutes};
  return refuse_minutes(validation, std::to_string(minutes));
}

SessionFields read_session(Validation& validation, const std::string& text) {
  const auto request = parse_json(text);
  SessionFields session;
  if (!request.is_object() || request.size() != 1 || !request.contains("session") || !request["session"].is_object()) {
    validation.refuse("session", shown(request), R"(the body must be {"session": {...}})");
    return session;
  }
  const auto into = [&](auto& field, auto read) {
    return [&, read](const auto& name, const json& value) { field.set(read(validation, name, value)); };
  };
  const auto read_minutes = [](Validation& refused, const std::string& name, const json& value) {
    Validation own;  // its hint would speak of seconds
    const auto minutes = read_int(own, name, value);
    return minutes ? check_minutes(refused, *minutes) : refuse_minutes(refused, shown(value));
  };
  read_object(validation, "session", request["session"], "a session has no such field",
              {{"coach_hash_id", into(session.coach, read_text)},
               {"client_hash_id", into(session.client, read_text)},
               {"start", into(session.start, read_timestamp)},
               {"duration", into(session.duration, read_minutes)}});
  return session;
}

void check_new_session(Validation& validation, const SessionFields& session) {
  require(validation, session.coach, "coach", "must exist");
  require(validation, session.client, "client", "must exist");
  require(validation, session.start, "start", "it is required");
  require(validation, session.duration, "duration", "it is required");
  if (!session.start.has_value()) return;
  const Instant start = *session.start.value;
  if (!kRepresentable.contains({start, start}) ||
      !kRepresentable.contains({start, start + session.duration.value.value_or(Seconds{0})})) {
    validation.refuse("start", format_utc(start), "the session must begin and end in the years 0001 to 9999");
  }
}

Fields new_session(const SessionFields& session) {
  Fields fields;
  fields.event_name.set("Session");
  fields.calendars.set(
      std::vector{std::string(kCoach) + *session.coach.value, std::string(kClient) + *session.client.value});
  fields.start_timestamp = session.start;
  fields.duration = session.duration;
  fields.allow_past = true;
  return fields;
}

bool is_session(const Event& event) {
  return event.is_claiming() && event.calendars.size() == 2 && event.calendars[0].starts_with(kCoach) &&
         event.calendars[1].starts_with(kClient);
}

Fields session_changes(const SessionFields& session, const Event& event) {
  auto calendars = event.calendars;
  if (session.coach.has_value()) calendars[0] = std::string(kCoach) + *session.coach.value;
  if (session.client.has_value()) calendars[1] = std::string(kClient) + *session.client.value;
  Fields fields;
  if (calendars != event.calendars) fields.calendars.set(calendars);
  if (session.start.has_value() && *session.start.value != event.time->start) fields.start_timestamp = session.start;
  const auto lasts = event.time->end - event.time->start;
  if (session.duration.has_value() && *session.duration.value != lasts) fields.duration = session.duration;
  fields.allow_past = true;
  return fields;
}

}  // namespace jb
