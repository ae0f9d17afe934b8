// SPDX-License-Identifier: PostgreSQL
//
// When held and waiting events fall due. Read without a lock: a writer that acts on the answer reads again under the
// locks.
#pragma once

#include <map>
#include <string>

#include "core/values/time.hpp"
#include "pg/spi.hpp"

namespace jb {

/// When the first held or waiting event falls due, for each calendar that such an event names first, as `snapshot`
/// shows them. An event whose due time cannot be computed, for instance because the server does not know the zone of
/// its calendar, counts as due at once: so a writer tries the event, and the error is reported. Cost: linear in the
/// held and waiting events, whatever else is stored.
std::map<std::string, Instant> due_calendars(pg::Snapshot snapshot);

}  // namespace jb
