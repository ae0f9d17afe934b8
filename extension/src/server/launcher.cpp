// SPDX-License-Identifier: PostgreSQL
//
// What a server has once: the settings; the worker's processes, which are the launcher, always, and a visit while
// something is due; and what the server calls as it loads the library. See README.md.
#include <climits>

#include "agenda.hpp"
#include "pg/guard.hpp"
#include "pg/server.hpp"
#include "pg/versions.hpp"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_database.h"
#include "catalog/pg_extension.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/varlena.h"
}

namespace jb::server {

namespace {

// The extension's settings in the server's configuration. The first four are what the calls read and write of them: see
// pg::Server.

char* now_text = nullptr;
int most_rejections = 100'000;
bool was_replayed = false;
int announcer = pg::kCommit;

const config_enum_entry kAnnouncers[] = {
    {"commit", pg::kCommit, false}, {"worker", pg::kWorker, false}, {nullptr, 0, false}};

bool log_refusals = true;
char* databases_setting = nullptr;
int interval_setting = 60;

// The server reads the setting only through show_replayed(); `replayed_setting` just keeps its initial value.
bool replayed_setting = false;
const char* show_replayed() { return was_replayed ? "on" : "off"; }

// Called by the server, so nothing here may throw.
bool check_databases(char** value, void**, GucSource) {
  List* names = NIL;
  char* copy = pstrdup(*value);
  const bool is_list = SplitIdentifierString(copy, ',', &names);
  if (!is_list) GUC_check_errdetail("List syntax is invalid.");
  list_free(names);
  pfree(copy);
  return is_list;
}

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
  // A code that the calls of a later version may have.
  return category == code_of("JB000") && code >= code_of("JB400") && code < code_of("JB500");
}

// The server calls this for each line of its log, even during an error, so it throws nothing and reads no table.
void leave_out_refusals(ErrorData* error) {
  if (!log_refusals && error->elevel == ERROR && is_refusal(error->sqlerrcode)) error->output_to_server = false;
  if (next_log_hook) next_log_hook(error);
}

/// Defines the settings, and applies jb_scheduler.log_refusals from then on. Call it once, when the library is loaded:
/// from then on the server refuses an unknown name with this prefix, or warns of it.
///
/// PostgreSQL logs each error with its message and detail, and a refusal quotes the value that it refuses. The refusal
/// goes to the caller, who knows that value; the log is read by others. Where log_refusals is off, the server's log
/// omits the errors of classes 22 and 23, those of JSON too large or too deep (54000, 54001), and those that
/// extension/errors.def answers with 4xx, or a later version of it may. Every other error is logged as usual. The
/// setting is off for the login jb_gateway (schema/00-roles.sql). Only a superuser, or a role with SET on it, may
/// change it, so that nobody else can hide attempts from the log.
void define_settings() {
  DefineCustomEnumVariable("jb_scheduler.announce",
                           "Who announces rejections on jb_rejected: their commit, or the worker soon afterwards.",
                           "PostgreSQL commits transactions that have announced something one by one.", &announcer,
                           announcer, kAnnouncers, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("jb_scheduler.log_refusals", "Whether refused calls appear in the server's log.",
                           "A refusal quotes the value that it refuses.", &log_refusals, log_refusals, PGC_SUSET, 0,
                           nullptr, nullptr, nullptr);
  DefineCustomStringVariable("jb_scheduler.now", "The time that the scheduler uses as now, in tests.",
                             "Empty: the machine's clock.", &now_text, "", PGC_SUSET, GUC_NOT_IN_SAMPLE, nullptr,
                             nullptr, nullptr);
  DefineCustomIntVariable("jb_scheduler.rejections_per_day",
                          "How many requests of one principal may be rejected within 24 hours.",
                          "A further request without a place fails with JB429 and leaves no record. 0: any number.",
                          &most_rejections, most_rejections, 0, INT_MAX, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable("jb_scheduler.replayed",
                           "Shows whether the last call that writes was answered from its idempotency key.",
                           "The call then repeated the first answer and did nothing else.", &replayed_setting, false,
                           PGC_INTERNAL, GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, nullptr, nullptr, show_replayed);
  DefineCustomStringVariable("jb_scheduler.worker_databases",
                             "The databases in which the background worker writes what falls due.",
                             "Separated by commas; needs the library in shared_preload_libraries. Empty: none.",
                             &databases_setting, "", PGC_SIGHUP, GUC_LIST_INPUT, check_databases, nullptr, nullptr);
  DefineCustomIntVariable(
      "jb_scheduler.worker_interval", "The longest time between two visits to a database.",
      "The worker learns of due events when they are announced; this interval is for those that were not.",
      &interval_setting, interval_setting, 1, 3600, PGC_SIGHUP, GUC_UNIT_S, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("jb_scheduler");
  next_log_hook = emit_log_hook;
  emit_log_hook = leave_out_refusals;
}

/// jb_scheduler.worker_databases: the databases that the worker looks after, in order, without duplicates. A database
/// of such a name need not exist.
std::vector<std::string> worker_databases() {
  List* const list = pg::guarded([] {
    List* names = NIL;
    SplitIdentifierString(pstrdup(databases_setting), ',', &names);
    return names;
  });
  std::vector<std::string> names;
  for (int i = 0; i < list_length(list); ++i) {
    std::string name = static_cast<const char*>(list_nth(list, i));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

/// jb_scheduler.worker_interval: the longest time between two visits to a database.
Milliseconds worker_interval() { return std::chrono::seconds{interval_setting}; }

// The background processes of the worker: their start, their end, their sleep, and the databases that they find.

constexpr const char* kLibrary = "$libdir/jb_scheduler";
constexpr int kRestartSeconds = 1;
constexpr std::int32_t kDroppedHalfway = -2;  // datconnlimit of a database whose DROP was interrupted

/// A process that this one has started.
using Handle = BackgroundWorkerHandle*;

/// A database, as in the shared catalogs.
struct Database {
  Oid oid;
  std::string name;
};

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

/// Has the postmaster start `function` of this library once the server accepts writes (on a standby: after promotion),
/// and restart it a second after it ends for any reason. Only while the library is preloaded.
void register_process(const char* name, const char* function) {
  // pg_upgrade must have the server to itself.
  if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade) return;
  BackgroundWorker worker = description(name, name, function);
  worker.bgw_restart_time = kRestartSeconds;
  RegisterBackgroundWorker(&worker);
}

/// Starts `function` of this library once; its end wakes this process. pg_stat_activity shows `type`, the log shows
/// `name`. nullptr where max_worker_processes leaves no room.
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

/// Whether the process has ended.
bool has_ended(Handle handle) {
  return pg::guarded([&] {
    pid_t pid = 0;
    const bool has_ended = GetBackgroundWorkerPid(handle, &pid) == BGWH_STOPPED;
    if (has_ended) pfree(handle);
    return has_ended;
  });
}

/// Connects this process to the shared catalogs only. SIGHUP makes its next sleep_until() reload the configuration.
void connect_to_no_database() {
  pg::guarded([] {
    pqsignal(SIGHUP, SignalHandlerForConfigReload);
    pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection(nullptr, nullptr, 0);
  });
}

/// Connects this process to a database as the bootstrap superuser. SIGTERM ends the process wherever the server checks
/// for interrupts. The process also ends if the database does not exist or accepts no connections.
void connect_to(Oid database) {
  pg::guarded([&] {
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
  });
}

/// Sleeps until this process is woken, at most until `time`. Ends the process with status 1 if it was asked to shut
/// down. Result: whether the configuration was reloaded.
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

/// The databases of these names that exist and accept connections. Call it in a transaction. A sequential scan, because
/// a process without a database has no index to use.
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

/// The permanent process: it knows when something next falls due in each database, sleeps until then, and starts a
/// visit.
class Launcher {
 public:
  [[noreturn]] void run() {
    connect_to_no_database();
    become_launcher();
    for (bool is_told = true;;) {
      const auto now = pg::machine_clock();
      end_visits(now);
      look_after(is_told, now);
      begin_visits(now);
      auto next = now + worker_interval();
      for (const auto& database : databases_)  // the end of a visit wakes this process
        if (!visits_.contains(database.oid)) next = std::min(next, next_visit(database.oid));
      is_told = sleep_until(next);
    }
  }

 private:
  /// Finds which of the named databases exist. `are_in_use`: those that it did not know before count as in use.
  void look_after(bool are_in_use, MachineTime now) {
    const auto trouble = pg::in_transaction([&] { databases_ = databases(worker_databases()); });
    if (trouble) pg::warn("could not look for its databases: " + trouble->message, trouble->detail, "");
    databases_.resize(std::min(databases_.size(), Agenda::kMostNamed));
    const LockedAgenda agenda;
    agenda->heartbeat = std::chrono::floor<Seconds>(now);
    agenda->forget([&](const Duty& duty) { return duty.is_named && !is_there(duty.database); });
    if (agenda->count + databases_.size() > agenda->duties.size())
      agenda->forget([](const Duty& duty) { return !duty.is_named; });
    for (const auto& database : databases_) {
      auto* duty = agenda->find(database.oid);
      if (duty == nullptr) duty = agenda->add(database.oid);
      if (duty->is_named) continue;
      duty->is_named = true;
      duty->due = pg::earlier(duty->due, agenda->heartbeat);
      if (are_in_use) duty->extension = Duty::kAnyExtension;
    }
    // If the clock was set back, visits would otherwise wait until it shows the old time again.
    if (now < noticed_)
      for (auto& duty : *agenda) duty.timetable = {};
    noticed_ = now;
  }

  bool is_there(Oid database) const {
    return std::any_of(databases_.begin(), databases_.end(), [&](const Database& one) { return one.oid == database; });
  }

  void end_visits(MachineTime now) {
    std::erase_if(visits_, [&](const auto& visit) {
      if (!has_ended(visit.second)) return false;
      const LockedAgenda agenda;
      auto* duty = agenda->find(visit.first);
      if (duty != nullptr && duty->is_visited) duty->end(VisitEnd::broken_off, now);
      return true;
    });
  }

  MachineTime next_visit(Oid database) const {
    const LockedAgenda agenda;
    const auto& duty = *agenda->find(database);
    return duty.timetable.next(duty.due, worker_interval());
  }

  void begin_visits(MachineTime now) {
    for (const auto& database : databases_)
      if (!visits_.contains(database.oid) && next_visit(database.oid) <= now) begin_visit(database, now);
  }

  void begin_visit(const Database& database, MachineTime now) {
    LockedAgenda()->find(database.oid)->begin(now);
    const auto visit = start_process("jb_scheduler worker", "jb_scheduler worker for " + database.name,
                                     "jb_worker_begin", database.oid);
    if (visit != nullptr) {
      visits_.emplace(database.oid, visit);
    } else {
      LockedAgenda()->find(database.oid)->end(VisitEnd::broken_off, now);
      if (has_room_)
        pg::warn("could not start a process to do what is due in database \"" + database.name + "\"",
                 "All of max_worker_processes are in use.", "Raise max_worker_processes.");
    }
    has_room_ = visit != nullptr;
  }

  std::vector<Database> databases_;  ///< that it looks after
  std::map<Oid, Handle> visits_;     ///< under way, by database
  MachineTime noticed_{};            ///< what the clock showed when it last woke up
  bool has_room_ = true;             ///< for another process, as far as it knows
};

void launch(Datum) { Launcher().run(); }

// The beginning of a visit: a process connects to one database, and leaves the rest to the calls of the version that
// the extension has there.

/// The rest of a visit, in the library of the calls, given the extension's schema.
using Rest = void (*)(Oid schema);

struct Extension {
  Oid oid = InvalidOid;  ///< InvalidOid: the database has none
  Oid schema = InvalidOid;
  NameData version{};
};

void find(Extension& found) {
  Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData wanted;
  ScanKeyInit(&wanted, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum("jb_scheduler"));
  SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &wanted);
  HeapTuple row = systable_getnext(scan);
  if (HeapTupleIsValid(row)) {
    const auto* form = reinterpret_cast<Form_pg_extension>(GETSTRUCT(row));
    found.oid = form->oid;
    found.schema = form->extnamespace;
    bool is_null = false;
    const Datum version = heap_getattr(row, Anum_pg_extension_extversion, RelationGetDescr(extensions), &is_null);
    namestrcpy(&found.version, TextDatumGetCString(version));
  }
  systable_endscan(scan);
  table_close(extensions, AccessShareLock);
}

/// Whether a visit may write. It may if the database existed when the launcher started or was told to look after it, or
/// if something has been announced there since. Otherwise pg_restore may be filling the database, and the extension's
/// tables may not exist yet.
bool is_in_use(Oid extension) {
  const LockedAgenda agenda;
  auto* duty = agenda->own();
  if (duty == nullptr) return false;
  if (duty->extension == Duty::kAnyExtension) duty->extension = extension;
  return duty->extension == extension;
}

Rest rest = nullptr;
Oid schema = InvalidOid;

void begin(Datum database) {
  connect_to(DatumGetObjectId(database));
  pg::set_option("search_path", "pg_catalog, pg_temp");  // not the one that the database's owner has set
  Extension extension;
  const auto trouble = pg::in_transaction([&] { pg::guarded([&] { find(extension); }); });
  if (trouble) pg::warn("could not look for its extension: " + trouble->message, trouble->detail, "");
  if (trouble || !OidIsValid(extension.oid) || !is_in_use(extension.oid)) {
    end_visit({trouble ? VisitEnd::failed : VisitEnd::done, !trouble, std::nullopt, std::nullopt});
    return;
  }
  schema = extension.schema;
  rest = pg::guarded([&] {
    const char* library = psprintf("$libdir/jb_scheduler-%s", NameStr(extension.version));
    return reinterpret_cast<Rest>(load_external_function(library, "jb_worker_visit", true, nullptr));
  });
}

}  // namespace

}  // namespace jb::server

extern "C" {
PGDLLEXPORT void jb_worker_main(Datum argument);
void jb_worker_main(Datum argument) { jb::pg::process<jb::server::launch>(argument); }

PGDLLEXPORT void jb_worker_begin(Datum database);
// The rest may jump out, so it is called when no object is alive here.
void jb_worker_begin(Datum database) {
  jb::pg::process<jb::server::begin>(database);
  if (jb::server::rest != nullptr) jb::server::rest(jb::server::schema);
}
}

// What PostgreSQL looks for when it loads the library. It is here because a preloaded library starts the worker.
extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init();
void _PG_init() {
  using namespace jb::server;
  static jb::pg::Server lent{sizeof(lent),       &now_text, &most_rejections, &was_replayed, announce_due,
                             introduce_database, worker,    end_visit,        &announcer};
  *find_rendezvous_variable(jb::pg::kServer) = &lent;
  define_settings();
  share_agenda();
  register_process("jb_scheduler launcher", "jb_worker_main");
}
}
