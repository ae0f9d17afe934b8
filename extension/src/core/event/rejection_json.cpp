// SPDX-License-Identifier: PostgreSQL
#include "rejection_json.hpp"

#include <nlohmann/json.hpp>

#include "../values/time_text.hpp"

namespace jb {

namespace {

using Json = nlohmann::ordered_json;

// The value of a field as JSON, in the form in which a request gives it; a function for each kind of field.
Json text_json(const std::string& text, const Zone&) { return text; }
Json texts_json(const std::vector<std::string>& texts, const Zone&) { return texts; }
Json texts_json(const Shared<std::vector<std::string>>& texts, const Zone&) { return *texts.get(); }
Json date_json(Date date, const Zone&) { return format_date(date); }
Json time_of_day_json(Seconds time, const Zone&) { return format_time_of_day(time); }
Json timestamp_json(Instant instant, const Zone& zone) { return format_timestamp(instant, zone); }
Json duration_json(Seconds length, const Zone&) { return length.count(); }
Json int_json(int number, const Zone&) { return number; }
Json bool_json(bool value, const Zone&) { return value; }

template <class T>
const T* there(const T& value) {
  return &value;
}

template <class T>
const T* there(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

}  // namespace

std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone) {
  Json request;
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (const auto* value = there(event.member)) request[#name] = kind##_json(*value, zone);
#include "../../../fields.def"
  const bool was_confirmed = event.expires_at && event.status != Status::expired;
  if (was_confirmed) request.erase("hold_for");
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
