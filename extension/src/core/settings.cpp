// SPDX-License-Identifier: PostgreSQL
#include "settings.hpp"

#include <algorithm>
#include <array>

#include "json_values.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::array<const char*, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
constexpr std::size_t kSpansPerDay = 288;
constexpr Seconds kFarthestHorizon = 3660 * kDay;

std::optional<Seconds> read_span_end(Validation& validation, const std::string& field, const json& value) {
  const auto text = value.is_string() ? value.get<std::string>() : std::string{};
  if (text == "24:00" || text == "24:00:00") return kDay;
  return read_time_of_day(validation, field, value);
}

void read_span(Validation& validation, const std::string& field, const json& value, DaySpans& spans) {
  if (!value.is_object() || value.size() != 2 || !value.contains("start") || !value.contains("end")) {
    validation.refuse(field, shown(value), R"(it must be {"start": "HH:MM", "end": "HH:MM"})");
    return;
  }
  const auto start = read_time_of_day(validation, field + ".start", value["start"]);
  const auto end = read_span_end(validation, field + ".end", value["end"]);
  if (!start || !end) return;
  if (*end <= *start)
    validation.refuse(field, shown(value), "its end must be after its start");
  else
    spans.push_back({*start, *end});
}

DaySpans read_day(Validation& validation, const std::string& field, const json& value) {
  DaySpans spans;
  if (!value.is_array() || value.size() > kSpansPerDay) {
    validation.refuse(field, shown(value), "it must be a list of at most 288 spans");
    return spans;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    read_span(validation, field + "[" + std::to_string(i) + "]", value[i], spans);
  }
  return normalise(std::move(spans));
}

Hours read_hours(Validation& validation, const json& object) {
  Hours hours;
  if (!object.is_object()) {
    validation.refuse("hours", shown(object), "it must be an object of days");
    return hours;
  }
  for (const auto& [name, value] : object.items()) {
    const auto day = std::find(kDays.begin(), kDays.end(), name);
    if (day == kDays.end())
      validation.refuse("hours." + name, shown(value), "there is no such day");
    else
      hours.week[static_cast<std::size_t>(day - kDays.begin())] = read_day(validation, "hours." + name, value);
  }
  return hours;
}

/// False when there is no setting of this name.
bool read_setting(Validation& v, Settings& settings, const std::string& name, const json& value,
                  const IntervalReader& intervals, const ZoneNames& zones) {
  const auto clear = [&](auto& field) { return value.is_null() && (field.set(std::nullopt), true); };
  const auto length = [&](Field<Seconds>& field, Seconds least, Seconds most) {
    if (clear(field)) return true;
    if (const auto got = read_duration(v, name, value, intervals, least, most)) field.set(got);
    return true;
  };
  if (name == "time_zone") {
    if (clear(settings.time_zone)) return true;
    const auto zone = read_text(v, name, value);
    const auto spelled = zone ? zones(*zone) : std::nullopt;
    if (zone && !spelled) v.refuse(name, *zone, "there is no such time zone");
    settings.time_zone.set(spelled);
    return true;
  }
  if (name == "hours") {
    if (!clear(settings.hours)) settings.hours.set(read_hours(v, value));
    return true;
  }
  if (name == "strict") {
    if (!clear(settings.strict)) settings.strict.set(read_bool(v, name, value));
    return true;
  }
  if (name == "slot_increment") return length(settings.slot_increment, kShortest, kDay);
  if (name == "min_notice") return length(settings.min_notice, Seconds{0}, kLongest);
  if (name == "horizon") return length(settings.horizon, kShortest, kFarthestHorizon);
  if (name == "settled_within") return length(settings.settled_within, Seconds{0}, kLongest);
  if (name == "default_duration") return length(settings.default_duration, kShortest, kLongest);
  return false;
}

}  // namespace

Settings read_settings(Validation& validation, const std::string& calendar, const std::string& text,
                       const IntervalReader& intervals, const ZoneNames& zones) {
  Settings settings;
  const auto object =
      json::parse(text, nullptr, false);  // the server took it for jsonb: at worst a number is too large
  if (!object.is_object()) {
    validation.refuse("settings", shown(object), "it must be a JSON object");
    return settings;
  }
  for (const auto& [name, value] : object.items()) {
    if (name == "name" && value == calendar) continue;
    if (read_setting(validation, settings, name, value, intervals, zones)) continue;
    validation.refuse(name, shown(value), name == "name" ? "a calendar keeps its name" : "there is no such setting");
  }
  return settings;
}

Hours parse_hours(const std::string& text) {
  Validation validation;
  auto hours = read_hours(validation, json::parse(text));
  validation.raise();
  return hours;
}

std::string hours_json(const Hours& hours) {
  nlohmann::ordered_json object;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    auto& spans = object[kDays[day]] = nlohmann::ordered_json::array();
    for (const auto& span : hours.week[day]) {
      spans.push_back({{"start", format_time_of_day(span.start)}, {"end", format_time_of_day(span.end)}});
    }
  }
  return object.dump();
}

}  // namespace jb
