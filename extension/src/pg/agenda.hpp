// SPDX-License-Identifier: PostgreSQL
//
// The agenda that the background worker shares with every other backend: for each database, when something falls due
// there next. The agenda is in shared memory, so it exists only where the library is preloaded.
//
// What must stay true: each committed time at which something is due stands here, or is known to a visit that has begun
// since. So a backend notes a time after its commit: a visit that came before the commit would see nothing. And a visit
// takes the time off before it looks, so that a time that is noted meanwhile stays.
#pragma once

#include <optional>

#include "core/scheduling/timetable.hpp"
#include "core/values/time.hpp"
#include "guard.hpp"
#include "postgres.hpp"

struct Latch;

namespace jb::pg {

/// The earlier of two times; none is never.
inline std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
  return !a || (b && *b < *a) ? b : a;
}

/// What is known of one database.
struct Duty {
  /// In place of an extension: the one that is found in the database.
  static constexpr Oid kAnyExtension = static_cast<Oid>(-1);

  Oid database = 0;
  Oid extension = 0;               ///< the one that is known to be in use; 0: none
  bool is_named = false;           ///< the settings name the database: the worker looks after it
  bool is_visited = false;         ///< a visit is under way
  std::int64_t visits = 0;         ///< how often the worker has looked
  std::optional<Instant> due;      ///< something falls due then; if earlier than now, no visit has begun since
  std::optional<Instant> overdue;  ///< the earliest time of what a visit found, or is about to find, and has not done
  Timetable timetable;

  /// A visit begins: the visit takes over what is due.
  void begin(MachineTime now);

  /// A visit ends. What it has taken over stays overdue.
  void end(VisitEnd how, MachineTime now);
};

/// The memory that is shared.
struct Agenda {
  static constexpr std::size_t kMostNamed = 64;

  int launcher = 0;        ///< its pid; 0: no launcher runs
  Latch* latch = nullptr;  ///< the launcher's
  Instant heartbeat{};     ///< when the launcher last woke up
  std::size_t count = 0;
  std::array<Duty, 2 * kMostNamed> duties{};  ///< `count` of them; the settings name kMostNamed at most

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
class LockedAgenda : Unmovable {
 public:
  LockedAgenda();
  ~LockedAgenda();
  Agenda* operator->() const;
  Agenda& operator*() const { return *operator->(); }
};

/// Reserves the memory. Once, when the library is loaded; does nothing unless the postmaster is loading it.
void share_agenda();

/// Whether there is an agenda.
bool has_agenda();

/// Announces that something in this database is due at `due`, by the machine's clock. When the transaction commits, the
/// time is noted, and the worker is woken if it knew of no time as early; when the transaction rolls back, the time is
/// forgotten. The announcement of a rolled back subtransaction is noted all the same: it costs a visit that finds
/// nothing.
void announce_due(Instant due);

/// If the worker does not know this database, makes the worker find out whether it is to look after the database.
void introduce_database();

/// Makes this process the worker's launcher, until the process ends.
void become_launcher();

}  // namespace jb::pg
