// SPDX-License-Identifier: PostgreSQL
//
// What a server has once: settings, shared memory, the worker's launcher. The library jb_scheduler holds it, and lends
// it to the libraries of the calls, jb_scheduler-VERSION. A session has one of these for each version that it has met:
// a server may have databases of several versions, and an update does not end the sessions of the version before it
// (rule 4.2).
//
// Invariant: libraries of different versions of 1.x understand each other. So Server only grows, at its end; what is in
// it keeps its meaning; and a library that needs a member of a later version asks `size`. Worker and VisitResult stay.
#pragma once

#include <optional>

#include "core/scheduling/timetable.hpp"
#include "core/values/time.hpp"
#include "guard.hpp"

namespace jb::pg {

/// The earlier of two times; nullopt means never.
inline std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
  return !a || (b && *b < *a) ? b : a;
}

/// What the worker knows of this database.
struct Worker {
  int launcher = 0;             ///< its pid; 0: no launcher runs
  Instant heartbeat{};          ///< when the launcher last woke up
  std::int64_t visits = 0;      ///< how often it has looked
  std::optional<Instant> next;  ///< the earliest time at which something that it knows of falls due, or fell due
};

/// How a visit ended, and what it has found. Without `is_known` it says nothing of what is due.
struct VisitResult {
  VisitEnd how = VisitEnd::done;
  bool is_known = false;
  std::optional<Instant> next;     ///< when something falls due next
  std::optional<Instant> overdue;  ///< since when something is due that the visit has not done
};

/// Who announces a rejection on jb_rejected. Commits that announce something go one by one; the worker's are few.
enum Announcer : int { kCommit, kWorker };

struct Server {
  std::size_t size;

  /// jb_scheduler.now, which a superuser, or a role with SET on it, sets in tests: the time that the scheduler uses as
  /// now. Empty: the machine's clock.
  char* const* now;

  /// jb_scheduler.rejections_per_day: how many requests of one principal may be rejected within 24 hours (rule 2.6.14);
  /// 0 means no limit. Only a superuser, or a role with SET on it, may set it, also for a single role, such as that of
  /// an import most of whose rows are known to have no place.
  const int* rejections_per_day;

  /// Whether the current call was answered from its idempotency key (rule 4.16). jb_scheduler.replayed, which nobody
  /// can set, shows it. It is a setting and not a column of the outcome, because a repeated call returns its first
  /// outcome byte for byte.
  bool* was_replayed;

  /// Announces that something in this database is due at `due`, by the machine's clock. On commit the time is noted,
  /// and the worker is woken unless it knows a time as early; on rollback the time is forgotten. An announcement in a
  /// subtransaction that is rolled back is noted all the same, at the cost of a visit that finds nothing. The backend
  /// may report an error from it, so call it within guarded(); the others report none.
  void (*announce_due)(Instant due);

  /// If the worker does not know this database, makes it check whether it should look after the database.
  void (*introduce_database)();

  /// nullopt unless the worker looks after this database.
  std::optional<Worker> (*worker)();

  /// Ends the visit of this process.
  void (*end_visit)(VisitResult result);

  /// jb_scheduler.announce: an Announcer. Only a superuser, or a role with SET on it, may set it.
  const int* announcer;
};

/// The name under which a session's libraries find it (find_rendezvous_variable).
constexpr const char* kServer = "jb_scheduler";

/// What the server lends to this library.
const Server& server();

/// Server::announce_due(), guarded.
void announce_due(Instant due);

}  // namespace jb::pg
