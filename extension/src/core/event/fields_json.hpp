// SPDX-License-Identifier: PostgreSQL
//
// Reads the fields of an event from JSON: the bodies of POST, PUT and PATCH, jb_schedule_all's requests, jb_update's
// changes.
//
// These functions take and give JSON as text, since the headers of the JSON library and of the server cannot be
// included together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fields.hpp"

namespace jb {

/// Whether a list has more items than a call may have (1,000): then refused under `field`. Ask before the items are
/// made into text: a million bytes of empty objects take thirty times as much memory when they are read.
bool too_many_items(Validation& validation, std::string_view field, std::size_t count);

/// Reads the fields of new events from a JSON array of objects, or from one object. Durations are seconds or interval
/// text, instants RFC 3339. Unreadable values, unknown fields and values out of their range are refused in
/// `validation`, of an array under the request's index. Errors: 22P02 for a number that no double holds.
std::vector<Fields> read_requests(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// How to read the object of an update.
struct ChangeOptions {
  bool replace = false;  ///< the object is the whole event, as in PUT: fields left out are cleared (rule 5.6)
  /// The zone of the calendar of this name; empty where there is none. Asked if the object names a zone.
  std::function<std::string(const std::string&)> zone_of;
  Instant now{};
  std::function<std::string()> attachments;  ///< the attachments as GET shows them; asked if the object names them
  std::function<std::optional<std::string>()> recurrence;  ///< the rule of the event's series; asked if it is named
};

/// The fields that the object in `text` changes on `current`. A value equal to the present value is no change. Results
/// (id, end_timestamp, …) are accepted when they are unchanged, and refused otherwise (rule 5.6). A start_timestamp
/// equal to the present start is a result where the object shows the wish as well; where it stands alone it is a wish.
Fields read_changes(Validation& validation, const std::string& text, const Event& current, const ChangeOptions& options,
                    const IntervalReader& intervals);

/// Whether the object in `text` holds "dry_run": true.
bool asks_for_dry_run(const std::string& text);

}  // namespace jb
