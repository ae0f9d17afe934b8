// SPDX-License-Identifier: PostgreSQL
//
// Promise: settings, weekly hours, the spans of a date and a provider's slots are read whole or refused. Stored values
// are read back as the same, sorted, apart and within their day.
//
// Input: one JSON text, read as each of them.
#include <algorithm>

#include "../intervals.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "core/event/calendar.hpp"

namespace jb::fuzz::of_calendar_json {
namespace {

std::optional<std::string> zone_name(const std::string& name) {
  if (name == "UTC" || name == "utc") return "UTC";
  return name == "Europe/Berlin" ? std::optional{name} : std::nullopt;
}

void check_spans(const DaySpans& spans) {
  promise(spans.size() <= 288, "a day has at most 288 spans");
  Seconds end{-1};
  for (const DaySpan& span : spans) {
    promise(end < span.start && span.start < span.end && span.end <= kDay, "spans are apart and within their day");
    end = span.end;
  }
  Validation validation;
  promise(read_spans(validation, spans_json(spans)) == spans && validation.ok(), "spans are read as they are stored");
}

std::string settings_of(Validation& validation, const std::string& text) {
  return read_settings(validation, "ceo", text, read_interval, zone_name);
}

void read_as_settings(const std::string& text) {
  const auto stored = accepted([&](Validation& validation) { return settings_of(validation, text); });
  if (!stored) return;
  Validation again;
  promise(settings_of(again, *stored) == *stored && again.ok(), "settings are read as they are stored");
  const auto settings = nlohmann::json::parse(*stored);
  if (!settings.contains("hours") || settings["hours"].is_null()) return;
  for (const DaySpans& day : parse_hours(settings["hours"].dump()).week) check_spans(day);
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!is_text(text)) return -1;
  read_as_settings(text);
  const auto spans = accepted([&](Validation& validation) { return read_spans(validation, text); });
  if (spans) check_spans(*spans);
  const auto slots = accepted([&](Validation& validation) { return read_slots(validation, text); });
  if (slots) check_spans(*slots);
  return 0;
}

const Target target{"calendar_json", read_input};

}  // namespace
}  // namespace jb::fuzz::of_calendar_json
