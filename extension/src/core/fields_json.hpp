// SPDX-License-Identifier: PostgreSQL
//
// Fields of an event from JSON: the bodies of POST, PUT and PATCH, jb_schedule_all's requests, jb_update's changes.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "fields.hpp"

namespace jb {

/// Reads JSON text that PostgreSQL has accepted as jsonb already. Errors: 22P02 for a number that no double holds.
nlohmann::json parse_json(const std::string& text);

/// The fields of a new event. Durations are seconds or interval text, instants RFC 3339. What cannot be read and
/// unknown fields are refused in `validation`; values are checked by check_values afterwards.
Fields read_new(Validation& validation, const nlohmann::json& object, const IntervalReader& intervals);

/// How an update's object is meant.
struct ChangeOptions {
  bool replace = false;  ///< it is the whole event: a wish left out is cleared, name required; options left out stay
  std::string time_zone;  ///< of the event's first calendar
  Instant now{};
};

/// The fields that `object` changes on `current`. A value equal to the present one is no change; results (id,
/// end_timestamp, …) are accepted when equal and refused otherwise.
Fields read_changes(Validation& validation, const nlohmann::json& object, const Event& current,
                    const ChangeOptions& options, const IntervalReader& intervals);

/// The wish of an event as the fields that would book it again: what a rejection keeps as `request`.
std::string request_json(const Event& event, const Zone& zone);

}  // namespace jb
