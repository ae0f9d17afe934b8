// SPDX-License-Identifier: PostgreSQL
//
// Which events were imported under which UID. Needs an open pg::Session.
#pragma once

#include <optional>
#include <string>

#include "core/event/event.hpp"

namespace jb {

/// What a file calls an event.
struct ImportedName {
  std::string uid;
  std::string recurrence_id;     ///< empty for an event, or a series, as a whole
  std::optional<Span> replaced;  ///< within which the occurrence begins that recurrence_id names
};

/// The event that is on the calendar under that name, of a series its first one that is there: imported, as an event or
/// as the occurrence of its series, or one of our own, whose UID a feed has told. nullopt when there is none. Seen as
/// it is now: under the calendar's lock it stays so.
std::optional<EventId> find_imported(const std::string& calendar, const ImportedName& name);

/// Keeps that `event`, or the series of this id, has that name there, in place of one that has gone.
void store_imported(const std::string& calendar, const ImportedName& name, EventId event);

/// Keeps the start that each occurrence of the series has now as what a file calls it: once the series has been placed,
/// before anybody can move any of them.
void store_imported_occurrences(const std::string& calendar, const std::string& uid, EventId series);

}  // namespace jb
