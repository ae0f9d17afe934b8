// SPDX-License-Identifier: PostgreSQL
//
// The library's settings in the server's configuration, but the one that the log obeys (refusal_log.hpp).
#pragma once

#include <string>
#include <vector>

#include "core/scheduling/timetable.hpp"

namespace jb::pg {

/// Makes the settings known; called once, when the library is loaded, after all others that it defines: from then on an
/// unknown name of this prefix is refused, or warned of.
void define_settings();

/// jb_scheduler.now, a superuser's, for tests: the time that the scheduler takes for now; empty: the machine's clock.
const char* now_setting();

/// jb_scheduler.rejections_per_day: how many requests of one principal may be rejected within 24 hours (rule 2.6.14); 0
/// is any number. Only a superuser may set it, for one role too: an import that knows that most of its rows have no
/// place.
std::int64_t rejections_per_day();

/// Says whether the call under way was answered from its idempotency key (rule 4.16): jb_scheduler.replayed shows it,
/// which nobody can set. A setting and no column of the outcome: a repeated call returns its first outcome to the byte.
void note_replayed(bool is_replay);

/// jb_scheduler.worker_databases: the databases that the worker is to look after, in order, each once. A name need not
/// be that of a database.
std::vector<std::string> worker_databases();

/// jb_scheduler.worker_interval: the longest time between two looks at a database.
Milliseconds worker_interval();

}  // namespace jb::pg
