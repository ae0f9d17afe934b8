// SPDX-License-Identifier: PostgreSQL
#include "process.hpp"

#include "postgres.hpp"
#include "versions.hpp"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

namespace {

// The name that schema/ uses (MODULE_PATHNAME), so that the server loads the same file for functions and processes.
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

void warn(const std::string& message, const std::string& detail, const std::string& hint) {
  guarded([&] {
    ereport(WARNING, (errmsg_internal("%s %s", MyBgworkerEntry->bgw_name, message.c_str()),
                      detail.empty() ? 0 : errdetail_internal("%s", detail.c_str()),
                      hint.empty() ? 0 : errhint("%s", hint.c_str())));
  });
}

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
  return guarded([&] {
    const MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);
    Handle handle = nullptr;
    const bool is_started = RegisterDynamicBackgroundWorker(&worker, &handle);
    MemoryContextSwitchTo(caller);
    return is_started ? handle : nullptr;
  });
}

bool has_ended(Handle handle) {
  return guarded([&] {
    pid_t pid = 0;
    const bool has_ended = GetBackgroundWorkerPid(handle, &pid) == BGWH_STOPPED;
    if (has_ended) pfree(handle);
    return has_ended;
  });
}

void connect_to_no_database() {
  guarded([] {
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(nullptr, nullptr, 0);
  });
}

void connect_to(Oid database) {
  guarded([&] {
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
  });
}

void set_option(const char* name, const char* value) {
  guarded([&] { SetConfigOption(name, value, PGC_SUSET, PGC_S_SESSION); });
}

MachineTime machine_clock() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

bool sleep_until(MachineTime time) {
  const auto left = std::max(time - machine_clock(), Milliseconds{0});
  return guarded([&] {
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, static_cast<long>(left.count()),
              versions::wait_event("JbSchedulerIdle"));
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
    if (ShutdownRequestPending) proc_exit(1);
    if (!ConfigReloadPending) return false;
    ConfigReloadPending = false;
    ProcessConfigFile(PGC_SIGHUP);
    return true;
  });
}

std::optional<Trouble> in_transaction(const std::function<void()>& work) {
  guarded([] {
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
  });
  std::optional<Trouble> trouble;
  try {
    work();
    guarded([] {
      PopActiveSnapshot();
      CommitTransactionCommand();
    });
  } catch (const BackendError& error) {
    const ErrorData& data = *error.data;
    trouble = {std::string(error.sqlstate()), data.message, data.detail == nullptr ? "" : data.detail};
  } catch (const Failure& failure) {
    trouble = {std::string(sqlstate(failure.error)), failure.message, failure.detail};
  }
  if (trouble) guarded([] { AbortCurrentTransaction(); });
  return trouble;
}

// A sequential scan, because a process without a database has no index to use.
std::vector<Database> databases(const std::vector<std::string>& names) {
  std::vector<Database> found;
  for (const auto& name : names) found.push_back({InvalidOid, name});
  guarded([&] {
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

namespace {

bool log_refusals = true;
emit_log_hook_type next_log_hook = nullptr;

constexpr int code_of(const char* state) { return MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]); }

constexpr bool is_refusal(int code) {
  const int category = ERRCODE_TO_CATEGORY(code);
  if (category == code_of("22000") || category == code_of("23000")) return true;
  // JSON that is too deeply nested or too large.
  if (code == ERRCODE_STATEMENT_TOO_COMPLEX || code == ERRCODE_PROGRAM_LIMIT_EXCEEDED) return true;
#define JB_ERROR(name, sqlstate, http, type, title, retry, when) \
  if (http < 500 && code == code_of(sqlstate)) return true;
#include "../../errors.def"
#undef JB_ERROR
  return false;
}

// The server calls this for each line of its log, even during an error, so it throws nothing and reads no table.
void leave_out_refusals(ErrorData* error) {
  if (!log_refusals && error->elevel == ERROR && is_refusal(error->sqlerrcode)) error->output_to_server = false;
  if (next_log_hook) next_log_hook(error);
}

}  // namespace

// Only a superuser, or a role with SET on it, may change the setting, so that nobody else can hide attempts from the
// log.
void obey_log_refusals() {
  DefineCustomBoolVariable("jb_scheduler.log_refusals", "Whether refused calls appear in the server's log.",
                           "A refusal quotes the value that it refuses.", &log_refusals, log_refusals, PGC_SUSET, 0,
                           nullptr, nullptr, nullptr);
  next_log_hook = emit_log_hook;
  emit_log_hook = leave_out_refusals;
}

}  // namespace jb::pg
