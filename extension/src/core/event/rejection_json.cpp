// SPDX-License-Identifier: PostgreSQL
#include "rejection_json.hpp"

#include <nlohmann/json.hpp>

#include "../values/time_text.hpp"

namespace jb {

std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone) {
  nlohmann::ordered_json request;
  const auto& wish = event.wish;
  request["event_name"] = event.event_name;
  request["attendees"] = *event.attendees.get();
  request["event_location"] = event.event_location;
  request["calendars"] = event.calendars;
  if (wish.date) request["date"] = format_date(*wish.date);
  if (wish.start_time) request["start_time"] = format_time_of_day(*wish.start_time);
  if (wish.wished_start) request["start_timestamp"] = format_timestamp(*wish.wished_start, zone);
  request["duration"] = wish.duration.count();
  if (wish.not_before) request["not_before"] = format_timestamp(*wish.not_before, zone);
  if (wish.not_after) request["not_after"] = format_timestamp(*wish.not_after, zone);
  request["priority"] = wish.priority;
  if (event.check_attendees) request["check_attendees"] = *event.check_attendees;
  const bool was_confirmed = event.expires_at && event.status != Status::expired;
  if (event.hold_for && !was_confirmed) request["hold_for"] = event.hold_for->count();
  if (!event.recurrence.empty()) request["recurrence"] = event.recurrence;
  if (options.preempt) request["preempt"] = true;
  if (options.allow_past) request["allow_past"] = true;
  return request.dump();
}

std::string announcement_json(std::int64_t id, const Rejection& rejection) {
  constexpr std::size_t most = 10;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(rejection.calendars.size(), most));
  nlohmann::ordered_json announcement;
  announcement["rejection_id"] = id;
  announcement["event_id"] = nullptr;
  if (rejection.event_id) announcement["event_id"] = *rejection.event_id;
  announcement["calendars"] =
      std::vector<std::string>(rejection.calendars.begin(), rejection.calendars.begin() + shown);
  announcement["reason"] = name_of(rejection.refusal.reason);
  announcement["at"] = format_timestamp(rejection.at, *rejection.zone);
  return announcement.dump();
}

}  // namespace jb
