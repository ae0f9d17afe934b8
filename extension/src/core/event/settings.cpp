// SPDX-License-Identifier: PostgreSQL
#include "settings.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

#include "../values/json_values.hpp"
#include "../values/time_text.hpp"
#include "calendar.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::array<const char*, 7> kDays{"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
constexpr std::size_t kSpansPerDay = 288;
constexpr Seconds kFarthestHorizon = 3660 * kDay;
constexpr int kMostEventsPerDay = 86'400;  // more do not fit into a day
constexpr int kMostGuestBookings = 1'000'000;

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

json day_json(const DaySpans& spans) {
  json day = json::array();
  for (const auto& span : spans) {
    day.push_back({{"start", format_time_of_day(span.start)}, {"end", format_time_of_day(span.end)}});
  }
  return day;
}

json week_json(const Hours& hours) {
  json week;
  for (std::size_t day = 0; day < kDays.size(); ++day) week[kDays[day]] = day_json(hours.week[day]);
  return week;
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

struct Length {
  const char* name;
  Seconds least;
  Seconds most;
};
constexpr std::array kLengths{
    Length{"slot_increment", kShortest, kDay},      Length{"min_notice", Seconds{0}, kLongest},
    Length{"horizon", kShortest, kFarthestHorizon}, Length{"buffer_before", Seconds{0}, kDay},
    Length{"buffer_after", Seconds{0}, kDay},       Length{"settled_within", Seconds{0}, kLongest},
    Length{"confirm_within", kShortest, kLongest},  Length{"default_duration", kShortest, kLongest}};

json read_length(Validation& v, const Length& length, const json& value, const IntervalReader& intervals) {
  const auto seconds = read_duration(v, length.name, value, intervals, length.least, length.most);
  return seconds ? json(seconds->count()) : json();
}

json read_zone(Validation& v, const std::string& name, const json& value, const ZoneNames& zones) {
  const auto zone = read_text(v, name, value);
  const auto spelled = zone ? zones(*zone) : std::nullopt;
  if (zone && !spelled) v.refuse(name, *zone, "there is no such time zone");
  return spelled ? json(*spelled) : json();
}

json read_count(Validation& v, const std::string& name, const json& value, int most) {
  const auto count = read_int(v, name, value);
  if (count && (*count < 1 || *count > most))
    v.refuse(name, shown(value), "it must be from 1 to " + std::to_string(most));
  return count ? json(*count) : json();
}

constexpr std::size_t kDisplayNameLength = 200;

/// Controls of C1 (U+0080 to U+009F) count too: UTF-8 writes them as two bytes, the first 0xC2.
bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || is_c1) return true;
  }
  return false;
}

json read_display_name(Validation& v, const std::string& name, const json& value) {
  const auto text = read_text(v, name, value);
  if (!text) return {};
  if (characters(*text) > kDisplayNameLength || text->find_first_not_of(' ') == std::string::npos)
    v.refuse(name, *text, "it must be 1 to 200 characters long, and not blanks alone");
  else if (has_control(*text))
    v.refuse(name, *text, "it must have no control characters");
  return *text;
}

/// Whether CSS has a colour of this name, in small letters.
bool is_color(const std::string& name) {
  std::istringstream names(
#include "../../../colors.def"
  );
  const std::istream_iterator<std::string> first(names), none;
  return std::find(first, none, name) != none;
}

json read_color(Validation& v, const std::string& name, const json& value) {
  auto text = read_text(v, name, value);
  if (!text) return {};
  std::transform(text->begin(), text->end(), text->begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!is_color(*text)) v.refuse(name, shown(value), "there is no colour of this name");
  return *text;
}

/// The setting in the form in which it is stored; nullopt when no setting has this name.
std::optional<json> read_setting(Validation& v, const std::string& name, const json& value,
                                 const IntervalReader& intervals, const ZoneNames& zones) {
  const auto named = [&](const Length& length) { return name == length.name; };
  const auto length = std::find_if(kLengths.begin(), kLengths.end(), named);
  const auto is_flag = name == "check_attendees" || name == "strict" || name == "public_booking";
  const auto is_per_day = name == "max_events_per_day" || name == "max_guest_bookings_per_day";
  const auto is_other = name == "time_zone" || name == "hours" || is_per_day || name == "max_guest_bookings" ||
                        name == "display_name" || name == "color";
  if (length == kLengths.end() && !is_flag && !is_other) return std::nullopt;
  if (value.is_null()) return json();
  if (length != kLengths.end()) return read_length(v, *length, value, intervals);
  if (name == "time_zone") return read_zone(v, name, value, zones);
  if (name == "hours") return week_json(read_hours(v, value));
  if (is_per_day) return read_count(v, name, value, kMostEventsPerDay);
  if (name == "max_guest_bookings") return read_count(v, name, value, kMostGuestBookings);
  if (name == "display_name") return read_display_name(v, name, value);
  if (name == "color") return read_color(v, name, value);
  return json(read_bool(v, name, value).value_or(false));
}

}  // namespace

std::string read_settings(Validation& validation, const std::string& calendar, const std::string& text,
                          const IntervalReader& intervals, const ZoneNames& zones) {
  json settings = json::object();
  const auto object = json::parse(text, nullptr, false);  // the server read it as jsonb; only a number may be too large
  if (!object.is_object()) {
    validation.refuse("settings", shown(object), "it must be a JSON object");
    return settings.dump();
  }
  for (const auto& [name, value] : object.items()) {
    if (name == "name" && value == calendar) continue;
    if (auto setting = read_setting(validation, name, value, intervals, zones))
      settings[name] = std::move(*setting);
    else
      validation.refuse(name, shown(value), name == "name" ? "a calendar keeps its name" : "there is no such setting");
  }
  const auto booking = settings.find("public_booking");
  if (booking != settings.end() && *booking == json(true) && !calendar.starts_with(kProvider))
    validation.refuse("public_booking", "true", "only the calendar of a provider, provider:ID, has a booking page");
  return validation.ok() ? settings.dump() : "{}";
}

DaySpans read_spans(Validation& validation, const std::string& text) {
  return read_day(validation, "spans", json::parse(text, nullptr, false));
}

DaySpans read_slots(Validation& validation, const std::string& text) {
  DaySpans spans;
  const auto slots = json::parse(text, nullptr, false);
  if (!slots.is_object() || slots.size() > kSpansPerDay) {
    validation.refuse("slots", shown(slots), R"(it must be {"HH:MM": "HH:MM"}, at most 288 of them)");
    return spans;
  }
  for (const auto& [start, end] : slots.items()) {
    const auto field = "slots." + start;
    const auto from = read_time_of_day(validation, field, start);
    const auto to = read_span_end(validation, field, end);
    if (!from || !to) continue;
    const DaySpan span{*from, *to};
    if (span.end <= span.start)
      validation.refuse(field, shown(end), "its end must be after its start");
    else if (std::any_of(spans.begin(), spans.end(),
                         [&](const DaySpan& other) { return span.start < other.end && other.start < span.end; }))
      validation.refuse(field, shown(end), "it overlaps another slot of the same request");
    else
      spans.push_back(span);
  }
  return normalise(std::move(spans));
}

std::string spans_json(const DaySpans& spans) { return day_json(spans).dump(); }

Hours parse_hours(const std::string& text) {
  Validation validation;
  auto hours = read_hours(validation, json::parse(text));
  validation.raise();
  return hours;
}

}  // namespace jb
