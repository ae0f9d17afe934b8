// SPDX-License-Identifier: PostgreSQL
#include "agenda.hpp"

#include <utility>

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

namespace jb::server {

namespace {

constexpr const char* kName = "jb_scheduler";

static_assert(std::is_trivially_copyable_v<Agenda>, "it lies in shared memory");

Agenda* agenda = nullptr;  // set in every process of a server that preloads the library
LWLock* lock = nullptr;    // guards the agenda

std::optional<Instant> announced;  // by the current transaction
Oid announced_by = InvalidOid;     // the extension whose function announced

shmem_request_hook_type next_request_hook = nullptr;
shmem_startup_hook_type next_startup_hook = nullptr;

void request() {
  if (next_request_hook != nullptr) next_request_hook();
  RequestAddinShmemSpace(MAXALIGN(sizeof(Agenda)));
  RequestNamedLWLockTranche(kName, 1);
}

void start_up() {
  if (next_startup_hook != nullptr) next_startup_hook();
  LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
  bool found = false;
  agenda = static_cast<Agenda*>(ShmemInitStruct(kName, sizeof(Agenda), &found));
  if (!found) *agenda = Agenda{};
  lock = &GetNamedLWLockTranche(kName)->lock;
  LWLockRelease(AddinShmemInitLock);
}

/// Notes an announcement. An extension's first announcement shows that it is in use, so anything in its tables may be
/// due. Result: whether this is the earliest time.
bool note(Duty& duty, Instant due) {
  const bool is_first = duty.extension != announced_by;
  if (!is_first && duty.due && *duty.due <= due) return false;
  const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  duty.extension = announced_by;
  duty.due = pg::earlier(duty.due, is_first ? std::min(due, now) : due);
  return true;
}

/// Puts an announcement for this database on the agenda; without `due` it only says that the database exists. Wakes the
/// launcher for a database that the launcher does not know, and for an earlier time in one that it looks after.
void note_and_wake(std::optional<Instant> due) {
  Latch* latch = nullptr;
  {
    const LockedAgenda locked;
    Duty* duty = locked->own();
    const bool is_new = duty == nullptr;
    if (is_new) duty = locked->add(MyDatabaseId);
    const bool is_earliest = duty != nullptr && due && note(*duty, *due);
    if (duty != nullptr && (is_new || (is_earliest && duty->is_named))) latch = locked->latch;
  }
  if (latch != nullptr) SetLatch(latch);
}

// Called after the transaction has become visible to other backends. Nothing may fail here any more, so the note needs
// no memory. If an announcement is lost, the worker's periodic visits find what is due.
void at_end(XactEvent event, void*) {
  switch (event) {
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_PREPARE:
      if (const auto due = std::exchange(announced, std::nullopt)) note_and_wake(due);
      return;
    case XACT_EVENT_ABORT:
      announced.reset();
      return;
    default:
      return;
  }
}

void leave(int, Datum) {
  const LockedAgenda locked;
  if (locked->launcher != MyProcPid) return;
  locked->launcher = 0;
  locked->latch = nullptr;
}

}  // namespace

void Duty::begin(MachineTime now) {
  overdue = pg::earlier(overdue, std::exchange(due, std::nullopt));
  is_visited = true;
  ++visits;
  timetable.begin(now);
}

void Duty::end(VisitEnd how, MachineTime now) {
  if (how == VisitEnd::broken_off) overdue = pg::earlier(overdue, std::chrono::floor<Seconds>(now));
  is_visited = false;
  timetable.end(how, now);
}

Duty* Agenda::find(Oid database) {
  Duty* const found = std::find_if(begin(), end(), [&](const Duty& duty) { return duty.database == database; });
  return found == end() ? nullptr : found;
}

Duty* Agenda::own() { return find(MyDatabaseId); }

Duty* Agenda::add(Oid database) {
  if (count == duties.size()) return nullptr;
  Duty& added = duties[count++];
  added = Duty{};
  added.database = database;
  return &added;
}

// Not guarded: LWLockAcquire fails only in a process that already holds hundreds of such locks.
LockedAgenda::LockedAgenda() { LWLockAcquire(lock, LW_EXCLUSIVE); }
LockedAgenda::~LockedAgenda() { LWLockRelease(lock); }
Agenda* LockedAgenda::operator->() const { return agenda; }

void share_agenda() {
  if (!process_shared_preload_libraries_in_progress) return;
  next_request_hook = std::exchange(shmem_request_hook, request);
  next_startup_hook = std::exchange(shmem_startup_hook, start_up);
}

void announce_due(Instant due) {
  if (agenda == nullptr) return;
  static bool is_registered = false;
  if (!is_registered) RegisterXactCallback(at_end, nullptr);
  is_registered = true;
  announced_by = get_extension_oid(kName, true);
  announced = pg::earlier(announced, due);
}

void introduce_database() {
  if (agenda != nullptr) note_and_wake(std::nullopt);
}

std::optional<pg::Worker> worker() {
  if (agenda == nullptr) return std::nullopt;
  const LockedAgenda locked;
  const auto* duty = locked->own();
  if (duty == nullptr || !duty->is_named) return std::nullopt;
  return pg::Worker{locked->launcher, locked->heartbeat, duty->visits, pg::earlier(duty->due, duty->overdue)};
}

void end_visit(pg::VisitResult result) {
  const auto now = pg::machine_clock();
  const LockedAgenda locked;
  auto* duty = locked->own();
  if (duty == nullptr) return;
  duty->end(result.how, now);
  if (!result.is_known) return;
  duty->due = pg::earlier(duty->due, result.next);
  duty->overdue = result.overdue;
}

void become_launcher() {
  pg::guarded([] { before_shmem_exit(leave, 0); });
  const LockedAgenda locked;
  locked->launcher = MyProcPid;
  locked->latch = &MyProc->procLatch;
  for (auto& duty : *locked) {  // the previous launcher may have exited during a visit
    duty.timetable = {};
    duty.is_visited = false;
  }
}

}  // namespace jb::server
