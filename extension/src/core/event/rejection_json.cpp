// SPDX-License-Identifier: PostgreSQL
#include "rejection_json.hpp"

#include <nlohmann/json.hpp>

#include "../values/time_text.hpp"
#include "kind_json.hpp"

namespace jb {

namespace {

/// How long the names of an announcement's calendars are at most. NOTIFY takes less than 8,000 bytes; the rest of the
/// announcement has a few hundred.
constexpr std::size_t kNamedBytes = 7'500;

template <class T>
const T* there(const T& value) {
  return &value;
}

template <class T>
const T* there(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

}  // namespace

std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone,
                         std::string_view zone_name) {
  const bool was_confirmed = event.expires_at && event.status != Status::expired && event.status != Status::held;
  JsonObject request;
#define JB_FIELD(name, kind, member, column, argument, left_out)                     \
  if (const auto* value = there(event.member);                                       \
      value != nullptr && !(was_confirmed && std::string_view(#name) == "hold_for")) \
    request.add(#name, kind##_json(*value, &zone));
#include "../../../fields.def"
  if (event.wish.date) request.add("time_zone", zone_name);
  if (!event.recurrence.empty()) request.add("recurrence", event.recurrence);
  if (options.preempt) request.add("preempt", true);
  if (options.allow_past) request.add("allow_past", true);
  return std::move(request).finished();
}

std::string announcement_json(std::int64_t id, const Rejection& rejection) {
  nlohmann::ordered_json announcement;
  announcement["rejection_id"] = id;
  announcement["event_id"] = nullptr;
  if (rejection.event_id) announcement["event_id"] = *rejection.event_id;
  auto& named = announcement["calendars"] = nlohmann::ordered_json::array();
  std::size_t bytes = 0;
  for (const auto& name : rejection.calendars) {
    bytes += name.size() + 3;  // the quotes, and a comma
    if (bytes > kNamedBytes) break;
    named.push_back(name);
  }
  if (const auto left_out = rejection.calendars.size() - named.size(); left_out > 0)
    announcement["calendars_left_out"] = left_out;
  announcement["reason"] = name_of(rejection.refusal.reason);
  announcement["at"] = format_timestamp(rejection.at, *rejection.zone);
  return announcement.dump();
}

std::string brief_announcement_json(std::int64_t id, const Rejection& rejection) {
  nlohmann::ordered_json announcement;
  announcement["rejection_id"] = id;
  announcement["at"] = format_utc(rejection.at);
  return announcement.dump();
}

}  // namespace jb
