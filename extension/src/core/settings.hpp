// SPDX-License-Identifier: PostgreSQL
//
// A calendar's settings from JSON and back.
#pragma once

#include <functional>
#include <string>

#include "fields.hpp"
#include "hours.hpp"

namespace jb {

/// The settings that a call names; cleared ones take the default again.
struct Settings {
  Field<std::string> time_zone;
  Field<Hours> hours;
  Field<Seconds> slot_increment;
  Field<Seconds> min_notice;
  Field<Seconds> horizon;
  Field<Seconds> settled_within;
  Field<Seconds> default_duration;
  Field<bool> strict;
};

/// Knows the zones of the database: the name as the database spells it, nullopt for no zone.
using ZoneNames = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads and checks the settings of the calendar `name`; a member "name" is accepted when it says the same.
Settings read_settings(Validation& validation, const std::string& name, const std::string& text,
                       const IntervalReader& intervals, const ZoneNames& zones);

/// {"monday": [{"start": "08:00:00", "end": "12:00:00"}], …} with all seven days; an end may be 24:00:00.
std::string hours_json(const Hours& hours);

/// Reads what hours_json wrote; a day left out has no hours. Errors: 22023.
Hours parse_hours(const std::string& text);

}  // namespace jb
