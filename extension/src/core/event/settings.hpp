// SPDX-License-Identifier: PostgreSQL
//
// A calendar's settings from JSON.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "../free/hours.hpp"
#include "../values/duration.hpp"
#include "../values/validation.hpp"

namespace jb {

/// The word of `slots_from` for an increment that is counted from the start of each span; the other is `midnight`.
inline constexpr std::string_view kFromOpening = "opening";

/// Finds a zone of the database. Result: the zone's name as the database spells it; nullopt when there is no such
/// zone.
using ZoneNames = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads and checks the settings of the calendar `name` (rules 2.8.2 and 2.8.10). A member "name" is accepted if its
/// value is `name`. Result: a JSON object of the named settings in the form in which they are stored: lengths in whole
/// seconds, the zone as the database spells it, hours with all seven days, null where the default is to be restored.
std::string read_settings(Validation& validation, const std::string& name, const std::string& text,
                          const IntervalReader& intervals, const ZoneNames& zones);

/// Reads the spans of one date, [{"start": "09:00", "end": "12:00"}]: at most 288; an empty list closes the day; a
/// span may end at 24:00 (rule 2.8.7). Result: the spans, sorted, and joined where they overlap or touch. Unreadable
/// spans are refused under spans[index].
DaySpans read_spans(Validation& validation, const std::string& text);

/// Reads the spans of one date as an object of starts and ends, {"09:00": "12:00"}. Spans that overlap are refused
/// under slots.start (rule 11.3); spans that touch are joined.
DaySpans read_slots(Validation& validation, const std::string& text);

/// Writes the spans in the form that read_spans reads and the database stores, with seconds.
std::string spans_json(const DaySpans& spans);

/// Reads hours in the form that read_settings gives, {"monday": [{"start": "08:00:00", "end": "12:00:00"}], …}. A day
/// that is left out has no hours. Errors: 22023.
Hours parse_hours(const std::string& text);

}  // namespace jb
