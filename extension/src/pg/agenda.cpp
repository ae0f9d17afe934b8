// SPDX-License-Identifier: PostgreSQL
#include "agenda.hpp"

#include <chrono>
#include <limits>
#include <utility>

#include "guard.hpp"
#include "versions.hpp"

extern "C" {
#include "access/xact.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
}

namespace jb::pg {

namespace {

constexpr const char* kName = "jb_scheduler";

/// An instant in shared memory.
using Stored = std::int64_t;
constexpr Stored kNever = std::numeric_limits<Stored>::max();

Stored stored(Instant instant) { return instant.time_since_epoch().count(); }
Stored stored(std::optional<Instant> instant) { return instant ? stored(*instant) : kNever; }
std::optional<Instant> instant_of(Stored value) {
  return value == kNever ? std::nullopt : std::optional{Instant{Seconds{value}}};
}

struct Entry {
  Stored due;
  Stored overdue;
  std::int64_t visits;
  Oid database;
  Oid extension;  // the extension whose functions are known to be used; kAnyOne: the extension that is found there
  VisitEnd end;
  bool is_stranger;  // the launcher has yet to look whether the settings name the database
};

constexpr Oid kAnyOne = static_cast<Oid>(-1);

struct Agenda {
  LWLock* lock;  // guards all other members
  int launcher;  // the launcher's pid; 0: no launcher runs
  Latch* latch;  // the launcher's
  Stored heartbeat;
  bool strangers;  // a session of a database without an entry has made itself known
  int generation;  // how often the launcher has changed the set of known databases
  std::size_t count;
  Entry entries[kMostDatabases];
};

Agenda* agenda = nullptr;  // set in every process of a server that preloads the library

Stored announced = kNever;      // by the transaction under way
Oid announced_by = InvalidOid;  // the extension whose function announced
int introduced = 0;             // the generation of entries in which this session made itself known

shmem_startup_hook_type next_startup_hook = nullptr;

void request() {
  RequestAddinShmemSpace(MAXALIGN(sizeof(Agenda)));
  RequestNamedLWLockTranche(kName, 1);
}

void start_up() {
  if (next_startup_hook != nullptr) next_startup_hook();
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  bool found = false;
  agenda = static_cast<Agenda*>(ShmemInitStruct(kName, sizeof(Agenda), &found));
  if (!found) {
    *agenda = Agenda{};
    agenda->lock = &GetNamedLWLockTranche(kName)->lock;
  }
  LWLockRelease(AddinShmemInitLock);
}

/// Locks the agenda while this object lives. The call of LWLockAcquire is not guarded: its one error is raised in a
/// process that holds hundreds of such locks.
class Locked {
 public:
  explicit Locked(LWLockMode mode) { LWLockAcquire(agenda->lock, mode); }
  ~Locked() { LWLockRelease(agenda->lock); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  Agenda* operator->() const { return agenda; }

  Entry* find(Oid database) const {
    Entry* const end = agenda->entries + agenda->count;
    Entry* const found =
        std::find_if(agenda->entries, end, [&](const Entry& entry) { return entry.database == database; });
    return found == end ? nullptr : found;
  }
};

Stored stored_now() { return stored(std::chrono::floor<Seconds>(std::chrono::system_clock::now())); }

/// Notes an announcement for a known database. The first announcement of an extension shows that the extension is in
/// use: anything in its tables may be due. Result: whether the launcher must hear of the announcement.
bool note(Entry& entry, Stored due) {
  const bool is_first = entry.extension != announced_by;
  if (due == kNever || (!is_first && entry.due <= due)) return false;
  entry.extension = announced_by;
  entry.due = std::min({entry.due, due, is_first ? stored_now() : kNever});
  return true;
}

/// Notes a database that is not known, unless this session has done so already.
bool note_stranger(const Locked& locked, Stored due) {
  if (introduced == locked->generation) return false;
  introduced = locked->generation;
  locked->strangers = true;
  if (locked->count == kMostDatabases) return true;
  Entry& entry = locked->entries[locked->count++];
  entry = Entry{kNever, kNever, 0, MyDatabaseId, InvalidOid, VisitEnd::done, true};
  note(entry, due);
  return true;
}

/// Puts an announcement for this database on the agenda. With kNever the announcement says only that the database
/// exists. Result: the launcher's latch if the launcher must hear of the announcement now.
Latch* put_down(Stored due) {
  const Locked locked(LW_EXCLUSIVE);
  Entry* entry = locked.find(MyDatabaseId);
  const bool is_news = entry != nullptr ? note(*entry, due) : note_stranger(locked, due);
  return is_news ? locked->latch : nullptr;
}

void note_and_wake(Stored due) {
  if (Latch* latch = put_down(due)) SetLatch(latch);
}

// Called after the transaction has become visible to other sessions. An error is no longer possible here, so the note
// needs no memory. If an announcement is lost, the worker's visits at fixed intervals find what is due.
void at_end(XactEvent event, void*) {
  switch (event) {
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_PREPARE: {
      const Stored due = std::exchange(announced, kNever);
      if (due != kNever) note_and_wake(due);
      return;
    }
    case XACT_EVENT_ABORT:
      announced = kNever;
      return;
    default:
      return;
  }
}

void leave(int, Datum) {
  const Locked locked(LW_EXCLUSIVE);
  if (locked->launcher != MyProcPid) return;
  locked->launcher = 0;
  locked->latch = nullptr;
}

}  // namespace

void share_agenda() {
  if (!process_shared_preload_libraries_in_progress) return;
  versions::request_shared_memory(request);
  next_startup_hook = std::exchange(shmem_startup_hook, start_up);
}

void announce_due(Instant due) {
  if (agenda == nullptr) return;
  static bool is_registered = false;
  if (!is_registered) {
    guarded([] { RegisterXactCallback(at_end, nullptr); });
    is_registered = true;
  }
  announced_by = guarded([] { return get_extension_oid(kName, true); });
  announced = std::min(announced, stored(due));
}

void introduce_database() {
  if (agenda != nullptr) note_and_wake(kNever);
}

std::optional<WorkerState> worker_state() {
  if (agenda == nullptr) return std::nullopt;
  const Locked locked(LW_SHARED);
  return WorkerState{locked->launcher, Instant{Seconds{locked->heartbeat}}};
}

std::optional<Duty> duty_of(Oid database) {
  if (agenda == nullptr) return std::nullopt;
  const Locked locked(LW_SHARED);
  const Entry* entry = locked.find(database);
  if (entry == nullptr || entry->is_stranger) return std::nullopt;
  return Duty{instant_of(entry->due), instant_of(entry->overdue), entry->visits, entry->end};
}

std::optional<Duty> own_duty() { return duty_of(MyDatabaseId); }

void become_launcher() {
  guarded([] { before_shmem_exit(leave, 0); });
  const Locked locked(LW_EXCLUSIVE);
  locked->launcher = MyProcPid;
  locked->latch = &MyProc->procLatch;
}

void beat(Instant now) {
  const Locked locked(LW_EXCLUSIVE);
  locked->heartbeat = stored(now);
}

void look_after(const std::vector<Oid>& databases, bool are_in_use) {
  const Locked locked(LW_EXCLUSIVE);
  const auto known = std::count_if(locked->entries, locked->entries + locked->count,
                                   [](const Entry& entry) { return !entry.is_stranger; });
  bool is_change = locked->generation == 0 || static_cast<std::size_t>(known) != databases.size();
  Entry entries[kMostDatabases];
  for (std::size_t i = 0; i < databases.size(); ++i) {
    const Entry* entry = locked.find(databases[i]);
    is_change = is_change || entry == nullptr || entry->is_stranger;
    const Oid extension = are_in_use ? kAnyOne : InvalidOid;
    entries[i] =
        entry != nullptr ? *entry : Entry{stored_now(), kNever, 0, databases[i], extension, VisitEnd::done, false};
    entries[i].is_stranger = false;
  }
  std::copy_n(entries, databases.size(), locked->entries);
  locked->count = databases.size();
  locked->generation += is_change ? 1 : 0;
  locked->strangers = false;
}

bool has_strangers() {
  const Locked locked(LW_SHARED);
  return locked->strangers;
}

bool is_in_use(Oid database, Oid extension) {
  const Locked locked(LW_EXCLUSIVE);
  Entry* entry = locked.find(database);
  if (entry == nullptr) return false;
  if (entry->extension == kAnyOne) entry->extension = extension;
  return entry->extension == extension;
}

void begin_visit(Oid database) {
  const Locked locked(LW_EXCLUSIVE);
  Entry* entry = locked.find(database);
  if (entry == nullptr) return;
  entry->overdue = std::min(entry->overdue, entry->due);
  entry->due = kNever;
  entry->end = VisitEnd::broken_off;
  ++entry->visits;
}

void give_up_visit(Oid database, Instant now) {
  const Locked locked(LW_EXCLUSIVE);
  if (Entry* entry = locked.find(database)) entry->overdue = std::min(entry->overdue, stored(now));
}

void break_off_visit(Oid database, VisitEnd end) {
  const Locked locked(LW_EXCLUSIVE);
  if (Entry* entry = locked.find(database)) entry->end = end;
}

void end_visit(Oid database, VisitEnd end, std::optional<Instant> next, std::optional<Instant> overdue) {
  const Locked locked(LW_EXCLUSIVE);
  Entry* entry = locked.find(database);
  if (entry == nullptr) return;
  entry->end = end;
  entry->due = std::min(entry->due, stored(next));
  entry->overdue = stored(overdue);
}

}  // namespace jb::pg
