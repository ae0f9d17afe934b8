// SPDX-License-Identifier: PostgreSQL
//
// The agenda that the background worker shares with all backends: when something next falls due in each database. It is
// in shared memory, so it exists only where the library is preloaded.
//
// Invariant: each committed due time is on the agenda, or known to a visit that began after the commit. So a backend
// notes a time only after its commit, because an earlier visit would see nothing. A visit takes the time off before it
// looks, so that a time noted meanwhile stays.
#pragma once

#include <optional>

#include "core/scheduling/timetable.hpp"
#include "core/values/time.hpp"
#include "pg/guard.hpp"
#include "pg/server.hpp"

struct Latch;

namespace jb::server {

/// What is known about one database.
struct Duty {
  /// In place of an Oid: whichever extension the database has.
  static constexpr Oid kAnyExtension = static_cast<Oid>(-1);

  Oid database = 0;
  Oid extension = 0;               ///< the one that is known to be in use; 0: none
  bool is_named = false;           ///< the settings name the database: the worker looks after it
  bool is_visited = false;         ///< a visit is under way
  std::int64_t visits = 0;         ///< how often the worker has looked
  std::optional<Instant> due;      ///< when something falls due; if in the past, no visit has begun since
  std::optional<Instant> overdue;  ///< the earliest due time that a visit found, or will find, and has not handled
  Timetable timetable;

  /// A visit begins: the visit takes over what is due.
  void begin(MachineTime now);

  /// A visit ends. What it has taken over stays overdue.
  void end(VisitEnd how, MachineTime now);
};

/// The contents of the shared memory.
struct Agenda {
  static constexpr std::size_t kMostNamed = 64;

  int launcher = 0;        ///< its pid; 0: no launcher runs
  Latch* latch = nullptr;  ///< the launcher's
  Instant heartbeat{};     ///< when the launcher last woke up
  std::size_t count = 0;
  std::array<Duty, 2 * kMostNamed> duties{};  ///< `count` are in use; the settings name at most kMostNamed

  Duty* begin() { return duties.data(); }
  Duty* end() { return duties.data() + count; }
  Duty* find(Oid database);
  Duty* own();              ///< of the database that this backend is connected to
  Duty* add(Oid database);  ///< nullptr where there is no room

  template <class Which>
  void forget(Which which) {
    count = static_cast<std::size_t>(std::remove_if(begin(), end(), which) - begin());
  }
};

/// The agenda, locked while this object lives.
class LockedAgenda : pg::Unmovable {
 public:
  LockedAgenda();
  ~LockedAgenda();
  Agenda* operator->() const;
  Agenda& operator*() const { return *operator->(); }
};

/// Reserves the shared memory. Call it once, when the library is loaded; does nothing unless the postmaster loads it.
void share_agenda();

/// Makes this process the worker's launcher, until the process ends.
void become_launcher();

// What the calls do with the agenda: see pg::Server.

void announce_due(Instant due);
void introduce_database();
std::optional<pg::Worker> worker();
void end_visit(pg::VisitResult result);

}  // namespace jb::server
