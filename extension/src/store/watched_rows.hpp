// SPDX-License-Identifier: PostgreSQL
//
// The rows of jb_watched: what is kept of held and waiting events (core/scheduling/store.hpp, Watched). The functions
// need an open pg::SpiConnection.
#pragma once

#include <vector>

#include "core/scheduling/store.hpp"
#include "pg/spi.hpp"

namespace jb {

/// As Store::due and Store::waiting.
std::vector<Event> due_events(const Calendar& calendar, Instant now, pg::Snapshot snapshot = pg::Snapshot::fresh);
std::vector<Event> waiting_events(const Calendar& calendar, const Room& room,
                                  pg::Snapshot snapshot = pg::Snapshot::fresh);

/// A hold past its deadline that nobody has ended, on one of its calendars.
struct DueHold {
  Span claimed;   ///< there, its buffers included
  Instant start;  ///< of the event
};

/// All due holds of the calendar, in the order of their claims, where at most kFewDue events are due there; otherwise
/// nullopt. Cost: flat.
std::optional<std::vector<DueHold>> few_due_holds(const Calendar& calendar, Instant now, pg::Snapshot snapshot);
inline constexpr std::size_t kFewDue = 100;

/// The due holds whose claims on the calendar overlap `within`, in the order of their claims. Cost: linear in the
/// claims there.
std::vector<DueHold> due_holds(const Calendar& calendar, Span within, Instant now, pg::Snapshot snapshot);

void insert_watched(const Watched& watched);

/// Removes the rows of the event on all its calendars.
void delete_watched(EventId id);

}  // namespace jb
