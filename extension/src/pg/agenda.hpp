// SPDX-License-Identifier: PostgreSQL
//
// The agenda that the background worker shares with every other backend: for each database that the worker looks after,
// when something falls due there next. The agenda is in shared memory, so it exists only where the library is
// preloaded; elsewhere these functions do nothing.
//
// What must stay true: each committed time at which something is due stands here, or is known to a visit that has begun
// since. So a backend notes a time after its commit: a visit that came before the commit would see nothing. And a visit
// takes the entry's time off before the visit looks, so that a time that is noted meanwhile stays.
#pragma once

#include <optional>
#include <vector>

#include "core/scheduling/timetable.hpp"
#include "core/values/time.hpp"
#include "postgres.hpp"

namespace jb::pg {

/// Reserves the memory. Once, when the library is loaded; does nothing unless the postmaster is loading it.
void share_agenda();

/// Announces that something in this database is due at `due`, by the machine's clock. When the transaction commits, the
/// time is noted, and the worker is woken if it knew of no time as early; when the transaction rolls back, the time is
/// forgotten. The announcement of a rolled back subtransaction is noted all the same: it costs a visit that finds
/// nothing.
void announce_due(Instant due);

/// If the worker does not know this database, makes the worker find out whether it is to look after the database.
void introduce_database();

/// What is known of one database.
struct Duty {
  std::optional<Instant> due;      ///< something falls due then; if earlier than now, no visit has begun since
  std::optional<Instant> overdue;  ///< the earliest time of what a visit found, or is about to find, and has not done
  std::int64_t visits = 0;         ///< how often the worker has looked
  VisitEnd end = VisitEnd::done;   ///< of the last visit
};

/// What is known of the worker.
struct WorkerState {
  int pid = 0;          ///< of the launcher; 0: none runs
  Instant heartbeat{};  ///< when it last woke up
};

/// nullopt where the library is not preloaded.
std::optional<WorkerState> worker_state();

/// nullopt unless the worker looks after this database.
std::optional<Duty> duty_of(Oid database);

/// The duty of the database that this session is connected to; nullopt as duty_of().
std::optional<Duty> own_duty();

/// Makes this process the worker's launcher, until the process ends.
void become_launcher();

/// Tells that the launcher is awake.
void beat(Instant now);

/// Sets the databases to look after, kMostDatabases at most; a new database is due at once. With `are_in_use`,
/// is_in_use() is true of the new databases.
constexpr std::size_t kMostDatabases = 64;
void look_after(const std::vector<Oid>& databases, bool are_in_use);

/// Whether a visit may write in the database, where the extension has this Oid. A visit may if the database was there
/// when the launcher came or was told to look after the database, or if something has been announced in the database
/// since. Otherwise the database may be one that pg_restore is filling: the extension's tables may not be there yet.
bool is_in_use(Oid database, Oid extension);

/// Whether a session of an unknown database has made itself known since look_after(): the settings may name that
/// database, and the database may be new.
bool has_strangers();

/// A visit begins: the visit takes over what is due.
void begin_visit(Oid database);

/// A visit could not begin, or was broken off: what it had taken over is still due, and overdue.
void give_up_visit(Oid database, Instant now);

/// A visit ends without having found out what is due: what it had taken over stays overdue.
void break_off_visit(Oid database, VisitEnd end);

/// A visit ends. It has found that something falls due at `next`, and that something is `overdue`; each is the earliest
/// such time.
void end_visit(Oid database, VisitEnd end, std::optional<Instant> next, std::optional<Instant> overdue);

}  // namespace jb::pg
