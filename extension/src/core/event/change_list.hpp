// SPDX-License-Identifier: PostgreSQL
//
// Reads a list of changes (rule 2.9.9) from JSON: which events the list changes or cancels. What a change says of the
// event's fields is read later, beside the event (read_changes).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../values/validation.hpp"
#include "event.hpp"

namespace jb {

/// One item of a list of changes.
struct ListedChange {
  EventId id = 0;
  std::optional<std::int64_t> expected_version{};
  bool cancels = false;  ///< `fields` then has at most a scope
  bool dry_run = false;
  std::string fields{};  ///< the other members of the item, as a JSON object
};

/// Reads a JSON array of objects, or one object. Each object names its event by `id`, and may have `expected_version`,
/// and `cancel`. Refused, under the index of the item: an item without an id, an id that another item names, a
/// cancellation that changes fields, a dry run of only some items. Errors: 22P02 for a number that no double holds.
std::vector<ListedChange> read_change_list(Validation& validation, const std::string& text);

}  // namespace jb
