// SPDX-License-Identifier: PostgreSQL
//
// A field's value as a value for JsonObject::add(), by the kind that extension/fields.def gives the field. Times are
// written in `zone`, and are null without a zone.
#pragma once

#include "../values/json_text.hpp"
#include "../values/time_text.hpp"

namespace jb {

inline constexpr auto text_json = [](const std::string& text, const Zone*) -> const std::string& { return text; };
inline constexpr auto texts_json = [](const auto& texts, const Zone*) -> const auto& { return texts; };
inline constexpr auto long_text_json = texts_json;
inline constexpr auto json_json = texts_json;
inline constexpr auto date_json = [](Date date, const Zone*) { return format_date(date); };
inline constexpr auto time_of_day_json = [](Seconds time, const Zone*) { return format_time_of_day(time); };
inline constexpr auto timestamp_json = [](Instant instant, const Zone* zone) {
  return zone != nullptr ? std::optional{timestamp_text(instant, *zone)} : std::nullopt;
};
inline constexpr auto duration_json = [](Seconds length, const Zone*) { return std::int64_t{length.count()}; };
inline constexpr auto int_json = [](int number, const Zone*) { return std::int64_t{number}; };
inline constexpr auto days_json = int_json;
inline constexpr auto bool_json = [](bool value, const Zone*) { return value; };

/// Adds a member of this kind; nullopt is null.
template <class T, class Kind>
void add_shown(JsonObject& json, std::string_view name, const T& value, Kind kind, const Zone* zone) {
  json.add(name, kind(value, zone));
}

template <class T, class Kind>
void add_shown(JsonObject& json, std::string_view name, const std::optional<T>& value, Kind kind, const Zone* zone) {
  value ? json.add(name, kind(*value, zone)) : json.add(name, RawJson{"null"});
}

}  // namespace jb
