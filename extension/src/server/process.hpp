// SPDX-License-Identifier: PostgreSQL
//
// The background processes of the worker: their start, their end, their sleep, and the databases that they find.
#pragma once

#include <string>
#include <vector>

#include "core/scheduling/timetable.hpp"
#include "pg/postgres.hpp"

extern "C" {
#include "postmaster/bgworker.h"
}

namespace jb::server {

/// Has the postmaster start `function` of this library once the server accepts writes (on a standby: after promotion),
/// and restart it a second after it ends for any reason. Only while the library is preloaded.
void register_process(const char* name, const char* function);

/// A process that this one has started.
using Handle = BackgroundWorkerHandle*;

/// Starts `function` of this library once; its end wakes this process. pg_stat_activity shows `type`, the log shows
/// `name`. nullptr where max_worker_processes leaves no room.
Handle start_process(const char* type, const std::string& name, const char* function, Oid database);

/// Whether the process has ended.
bool has_ended(Handle handle);

/// Connects this process to the shared catalogs only. SIGHUP makes its next sleep_until() reload the configuration.
void connect_to_no_database();

/// Connects this process to a database as the bootstrap superuser. SIGTERM ends the process wherever the server checks
/// for interrupts. The process also ends if the database does not exist or accepts no connections.
void connect_to(Oid database);

/// Sleeps until this process is woken, at most until `time`. Ends the process with status 1 if it was asked to shut
/// down.
/// Result: whether the configuration was reloaded.
bool sleep_until(MachineTime time);

/// A database, as in the shared catalogs.
struct Database {
  Oid oid;
  std::string name;
};

/// The databases of these names that exist and accept connections. Call it in a transaction.
std::vector<Database> databases(const std::vector<std::string>& names);

}  // namespace jb::server
