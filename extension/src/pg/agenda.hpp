// SPDX-License-Identifier: PostgreSQL
//
// What the background worker shares with every other backend: for each database that it looks after, when something
// falls due there next. In shared memory, so only where the library is preloaded; elsewhere all of it does nothing.
//
// What must stay true: whatever is due and committed is known here, or in the hands of a visit that has begun since. So
// a backend notes it after its commit (before, a visit would come and see nothing), and a visit takes the entry's due
// off before it looks, so that what is noted meanwhile stays.
#pragma once

#include <optional>
#include <vector>

#include "core/scheduling/timetable.hpp"
#include "core/values/time.hpp"
#include "postgres.hpp"

namespace jb::pg {

/// Reserves the memory. Once, when the library is loaded; does nothing unless the postmaster is loading it.
void share_agenda();

/// Something in this database is due at `due`, by the machine's clock. Noted, and the worker woken if it did not know
/// of anything as early, when the transaction commits; forgotten when it rolls back. What a rolled back subtransaction
/// announced is noted all the same: it costs one look, which finds nothing.
void announce_due(Instant due);

/// Has the worker look whether it is to look after this database, if it does not know it.
void introduce_database();

/// What is known of one database.
struct Duty {
  std::optional<Instant> due;      ///< something falls due then; earlier than now: no visit has begun since
  std::optional<Instant> overdue;  ///< of what a visit found, or is about to find, and has not done: the earliest
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

/// From now on this process is the worker's launcher, until it ends.
void become_launcher();

/// Tells that the launcher is awake.
void beat(Instant now);

/// The databases to look after, kMostDatabases at most; new ones are due at once. `are_in_use`: is_in_use() is true of
/// those.
constexpr std::size_t kMostDatabases = 64;
void look_after(const std::vector<Oid>& databases, bool are_in_use);

/// Whether one may write in the database, where the extension has this Oid: it was there when the launcher came or was
/// told to look after it, or something has been announced by it since. A dump that is being restored makes databases
/// and extensions too, whose tables may not be there yet.
bool is_in_use(Oid database, Oid extension);

/// Whether a session of another database has made itself known since: the settings may name it, and it may be new.
bool has_strangers();

/// A visit begins: what is due becomes its business.
void begin_visit(Oid database);

/// It could not begin, or was broken off: what was its business is due still, and overdue.
void give_up_visit(Oid database, Instant now);

/// A visit ends without having found out what is due: what was its business stays it.
void break_off_visit(Oid database, VisitEnd end);

/// A visit ends, having found that something falls due at `next` and that something is `overdue`, the earliest of each.
void end_visit(Oid database, VisitEnd end, std::optional<Instant> next, std::optional<Instant> overdue);

}  // namespace jb::pg
