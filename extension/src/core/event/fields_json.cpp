// SPDX-License-Identifier: PostgreSQL
#include "fields_json.hpp"

#include <algorithm>
#include <array>

#include "../values/json_values.hpp"
#include "../values/time_text.hpp"
#include "../values/zone.hpp"
#include "attachment_json.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 13> kResults{
    "id",      "end_timestamp", "placement",          "time_zone",   "wished_start", "created_at", "updated_at",
    "version", "expires_at",    "attendee_calendars", "attachments", "series",       "recurrence"};

/// What an answer to a write tells besides the event: what the call did to others. They are news and no state, so there
/// is nothing to compare them with.
constexpr std::array<std::string_view, 3> kNews{"moves", "events", "skipped"};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// Reads one member into one field; null clears it. False when the name is none of an event's wishes or options.
bool read_member(Validation& v, Fields& fields, const std::string& name, const json& value,
                 const IntervalReader& intervals) {
  const auto into = [&](auto& field, auto read) {
    if (value.is_null()) return field.set(std::nullopt), true;
    if (auto got = read(v, name, value)) field.set(std::move(got));
    return true;
  };
  const auto length = [&](Validation& validation, std::string_view field, const json& text) {
    return read_duration(validation, field, text, intervals);
  };
  const auto flag = [&](bool& option) {
    option = read_bool(v, name, value).value_or(false);
    return true;
  };
  if (name == "event_name") return into(fields.event_name, read_text);
  if (name == "attendees") return into(fields.attendees, read_texts);
  if (name == "event_location") return into(fields.event_location, read_text);
  if (name == "calendars") return into(fields.calendars, read_texts);
  if (name == "date") return into(fields.date, read_date);
  if (name == "start_time") return into(fields.start_time, read_time_of_day);
  if (name == "start_timestamp") return into(fields.start_timestamp, read_timestamp);
  if (name == "duration") return into(fields.duration, length);
  if (name == "not_before") return into(fields.not_before, read_timestamp);
  if (name == "not_after") return into(fields.not_after, read_timestamp);
  if (name == "priority") return into(fields.priority, read_int);
  if (name == "check_attendees") return into(fields.check_attendees, read_bool);
  if (name == "hold_for") return into(fields.hold_for, length);
  if (name == "on_no_slot") {
    const auto word = read_text(v, name, value);
    const auto choice = word ? on_no_slot_from(*word) : std::nullopt;
    if (word && !choice) v.refuse(name, *word, "it must be reject, wait or skip");
    fields.on_no_slot = choice.value_or(OnNoSlot::reject);
    return true;
  }
  if (name == "preempt") return flag(fields.preempt);
  if (name == "allow_past") return flag(fields.allow_past);
  if (name == "dry_run") return flag(fields.dry_run);
  return false;
}

void read_scope(Validation& validation, Fields& fields, const json& value) {
  const auto word = read_text(validation, "scope", value);
  const auto scope = word ? scope_from(*word) : std::nullopt;
  if (word && !scope) validation.refuse("scope", *word, "it must be one, following or all");
  fields.scope = scope.value_or(Scope::one);
}

bool is_object(Validation& validation, const json& value) {
  if (value.is_object()) return true;
  validation.refuse("request", shown(value), "it must be a JSON object");
  return false;
}

void read_status(Validation& validation, Fields& fields, const json& value) {
  const auto status = read_text(validation, "status", value);
  if (!status) return;
  if (is_shown_status(*status))
    fields.status.set(status);
  else
    validation.refuse("status", *status, "there is no such status");
}

/// Whether a result in `value` is the present one of `current`.
bool is_present(const std::string& name, const json& value, const Event& current, const ChangeOptions& options) {
  const auto is_instant = [&](std::optional<Instant> present) {
    if (value.is_null()) return !present;
    return present && value.is_string() && parse_timestamp(value.get<std::string>()) == present;
  };
  if (name == "id") return value == current.id;
  if (name == "version") return value == current.version;
  if (name == "placement") return value == (current.wish.is_fixed() ? "fixed" : "automatic");
  if (name == "time_zone") return value == options.time_zone;
  if (name == "attachments") return value == parse_json(options.attachments());
  if (name == "end_timestamp") return is_instant(current.time ? std::optional{current.time->end} : std::nullopt);
  if (name == "wished_start") return is_instant(current.wish.wished_start);
  if (name == "series") return current.series ? value == *current.series : value.is_null();
  if (name == "recurrence") {
    const auto present = options.recurrence();
    return present ? value == *present : value.is_null();
  }
  if (name == "attendee_calendars") return value == current.attendee_calendars;
  if (name == "expires_at") return is_instant(current.expires_at);
  if (name == "created_at") return is_instant(current.created_at);
  return name == "updated_at" && is_instant(current.updated_at);
}

/// Whether a start_timestamp equal to the present start is the result that GET shows, and no wish: where the wish is
/// shown beside it, or the event moves no more. On its own it is a wish: dropped, it would leave PUT without a start,
/// and the event would move.
bool shows_start(const json& object, const Event& current, Instant now) {
  const auto has = [&](std::string_view name) { return object.contains(name); };
  const bool moves_no_more = !current.is_claiming() || current.has_begun(now);
  return moves_no_more || has("wished_start") || (has("start_time") && !object["start_time"].is_null()) ||
         (!current.wish.is_fixed() && std::any_of(kResults.begin(), kResults.end(), has));
}

bool names_wished_start(const json& object) {
  return object.contains("wished_start") && !object["wished_start"].is_null();
}

/// Values equal to the present ones are no change. Of an event without a place GET shows no start beside the instant
/// that was wished: that null clears nothing.
void drop_unchanged(Fields& fields, const json& object, const Event& current, Instant now) {
  const auto drop = [](auto& field, const auto& present) {
    if (field.named && field.value.value_or(std::decay_t<decltype(present)>{}) == present) field.drop();
  };
  const auto drop_optional = [](auto& field, const auto& present) {
    if (field.named && field.value == present) field.drop();
  };
  if (fields.event_name.has_value()) drop(fields.event_name, current.event_name);
  drop(fields.attendees, current.attendees);
  drop(fields.event_location, current.event_location);
  if (fields.calendars.has_value()) drop(fields.calendars, current.calendars);
  drop_optional(fields.date, current.wish.date);
  drop_optional(fields.start_time, current.wish.start_time);
  if (fields.start_timestamp.named && !fields.start_timestamp.value && !current.time && names_wished_start(object)) {
    fields.start_timestamp.drop();
  }
  if (fields.start_timestamp.has_value()) {
    const auto start = fields.start_timestamp.value;
    const bool is_result = current.time && *start == current.time->start && shows_start(object, current, now);
    if (is_result || start == current.wish.wished_start) fields.start_timestamp.drop();
  }
  if (fields.duration.has_value()) drop(fields.duration, current.wish.duration);
  drop_optional(fields.not_before, current.wish.not_before);
  drop_optional(fields.not_after, current.wish.not_after);
  if (fields.priority.has_value()) drop(fields.priority, current.wish.priority);
  drop_optional(fields.check_attendees, current.check_attendees);
  drop_optional(fields.hold_for, current.hold_for);
  if (fields.status.has_value() && *fields.status.value == status_at(current, now)) fields.status.drop();
}

/// PUT replaces what POST names first; what of it was left out is cleared. Calendars and options, the window among
/// them, stay: of the two readings of the contract the one that loses nothing.
void clear_left_out(Fields& fields, const json& object, const Event& current) {
  const auto clear = [&](auto& field, const char* name) {
    if (!object.contains(name)) field.set(std::nullopt);
  };
  clear(fields.event_name, "event_name");
  clear(fields.attendees, "attendees");
  clear(fields.event_location, "event_location");
  clear(fields.date, "date");
  clear(fields.start_time, "start_time");
  clear(fields.duration, "duration");
  // The instant wished is shown twice, as wish and as result: either one keeps it.
  const bool keeps_wish = current.wish.wished_start && names_wished_start(object);
  if (!keeps_wish) clear(fields.start_timestamp, "start_timestamp");
}

Fields read_new(Validation& validation, const json& object, const IntervalReader& intervals) {
  Fields fields;
  if (!is_object(validation, object)) return fields;
  for (const auto& [name, value] : object.items()) {
    if (name == "attachments") {
      if (!value.is_null()) fields.attachments = read_attachments(validation, name, value).value_or(fields.attachments);
      fields.attached_bytes = bytes_of(fields.attachments);
      continue;
    }
    if (name == "recurrence" && !value.is_null()) {
      if (const auto text = read_text(validation, name, value)) fields.recurrence = parse_recurrence(*text, validation);
      continue;
    }
    if (read_member(validation, fields, name, value, intervals)) continue;
    const bool is_result = name == "status" || contains(kResults, name) || contains(kNews, name);
    validation.refuse(name, shown(value), is_result ? "it is a result and cannot be wished" : "there is no such field");
  }
  check_values(validation, fields);
  check_new(validation, fields);
  return fields;
}

}  // namespace

std::vector<Fields> read_requests(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  const auto requests = parse_json(text);
  std::vector<Fields> all;
  if (!requests.is_array()) {
    all.push_back(read_new(validation, requests, intervals));
    return all;
  }
  constexpr std::size_t most = 1000;
  if (requests.size() > most) {
    validation.refuse("requests", std::to_string(requests.size()), "there must be at most 1000");
    return all;
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    validation.at_index(i);
    all.push_back(read_new(validation, requests[i], intervals));
    all.back().item = i;
  }
  return all;
}

Fields read_changes(Validation& validation, const std::string& text, const Event& current, const ChangeOptions& options,
                    const IntervalReader& intervals) {
  const auto object = parse_json(text);
  Fields fields;
  if (!is_object(validation, object)) return fields;
  for (const auto& [name, value] : object.items()) {
    if (name == "status") {
      read_status(validation, fields, value);
    } else if (name == "scope") {
      read_scope(validation, fields, value);
    } else if (contains(kResults, name)) {
      if (!is_present(name, value, current, options))
        validation.refuse(name, shown(value), "it is a result and cannot be changed");
    } else if (contains(kNews, name)) {
      if (!value.is_array()) validation.refuse(name, shown(value), "it is a result and cannot be changed");
    } else if (!read_member(validation, fields, name, value, intervals)) {
      validation.refuse(name, shown(value), "there is no such field");
    }
  }
  if (options.replace) clear_left_out(fields, object, current);
  drop_unchanged(fields, object, current, options.now);
  check_values(validation, fields);
  return fields;
}

bool asks_for_dry_run(const std::string& text) {
  const auto object = parse_json(text);
  return object.is_object() && object.value("dry_run", json()) == true;
}

}  // namespace jb
