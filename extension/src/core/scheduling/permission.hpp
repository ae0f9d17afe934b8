// SPDX-License-Identifier: PostgreSQL
//
// What a caller may ask for (rules 13.3 and 13.5).
//
// Rights bind what the caller names: the calendars of a request, the event of a change. What follows from a change
// binds nobody: events give way, waiting events take the time that opens, holds end, wherever they stand. So the
// scheduler asks for rights where it reads the request, and takes out of its answer the events that the caller may not
// read (concealment.hpp).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store.hpp"

namespace jb {

/// The calendars that one item of a batch names.
struct NamedBy {
  std::optional<std::size_t> item;
  std::vector<std::string> names;
};

/// Requires the right to book on each of the calendars. Errors: 22023 under the index of the item, listing those on
/// which the caller has no right, as ones that do not exist; 42501.
void require_booking(const std::vector<NamedBy>& all, const std::function<Rights(const std::string&)>& rights_on);

/// The same of one request. It is asked before the calendars are locked, too, since the wait for a calendar would tell
/// of it: whether a calendar exists on which the caller has every right shows later.
void require_booking(Store& store, const std::vector<std::string>& names);

/// Requires that the caller may read the event. Errors: P0002.
void require_reading(Store& store, const Event& event);

/// Whether the caller has the right on each of the calendars.
bool has_right_on_each(Store& store, const std::vector<std::string>& names, Right right);

/// Requires a right on each of these calendars of an event that the caller may read. Errors: 42501.
void require_right_on_each(Store& store, const std::vector<std::string>& names, Right right);

/// Whether the caller may manage one of the calendars that the event names.
bool manages_one(Store& store, const Event& event);

/// Requires that the caller may read the event and book on each of the calendars that it names; no right on those of
/// attendees (rule 13.3). Errors: P0002; 42501.
void require_changing(Store& store, const Event& event);

/// Whether the caller may do what require_changing() requires.
bool may_change(Store& store, const Event& event);

/// As require_changing, but lets whoever manages one of these calendars cancel the event. intent_of asks whether
/// the caller changes more.
void require_cancelling(Store& store, const Event& event);

/// Requires that the caller may manage each calendar that the event names. Errors: as require_changing.
void require_deleting(Store& store, const Event& event);

/// The refusal of a file that would change an event of which its caller must learn nothing: 42501.
Failure file_changes_hidden();

/// Requires a right on a calendar that exists. Errors: P0002 where the caller has no right there; 42501.
void require_right_on(Store& store, const std::string& calendar, Right right);

}  // namespace jb
