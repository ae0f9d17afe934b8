// SPDX-License-Identifier: PostgreSQL
#include "process.hpp"

#include "pg/guard.hpp"
#include "pg/process.hpp"
#include "pg/versions.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_database.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
}

namespace jb::server {

namespace {

constexpr const char* kLibrary = "$libdir/jb_scheduler";
constexpr int kRestartSeconds = 1;
constexpr std::int32_t kDroppedHalfway = -2;  // datconnlimit of a database whose DROP was interrupted

BackgroundWorker description(const std::string& name, const char* type, const char* function) {
  BackgroundWorker worker{};
  strlcpy(worker.bgw_name, name.c_str(), sizeof(worker.bgw_name));
  strlcpy(worker.bgw_type, type, sizeof(worker.bgw_type));
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  strlcpy(worker.bgw_library_name, kLibrary, sizeof(worker.bgw_library_name));
  strlcpy(worker.bgw_function_name, function, sizeof(worker.bgw_function_name));
  return worker;
}

}  // namespace

void register_process(const char* name, const char* function) {
  // pg_upgrade must have the server to itself.
  if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade) return;
  BackgroundWorker worker = description(name, name, function);
  worker.bgw_restart_time = kRestartSeconds;
  RegisterBackgroundWorker(&worker);
}

Handle start_process(const char* type, const std::string& name, const char* function, Oid database) {
  BackgroundWorker worker = description(name, type, function);
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  worker.bgw_main_arg = ObjectIdGetDatum(database);
  worker.bgw_notify_pid = MyProcPid;
  return pg::guarded([&] {
    const MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);
    Handle handle = nullptr;
    const bool is_started = RegisterDynamicBackgroundWorker(&worker, &handle);
    MemoryContextSwitchTo(caller);
    return is_started ? handle : nullptr;
  });
}

bool has_ended(Handle handle) {
  return pg::guarded([&] {
    pid_t pid = 0;
    const bool has_ended = GetBackgroundWorkerPid(handle, &pid) == BGWH_STOPPED;
    if (has_ended) pfree(handle);
    return has_ended;
  });
}

void connect_to_no_database() {
  pg::guarded([] {
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(nullptr, nullptr, 0);
  });
}

void connect_to(Oid database) {
  pg::guarded([&] {
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
  });
}

bool sleep_until(MachineTime time) {
  const auto left = std::max(time - pg::machine_clock(), Milliseconds{0});
  return pg::guarded([&] {
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, static_cast<long>(left.count()),
              pg::versions::wait_event("JbSchedulerIdle"));
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    if (ShutdownRequestPending) proc_exit(1);
    if (!ConfigReloadPending) return false;
    ConfigReloadPending = false;
    ProcessConfigFile(PGC_SIGHUP);
    return true;
  });
}

// A sequential scan, because a process without a database has no index to use.
std::vector<Database> databases(const std::vector<std::string>& names) {
  std::vector<Database> found;
  for (const auto& name : names) found.push_back({InvalidOid, name});
  pg::guarded([&] {
    Relation table = table_open(DatabaseRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 0, nullptr);
    for (HeapTuple row; (row = systable_getnext(scan)) != nullptr;) {
      const auto* database = reinterpret_cast<Form_pg_database>(GETSTRUCT(row));
      if (!database->datallowconn || database->datconnlimit == kDroppedHalfway) continue;
      for (auto& one : found)
        if (one.name == NameStr(database->datname)) one.oid = database->oid;
    }
    systable_endscan(scan);
    table_close(table, AccessShareLock);
  });
  std::erase_if(found, [](const Database& database) { return !OidIsValid(database.oid); });
  return found;
}

}  // namespace jb::server
