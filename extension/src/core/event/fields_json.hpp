// SPDX-License-Identifier: PostgreSQL
//
// Fields of an event from JSON: the bodies of POST, PUT and PATCH, jb_schedule_all's requests, jb_update's changes.
//
// JSON comes and goes as text: the library's headers and the server's do not go together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fields.hpp"

namespace jb {

/// The fields of new events: a JSON array of objects, or one object. Durations are seconds or interval text, instants
/// RFC 3339. What cannot be read, unknown fields and values out of their range are refused in `validation`, in an
/// array under the request's index. Errors: 22P02 for a number that no double holds.
std::vector<Fields> read_requests(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// How an update's object is meant.
struct ChangeOptions {
  bool replace = false;   ///< it is the whole event: a wish left out is cleared, name required; options left out stay
  std::string time_zone;  ///< of the event's first calendar
  Instant now{};
  std::function<std::string()> attachments;  ///< the event's as GET shows them; asked when the object names them
  std::function<std::optional<std::string>()> recurrence;  ///< likewise, of its series; none without one
};

/// The fields that the object in `text` changes on `current`. A value equal to the present one is no change; results
/// (id, end_timestamp, …) are accepted when equal and refused otherwise. start_timestamp is both: equal to the present
/// start it is a result where the object shows the wish too, a wish where it stands alone.
Fields read_changes(Validation& validation, const std::string& text, const Event& current, const ChangeOptions& options,
                    const IntervalReader& intervals);

/// Whether the object in `text` holds "dry_run": true.
bool asks_for_dry_run(const std::string& text);

}  // namespace jb
