// SPDX-License-Identifier: PostgreSQL
//
// A background process of the server: its start and end, its transactions, its sleep.
//
// The main function of such a process is an entry point like a SQL-callable function: process<body> catches exceptions,
// leaves the catch block, and only then reports. After the report the process ends.
#pragma once

#include <functional>

#include "core/scheduling/timetable.hpp"
#include "guard.hpp"

extern "C" {
#include "postmaster/bgworker.h"
}

namespace jb::pg {

/// Writes a WARNING of this process to the server's log.
void warn(const std::string& message, const std::string& detail, const std::string& hint);

/// The main function of a background process. An error ends the process, with status 1; the postmaster starts a
/// registered process again (register_process).
template <void (*body)(Datum)>
void process(Datum argument) {
  if (const auto report = reported([&] { body(argument); })) raise(*report);
}

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

/// Changes a setting in this process.
void set_option(const char* name, const char* value);

/// The machine's clock.
MachineTime machine_clock();

/// Sleeps until this process is woken, at most until `time`. Ends the process with status 1 if it was asked to shut
/// down.
/// Result: whether the configuration was reloaded.
bool sleep_until(MachineTime time);

/// What went wrong in a transaction.
struct Trouble {
  std::string sqlstate;
  std::string message;
  std::string detail;
};

/// Runs `work` in a transaction of its own and commits. If `work` fails, rolls back and returns the error.
std::optional<Trouble> in_transaction(const std::function<void()>& work);

/// A database, as in the shared catalogs.
struct Database {
  Oid oid;
  std::string name;
};

/// The databases of these names that exist and accept connections. Call it in a transaction.
std::vector<Database> databases(const std::vector<std::string>& names);

// Keeps what callers send out of the server's log. PostgreSQL logs each error with its message and detail, and a
// refusal quotes the value that it refuses. The refusal goes to the caller, who knows that value; the log is read by
// others.

/// Defines the setting jb_scheduler.log_refusals and applies it from then on. Call it once, when the library is loaded.
/// Where the setting is off, the server's log omits the errors of classes 22 and 23, those of JSON too large or too
/// deep (54000, 54001), and those that extension/errors.def answers with 4xx. Every other error is logged as usual. The
/// setting is off for the login jb_gateway (schema/00-roles.sql).
void obey_log_refusals();

}  // namespace jb::pg
