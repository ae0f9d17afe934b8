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

/// Knows the zones of the database: the name as the database spells it, nullopt for no zone.
using ZoneNames = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads and checks the settings of the calendar `name`; a member "name" is accepted when it says the same. Result: a
/// JSON object of the settings named, in the form in which they are stored: lengths as whole seconds, the zone as the
/// database spells it, hours with all seven days, null where the default is to be restored.
std::string read_settings(Validation& validation, const std::string& name, const std::string& text,
                          const IntervalReader& intervals, const ZoneNames& zones);

/// Reads one date's spans, [{"start": "09:00", "end": "12:00"}]: at most 288, none closes the day, one may end at
/// 24:00. They are sorted, and joined where they overlap or touch. What cannot be read is refused under spans[index].
DaySpans read_spans(Validation& validation, const std::string& text);

/// Reads the same as a dictionary from starts to ends, {"09:00": "12:00"}. Spans that overlap are refused, under
/// slots.start: of two readings of one morning one is a mistake; those that touch are joined.
DaySpans read_slots(Validation& validation, const std::string& text);

/// The spans as read_spans takes them and as they are stored, with seconds.
std::string spans_json(const DaySpans& spans);

/// Reads hours as read_settings gives them, {"monday": [{"start": "08:00:00", "end": "12:00:00"}], …}; a day left out
/// has no hours. Errors: 22023.
Hours parse_hours(const std::string& text);

}  // namespace jb
