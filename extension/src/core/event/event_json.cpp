// SPDX-License-Identifier: PostgreSQL
#include "event_json.hpp"

#include "kind_json.hpp"

namespace jb {

std::string event_json(const ShownEvent& shown) {
  const auto& event = shown.event;
  JsonObject json;
  const auto add_time = [&](std::string_view name, std::optional<Instant> instant) {
    add_shown(json, name, instant, timestamp_json, shown.zone.get());
  };
  json.add("id", event.id);
#define JB_FIELD(name, kind, member, column, argument, left_out)         \
  add_shown(json, #column, event.member, kind##_json, shown.zone.get()); \
  if constexpr (std::string_view(#column) == "calendars") json.add("attendee_calendars", event.attendee_calendars);
#include "../../../fields.def"
  add_time("start_timestamp", event.time ? std::optional{event.time->start} : std::nullopt);
  add_time("end_timestamp", event.time ? std::optional{event.time->end} : std::nullopt);
  json.add("status", shown.status);
  json.add("placement", event.wish.is_fixed() ? "fixed" : "automatic");
  json.add("attachments", RawJson{shown.attachments ? *shown.attachments : std::string_view("[]")});
  json.add("series", event.series);
  json.add("recurrence", shown.recurrence);
  add_time("expires_at", event.expires_at);
  json.add("time_zone", shown.time_zone);
  add_time("created_at", event.created_at);
  add_time("updated_at", event.updated_at);
  json.add("version", event.version);
  return std::move(json).finished();
}

}  // namespace jb
