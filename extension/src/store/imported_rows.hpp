// SPDX-License-Identifier: PostgreSQL
//
// Which events were imported under which UID. Needs an open pg::SpiConnection.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/adapters/import.hpp"
#include "core/event/event.hpp"

namespace jb {

/// A name under which an event was imported.
struct ImportedName {
  std::string uid;
  std::string recurrence_id{};              ///< empty for an event, or a series, as a whole
  EventId event_id = 0;                     ///< or the id of the series; the event may be gone
  std::optional<Instant> original_start{};  ///< of an occurrence, that which the rule of its series gives it
  SourceState state{};
  std::optional<Said> said{};  ///< what the file said when it was last followed; none of an occurrence of which the
                               ///< file has no event of its own, and where the file could not be followed wholly
  bool is_gone = false;        ///< a file that was the whole calendar did not have it
};

/// The names on the calendar that have one of these UIDs, each UID's by original_start, the event or series as a whole
/// first. Reads what is committed now; under the calendar's lock the answer stays true.
std::vector<ImportedName> imported_names(const std::string& calendar, const std::vector<std::string>& uids);

/// The UIDs on the calendar that are none of these and not yet marked as gone. Cost: linear in the names that a file
/// last had.
std::vector<std::string> missing_uids(const std::string& calendar, const std::vector<std::string>& present);

/// The event booked here whose UID a feed has told, of a series that of the occurrence at `recurrence_id`.
std::optional<EventId> find_own(const std::string& calendar, const std::string& uid,
                                const std::optional<Span>& recurrence_id);

/// Forgets the occurrences for which the events stand under the UID.
void forget_occurrences(const std::string& calendar, const std::string& uid, const std::vector<EventId>& events);

/// Stores the name, in the place of an earlier one.
void store_name(const std::string& calendar, const ImportedName& name);

/// Stores the names of occurrences, which stand for `events` and start at `starts` by the rule of their series: each is
/// named in UTC, as a file names it (ImportItem::recurrence_id).
void store_occurrences(const std::string& calendar, const std::string& uid, const std::vector<EventId>& events,
                       const std::vector<Instant>& starts);

/// Stores the rule that the series follows by now.
void store_rule(EventId series, const std::string& recurrence);

/// Marks all names with the UID as gone.
void mark_gone(const std::string& calendar, const std::string& uid);

/// The UID and the name of an event that was imported; two empty words where it is gone.
struct EventNames {
  std::string uid;
  std::string event_name;
};
EventNames imported_names(const std::string& calendar, EventId event);

}  // namespace jb
