// SPDX-License-Identifier: PostgreSQL
//
// Which events were imported under which UID. Needs an open pg::Session.
#pragma once

#include <optional>
#include <string>

#include "core/event/event.hpp"

namespace jb {

/// The name of an event in an iCalendar file.
struct ImportedName {
  std::string uid;
  std::string recurrence_id;     ///< empty for an event, or a series, as a whole
  std::optional<Span> replaced;  ///< within which the occurrence begins that recurrence_id names
};

/// The event on the calendar that a file calls `name`; nullopt when there is no such event. The name stands for an
/// event or an occurrence that was imported under this name, for the first event that is left of an imported series,
/// or for an event booked here whose UID a feed has told. Reads what is committed now; under the calendar's lock the
/// answer stays true.
std::optional<EventId> find_imported(const std::string& calendar, const ImportedName& name);

/// Records that `event`, or the series with this id, has the name `name` on the calendar. Replaces an earlier record
/// of the name, whose event is gone.
void store_imported(const std::string& calendar, const ImportedName& name, EventId event);

/// Records the present start of each occurrence of the series as the occurrence's name in a file. To be called in the
/// transaction that places the series, before any occurrence can be moved.
void store_imported_occurrences(const std::string& calendar, const std::string& uid, EventId series);

}  // namespace jb
