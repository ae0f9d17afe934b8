// SPDX-License-Identifier: PostgreSQL
//
// The background worker's settings in the server's configuration.
#pragma once

#include <string>
#include <vector>

#include "core/scheduling/timetable.hpp"

namespace jb::pg {

/// Makes the settings jb_scheduler.worker_databases and jb_scheduler.worker_interval known; called once, when the
/// library is loaded, after its other settings: from then on an unknown name of this prefix is refused, or warned of.
void define_worker_settings();

/// The databases that the worker is to look after, in order, each once. A name need not be that of a database.
std::vector<std::string> worker_databases();

/// The longest time between two looks at a database.
Milliseconds worker_interval();

}  // namespace jb::pg
