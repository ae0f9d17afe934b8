// SPDX-License-Identifier: PostgreSQL
//
// When held and waiting events fall due. Read without a lock: a writer that acts on the answer reads again under the
// locks.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/values/time.hpp"
#include "pg/spi.hpp"

namespace jb {

/// A calendar, and when something falls due there.
using Due = std::pair<std::string, Instant>;

/// When the first held or waiting event falls due, for each calendar that such an event names first, as `snapshot`
/// shows them. With `until`, only what falls due by then, and one entry more, of what falls due next after `until`. An
/// event whose due time cannot be computed, for instance because the server does not know the zone of its calendar,
/// counts as due at once: so a writer tries the event, and the error is reported. Cost: linear in the held and waiting
/// events that fall due by `until`, whatever else is stored.
std::vector<Due> due_calendars(std::optional<Instant> until, pg::Snapshot snapshot);

}  // namespace jb
