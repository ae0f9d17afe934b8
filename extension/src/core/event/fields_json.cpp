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

/// The members of an answer to a write that tell what the call did to other events. They are no state of the event, so
/// an update has nothing to compare them with, and accepts any list under these names.
constexpr std::array<std::string_view, 3> kNews{"moves", "events", "skipped"};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void read_option(Validation& validation, std::string_view name, const json& value, bool& option) {
  option = read_bool(validation, name, value).value_or(false);
}

void read_option(Validation& validation, std::string_view name, const json& value, OnNoSlot& option) {
  const auto word = read_text(validation, name, value);
  option = word ? read_on_no_slot(validation, *word) : OnNoSlot::reject;
}

/// Reads one member into one field; null clears the field. Result: false when no field and no option has the name.
bool read_member(Validation& validation, Fields& fields, const std::string& member_name, const json& value,
                 const IntervalReader& intervals) {
  const auto into = [&](auto& field, auto read) {
    if (value.is_null()) return field.set(std::nullopt);
    if (auto got = read(validation, member_name, value)) field.set(std::move(got));
  };
  const auto read_duration = [&](Validation& refused, std::string_view field, const json& text) {
    return jb::read_duration(refused, field, text, intervals);
  };
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (member_name == #name) return into(fields.name, read_##kind), true;
#define JB_OPTION(name, type, otherwise) \
  if (member_name == #name) return read_option(validation, member_name, value, fields.name), true;
#include "../../../fields.def"
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

/// A result: a member that the scheduler sets, and that no caller may change (rule 5.6).
struct Result {
  std::string_view name;
  bool (*is)(const json& value, const Event& current,
             const ChangeOptions& options);  ///< whether `value` is the present value of the result
};

bool is_instant(const json& value, std::optional<Instant> present) {
  if (value.is_null()) return !present;
  return present && value.is_string() && parse_timestamp(value.get<std::string>()) == present;
}

constexpr std::array kResults{
    Result{"id", [](const json& value, const Event& current, const auto&) { return value == current.id; }},
    Result{"end_timestamp",
           [](const json& value, const Event& current, const auto&) {
             return is_instant(value, current.time ? std::optional{current.time->end} : std::nullopt);
           }},
    Result{"placement", [](const json& value, const Event& current,
                           const auto&) { return value == (current.wish.is_fixed() ? "fixed" : "automatic"); }},
    Result{"time_zone",
           [](const json& value, const Event&, const auto& options) { return value == options.time_zone; }},
    Result{"wished_start", [](const json& value, const Event& current,
                              const auto&) { return is_instant(value, current.wish.wished_start); }},
    Result{"created_at",
           [](const json& value, const Event& current, const auto&) { return is_instant(value, current.created_at); }},
    Result{"updated_at",
           [](const json& value, const Event& current, const auto&) { return is_instant(value, current.updated_at); }},
    Result{"version", [](const json& value, const Event& current, const auto&) { return value == current.version; }},
    Result{"expires_at",
           [](const json& value, const Event& current, const auto&) { return is_instant(value, current.expires_at); }},
    Result{"attendee_calendars",
           [](const json& value, const Event& current, const auto&) { return value == current.attendee_calendars; }},
    Result{"attachments", [](const json& value, const Event&,
                             const auto& options) { return value == parse_json(options.attachments()); }},
    Result{"series", [](const json& value, const Event& current,
                        const auto&) { return current.series ? value == *current.series : value.is_null(); }},
    Result{"recurrence", [](const json& value, const Event&, const auto& options) {
             const auto present = options.recurrence();
             return present ? value == *present : value.is_null();
           }}};

/// The result of this name; nullptr when no result has the name.
const Result* result_named(std::string_view name) {
  const auto* found = std::find_if(kResults.begin(), kResults.end(), [&](const Result& r) { return r.name == name; });
  return found == kResults.end() ? nullptr : found;
}

/// Whether a start_timestamp equal to the present start is the result that GET shows, and not a wish. It is the result
/// where the object shows the event's wish as well, or where the event can move no more. A start_timestamp alone is a
/// wish: without it PUT would have no start, and the event would move.
bool shows_start(const json& object, const Event& current, Instant now) {
  const auto has = [&](std::string_view name) { return object.contains(name); };
  const bool moves_no_more = !current.is_claiming() || current.has_begun(now);
  return moves_no_more || has("wished_start") || (has("start_time") && !object["start_time"].is_null()) ||
         (!current.wish.is_fixed() &&
          std::any_of(kResults.begin(), kResults.end(), [&](const Result& result) { return has(result.name); }));
}

bool names_wished_start(const json& object) {
  return object.contains("wished_start") && !object["wished_start"].is_null();
}

/// Drops a start_timestamp that only shows the present state of the event, since it is no wish. For an event without a
/// place, GET shows a start_timestamp of null beside wished_start; that null clears nothing.
void drop_shown_start(Field<Instant>& start, const json& object, const Event& current, Instant now) {
  const bool is_no_start = start.named && !start.value && !current.time && names_wished_start(object);
  const bool is_result = start.has_value() && current.time && *start.value == current.time->start;
  if (is_no_start || (is_result && shows_start(object, current, now))) start.drop();
}

/// Rule 5.6: PUT clears name, attendees, place, date, start_time and duration where the object leaves them out.
/// Calendars, window, priority and the other options stay.
void clear_left_out(Fields& fields, const json& object, const Event& current) {
  enum class LeftOut { clears, stays };
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  if (LeftOut::left_out == LeftOut::clears && !object.contains(#name)) fields.name.set(std::nullopt);
#include "../../../fields.def"
  // GET shows a wished instant twice, as wished_start and as start_timestamp. Either member alone keeps the wish.
  const bool keeps_wish = current.wish.wished_start && names_wished_start(object);
  if (keeps_wish && !object.contains("start_timestamp")) fields.start_timestamp.drop();
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
    const bool is_result = name == "status" || result_named(name) != nullptr || contains(kNews, name);
    validation.refuse(name, shown(value), is_result ? "it is a result and cannot be wished" : "there is no such field");
  }
  check_values(validation, fields);
  check_new(validation, fields);
  return fields;
}

}  // namespace

bool too_many_requests(Validation& validation, std::size_t count) {
  constexpr std::size_t most = 1000;
  if (count > most) validation.refuse("requests", std::to_string(count), "there must be at most 1000");
  return count > most;
}

std::vector<Fields> read_requests(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  const auto requests = parse_json(text);
  std::vector<Fields> all;
  if (!requests.is_array()) {
    all.push_back(read_new(validation, requests, intervals));
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
    } else if (const auto* result = result_named(name)) {
      if (!result->is(value, current, options))
        validation.refuse(name, shown(value), "it is a result and cannot be changed");
    } else if (contains(kNews, name)) {
      if (!value.is_array()) validation.refuse(name, shown(value), "it is a result and cannot be changed");
    } else if (!read_member(validation, fields, name, value, intervals)) {
      validation.refuse(name, shown(value), "there is no such field");
    }
  }
  if (options.replace) clear_left_out(fields, object, current);
  drop_shown_start(fields.start_timestamp, object, current, options.now);
  drop_unchanged(fields, current);
  if (fields.status.has_value() && *fields.status.value == status_at(current, options.now)) fields.status.drop();
  check_values(validation, fields);
  return fields;
}

bool asks_for_dry_run(const std::string& text) {
  const auto object = parse_json(text);
  return object.is_object() && object.value("dry_run", json()) == true;
}

}  // namespace jb
