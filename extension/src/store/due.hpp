// SPDX-License-Identifier: PostgreSQL
//
// What is due, or will be, without a lock: who writes it looks again under the locks.
#pragma once

#include <map>
#include <string>

#include "core/values/time.hpp"
#include "pg/spi.hpp"

namespace jb {

/// For each calendar that is named first by an event that is held or waits: when the first of these is due, as
/// `snapshot` shows them. One whose time cannot be told, since the server does not know its calendar's zone for
/// instance, is due at once: so it is tried, and the error is heard of. Cost: grows with the events held or waiting,
/// and with nothing else.
std::map<std::string, Instant> due_calendars(pg::Snapshot snapshot);

}  // namespace jb
