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
  const auto is_known = [&](std::string_view name) {
    return !shown.is_busy_time || name == "calendars" || name == "attendees" || name == "duration";
  };
#define JB_FIELD(name, kind, member, column, argument, left_out)           \
  if (is_known(#column))                                                   \
    add_shown(json, #column, event.member, kind##_json, shown.zone.get()); \
  else                                                                     \
    json.add(#column, RawJson{"null"});                                    \
  if constexpr (std::string_view(#column) == "calendars") json.add("attendee_calendars", event.attendee_calendars);
#include "../../../fields.def"
  add_time("start_timestamp", event.time ? std::optional{event.time->start} : std::nullopt);
  add_time("end_timestamp", event.time ? std::optional{event.time->end} : std::nullopt);
  json.add("status", shown.status);
  json.add("placement", shown.is_busy_time
                            ? std::nullopt
                            : std::optional<std::string_view>(event.wish.is_fixed() ? "fixed" : "automatic"));
  json.add("attachments", RawJson{shown.attachments ? *shown.attachments : std::string_view("[]")});
  json.add("series", event.series);
  json.add("recurrence", shown.recurrence);
  add_time("recurrence_id", event.recurrence_id);
  add_time("expires_at", event.expires_at);
  json.add("time_zone", shown.time_zone);
  const auto known = [&](auto value) { return shown.is_busy_time ? std::nullopt : std::optional(value); };
  add_time("created_at", known(event.created_at));
  add_time("updated_at", known(event.updated_at));
  json.add("version", known(event.version));
  return std::move(json).finished();
}

std::string old_values_json(const Event& before, const Event& after, const Zone* zone, bool whole) {
  std::optional<JsonObject> json;
  const auto add = [&](std::string_view name, const auto& old_value, const auto& new_value, auto kind) {
    if (!whole && old_value == new_value) return;
    if (!json) json.emplace();
    add_shown(*json, name, old_value, kind, zone);
  };
#define JB_FIELD(name, kind, member, column, argument, left_out) add(#column, before.member, after.member, kind##_json);
#include "../../../fields.def"
  const auto id_json = [](EventId id, const Zone*) { return id; };
  add("attendee_calendars", before.attendee_calendars, after.attendee_calendars, texts_json);
  add("series", before.series, after.series, id_json);
  add("recurrence_id", before.recurrence_id, after.recurrence_id, timestamp_json);
  add("expires_at", before.expires_at, after.expires_at, timestamp_json);
  if (whole) add_shown(*json, "created_at", before.created_at, timestamp_json, zone);
  return json ? std::move(*json).finished() : std::string();
}

}  // namespace jb
