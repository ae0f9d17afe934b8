// SPDX-License-Identifier: PostgreSQL
#include "spi.hpp"

#include <exception>

#include "core/values/input.hpp"
#include "versions.hpp"

extern "C" {
#include "access/detoast.h"
#include "access/genam.h"
#include "access/table.h"
#include "access/timeline.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "catalog/pg_extension.h"
#include "commands/async.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "optimizer/cost.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/lwlock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
}

namespace jb::pg {

namespace {

Oid schema = InvalidOid;
NameData schema_name;
unsigned version = 0;

constexpr std::string_view kPrefix = "jb_";

/// Whether the extension in this database had the library's version when functions were last declared.
bool is_known_served = false;

/// Every update redeclares the extension's functions, and the server notifies each backend of that.
void look_again(Datum, versions::CacheId, uint32) { is_known_served = false; }

/// Copies the version of the extension in this database to `version`. Call it within guarded().
void copy_installed_version(NameData* version) {
  Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData wanted;
  ScanKeyInit(&wanted, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum("jb_scheduler"));
  SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &wanted);
  bool is_null = true;
  HeapTuple row = systable_getnext(scan);
  const Datum found = HeapTupleIsValid(row)
                          ? heap_getattr(row, Anum_pg_extension_extversion, RelationGetDescr(extensions), &is_null)
                          : Datum{0};
  namestrcpy(version, is_null ? "" : TextDatumGetCString(found));
  systable_endscan(scan);
  table_close(extensions, AccessShareLock);
}

/// The version of the extension in this database if it differs from the library's; nullopt if the library serves it.
/// Cost: none, except one row of pg_extension after functions were redeclared. The extension's scripts may call its
/// functions, because the version changes before they run.
std::optional<std::string> unserved_version() {
  if (is_known_served || creating_extension) return std::nullopt;
  [[maybe_unused]] static const bool hears = versions::hears_of({PROCOID}, look_again);
  is_known_served = true;  // before the lookup, during which another update may be announced
  NameData installed;
  guarded([&] { copy_installed_version(&installed); });
  if (std::string_view(NameStr(installed)) == JB_VERSION) return std::nullopt;
  is_known_served = false;
  return NameStr(installed);
}

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

void find_schema() {
  if (!OidIsValid(entered_function)) return;
  use_schema(guarded([] { return get_func_namespace(entered_function); }));
}

bool is_served() { return !unserved_version(); }

void require_served_version() {
  const auto version = unserved_version();
  if (!version) return;
  throw Failure(Error::other_version,
                "the extension jb_scheduler in this database has another version than its library",
                "The extension has version " + *version + ", the library has version " JB_VERSION ".",
                "Repeat the call: the extension was updated meanwhile.");
}

void use_schema(Oid found) {
  guarded([&] {
    const char* name = OidIsValid(found) ? get_namespace_name(found) : nullptr;
    if (name == nullptr) ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("jb_scheduler has been dropped")));
    if (found == schema && strcmp(name, NameStr(schema_name)) == 0) return;
    schema = found;
    namestrcpy(&schema_name, name);
    ++version;
  });
  require_served_version();
}

unsigned schema_version() { return version; }

std::string qualified(std::string_view sql) {
  const std::string own = std::string(guarded([] { return quote_identifier(NameStr(schema_name)); })) + ".";
  std::string whole;
  bool is_quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\'') is_quoted = !is_quoted;
    const bool begins = i == 0 || !is_of_a_word(sql[i - 1]);
    if (!is_quoted && begins && sql.substr(i).starts_with(kPrefix)) whole += own;
    whole += sql[i];
  }
  return whole;
}

Oid relation(const char* name) {
  return guarded([&] {
    const Oid found = get_relname_relid(name, schema);
    if (!OidIsValid(found)) ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table \"%s\" is gone", name)));
    return found;
  });
}

SpiConnection& SpiConnection::current() {
  if (current_ == nullptr) throw std::logic_error("a table is used outside a connection");
  return *current_;
}

SpiConnection::SpiConnection() : outer_(current_), owner_(CurrentResourceOwner) {
  guarded([] {
    SPI_connect();
    AfterTriggerBeginQuery();
  });
  memory_ = CurrentMemoryContext;
  find_schema();
  current_ = this;
  static unsigned last = 0;
  if (++last == 0) ++last;
  serial_ = last;
}

void SpiConnection::freeze() {
  guarded([&] {
    CommandCounterIncrement();
    frozen_ = RegisterSnapshotOnOwner(GetTransactionSnapshot(), owner_);
  });
}

void SpiConnection::freeze_all() {
  freeze();
  guarded([&] { PushActiveSnapshot(frozen_); });
  is_active_ = true;
}

void SpiConnection::thaw() {
  if (frozen_ == nullptr) return;
  guarded([&] {
    if (is_active_) PopActiveSnapshot();
    UnregisterSnapshotFromOwner(frozen_, owner_);
  });
  frozen_ = nullptr;
  is_active_ = false;
}

void SpiConnection::finish() {
  fire_triggers();
  close_tables();
  guarded([] { SPI_finish(); });
  serial_ = 0;
}

Scratch::Scratch()
    : connection_(SpiConnection::current()), outer_(CurrentMemoryContext), errors_(std::uncaught_exceptions()) {
  if (connection_.scratch_ == nullptr)
    connection_.scratch_ = guarded(
        [&] { return AllocSetContextCreate(connection_.memory_, "jb_scheduler scratch", ALLOCSET_DEFAULT_SIZES); });
  ++connection_.scratches_;
  MemoryContextSwitchTo(connection_.scratch_);
}

Scratch::~Scratch() {
  MemoryContextSwitchTo(outer_);
  if (--connection_.scratches_ == 0 && std::uncaught_exceptions() == errors_) MemoryContextReset(connection_.scratch_);
}

Rows::Rows(SPITupleTable* table, std::uint64_t count) : count_(count) {
  if (table == nullptr) return;
  tuples_ = table->vals;
  descriptor_ = table->tupdesc;
  table_ = {table, {SpiConnection::current().serial_}};
}

void Rows::Freeing::operator()(SPITupleTable* table) const {
  const SpiConnection* open = SpiConnection::current_;
  if (std::uncaught_exceptions() == 0 && open != nullptr && open->serial_ == connection) SPI_freetuptable(table);
}

HeapTuple Rows::tuple(std::uint64_t row) const {
  if (tuples_ == nullptr || row >= count_)
    throw std::logic_error("there is no row " + std::to_string(row) + " of " + std::to_string(count_));
  return tuples_[row];
}

Value Rows::at(std::uint64_t row, int column) const {
  const HeapTuple tuple = this->tuple(row);
  const int number = numbers_ == nullptr ? column : numbers_[column - 1];
  if (number > descriptor_->natts) throw std::logic_error("there is no column " + std::to_string(number));
  bool is_null = false;
  const Datum value = guarded([&] { return heap_getattr(tuple, number, descriptor_, &is_null); });
  if (is_null) return std::nullopt;
  return value;
}

Param Rows::param(std::uint64_t row, int column) const {
  const auto value = at(row, column);
  const int number = numbers_ == nullptr ? column : numbers_[column - 1];
  const Oid type = TupleDescAttr(descriptor_, number - 1)->atttypid;
  return value ? Param(*value, type) : Param::null(type);
}

Version Rows::version(std::uint64_t row) const {
  const HeapTuple tuple = this->tuple(row);
  return {tuple->t_tableOid, tuple->t_self, HeapTupleHeaderGetXmin(tuple->t_data)};
}

std::vector<Value> Rows::columns(std::uint64_t row, int count) const {
  Columns all;
  guarded([&, tuple = tuple(row)] { all.read(tuple, descriptor_); });
  std::vector<Value> columns(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto at = numbers_ == nullptr ? i : static_cast<std::size_t>(numbers_[i] - 1);
    if (!all.nulls[at]) columns[i] = all.values[at];
  }
  return columns;
}

std::size_t Rows::stored_size(std::uint64_t row) const {
  Columns all;
  return guarded([&, tuple = tuple(row)] {
    all.read(tuple, descriptor_);
    std::size_t size = 0;
    for (int i = 0; i < descriptor_->natts; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool varies = TupleDescAttr(descriptor_, i)->attlen == -1;
      if (varies && !all.nulls[at]) size += toast_raw_datum_size(all.values[at]);
    }
    return size;
  });
}

// A generic plan from the start: these statements look rows up by key, and planning costs more than running.
void KeptPlan::prepare(Values params) {
  const auto sql = qualified(sql_);
  std::array<Oid, kMostParams> types{};
  for (std::size_t i = 0; i < params.count; ++i) types[i] = params.first[i].type;
  if (std::count(types.begin(), types.begin() + params.count, InvalidOid) > 0)
    throw std::logic_error(std::string("a parameter without a type for: ") + sql_);
  SPIPlanPtr outdated = plan_;
  plan_ = nullptr;
  plan_ = guarded([&] {
    if (outdated != nullptr) SPI_freeplan(outdated);
    SPIPlanPtr plan =
        SPI_prepare_cursor(sql.c_str(), static_cast<int>(params.count), types.data(), CURSOR_OPT_GENERIC_PLAN);
    if (plan == nullptr) elog(ERROR, "could not prepare \"%s\": %s", sql_, SPI_result_code_string(SPI_result));
    SPI_keepplan(plan);
    return plan;
  });
  planned_for_ = schema_version();
  const auto* source = static_cast<const CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan_)));
  const auto* query = static_cast<const Query*>(linitial(source->query_list));
  writes_ = query->commandType != CMD_SELECT || query->hasModifyingCTE;
}

// Makes the planner prefer an index where one fits. A plan is kept, and may have been made when its tables were empty.
// For an empty table the planner would choose a sequential scan, and the plan would still use it when the table has
// millions of rows. A statement that stops early reads its rows from an index in order. JIT is off because the cost of
// a disabled scan would get the statement compiled, which takes a second and saves milliseconds at most.
namespace {

class PlannerSettings : Unmovable {
 public:
  explicit PlannerSettings(bool reads_all)
      : bitmaps_(enable_bitmapscan, enable_bitmapscan && reads_all), sorts_(enable_sort, enable_sort && reads_all) {}

 private:
  const Holding<bool> scans_{enable_seqscan, false};
  const Holding<bool> bitmaps_;
  const Holding<bool> sorts_;
  const Holding<bool> compiles_{jit_enabled, false};
};

}  // namespace

/// The plan of a writing statement, made and held before the statement runs, so that users' triggers are planned by the
/// session's own planner settings. Until its release the plan is not remade, because its tables are locked. Reading
/// statements run no triggers, and need not pay for this.
CachedPlan* KeptPlan::planned() {
  const PlannerSettings settings(fetch_ == Fetch::all);
  return guarded([&] { return SPI_plan_get_cached_plan(plan_); });
}

Rows KeptPlan::run_with(Values params, Snapshot snapshot) {
  std::array<Datum, kMostParams> values{};
  std::array<char, kMostParams> nulls{};
  for (std::size_t i = 0; i < params.count; ++i) {
    values[i] = params.first[i].value;
    nulls[i] = params.first[i].is_null ? 'n' : ' ';
  }
  if (plan_ == nullptr || planned_for_ != schema_version()) prepare(params);
  const bool is_fresh = snapshot == Snapshot::fresh;
  const ::Snapshot frozen = is_fresh && !writes_ ? SpiConnection::current().frozen_ : nullptr;
  CachedPlan* const planned = writes_ ? this->planned() : nullptr;
  std::optional<PlannerSettings> settings;
  if (!writes_) settings.emplace(fetch_ == Fetch::all);
  const int code = guarded([&] {
    if (frozen != nullptr) PushActiveSnapshot(frozen);
    const bool is_read_only = frozen != nullptr || !is_fresh;
    const int done = SPI_execute_plan(plan_, values.data(), nulls.data(), is_read_only, 0);
    if (frozen != nullptr) PopActiveSnapshot();
    if (planned != nullptr) ReleaseCachedPlan(planned, CurrentResourceOwner);
    return done;
  });
  if (code < 0) throw std::logic_error(std::string("could not run: ") + sql_);
  return {SPI_tuptable, SPI_processed};
}

// A parallel worker may not take GetLatestSnapshot(). The catalogue's snapshot for a table without a cache is always
// new.
Rows KeptPlan::run_with(Values params, Moment moment) {
  guarded(
      [&] { PushActiveSnapshot(moment == Moment::now ? GetTransactionSnapshot() : GetCatalogSnapshot(InvalidOid)); });
  auto rows = run_with(params, Snapshot::callers);
  guarded([] { PopActiveSnapshot(); });
  return rows;
}

int execute(const std::string& sql, Values params) {
  std::vector<Oid> types;
  std::vector<Datum> values;
  std::string nulls;
  for (std::size_t i = 0; i < params.count; ++i) {
    types.push_back(params.first[i].type);
    values.push_back(params.first[i].value);
    nulls += params.first[i].is_null ? 'n' : ' ';
  }
  return guarded([&] {
    return SPI_execute_with_args(sql.c_str(), static_cast<int>(types.size()), types.data(), values.data(),
                                 nulls.c_str(), false, 0);
  });
}

Rows run_text(const std::string& sql, Values params) {
  if (execute(sql, params) < 0) throw std::logic_error("could not run: " + sql);
  return {SPI_tuptable, SPI_processed};
}

std::string quoted(const std::string& name) {
  return guarded([&] { return quote_identifier(name.c_str()); });
}

std::string relation_name(Oid relation) {
  const char* name = guarded([&] { return get_rel_name(relation); });
  return name == nullptr ? std::to_string(relation) : name;
}

Datum outliving(Datum value) {
  return guarded([&] { return SPI_datumTransfer(value, false, -1); });
}

namespace {

// PostgreSQL marks its own two kinds of advisory lock with 1 and 2 in the lock's fourth field. This value is the
// extension's mark.
constexpr std::uint16_t kLockKind = 0x6A62;

LOCKTAG tag_of(std::uint32_t key) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, key, 0, kLockKind);
  return tag;
}

}  // namespace

Subtransaction::Subtransaction() : context_(CurrentMemoryContext), owner_(CurrentResourceOwner) {
  guarded([] {
    BeginInternalSubTransaction(nullptr);
    AfterTriggerBeginQuery();
  });
  MemoryContextSwitchTo(context_);
}

void Subtransaction::keep() {
  SpiConnection::current().fire_triggers();
  guarded([] { ReleaseCurrentSubTransaction(); });
  open_ = false;
  MemoryContextSwitchTo(context_);
  CurrentResourceOwner = owner_;
}

Subtransaction::~Subtransaction() {
  if (!open_) return;
  try {
    guarded([] { RollbackAndReleaseCurrentSubTransaction(); });
  } catch (const BackendError&) {
    // The transaction is beyond repair. The current error, or the next statement's, reaches the caller.
  }
  MemoryContextSwitchTo(context_);
  CurrentResourceOwner = owner_;
}

AdvisoryLock::AdvisoryLock(std::uint32_t key) : key_(key) {
  guarded([&] {
    const LOCKTAG tag = tag_of(key_);
    LockAcquire(&tag, ExclusiveLock, false, false);
  });
}

void AdvisoryLock::release() {
  guarded([&] {
    const LOCKTAG tag = tag_of(key_);
    LockRelease(&tag, ExclusiveLock, false);
  });
}

bool keeps_snapshot() { return IsolationUsesXactSnapshot(); }

bool has_written() { return TransactionIdIsValid(GetTopTransactionIdIfAny()); }

void require_current(bool is_current) {
  if (is_current) return;
  guarded([] {
    ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                    errmsg("could not serialize access due to concurrent update")));
  });
}

std::int64_t kept_since() { return keeps_snapshot() ? GetCurrentTransactionStartTimestamp() : 0; }

// Between two snapshots, the transactions before xmax can only end, so their number identifies the open ones. The end
// of our own transaction, or of a part of it, may change none of these numbers. The next query then runs in another
// transaction, or in another subtransaction.
ReadAsOf read_as_of() {
  const ::Snapshot snapshot = GetActiveSnapshot();
  const auto open_inner = static_cast<std::uint32_t>(snapshot->subxcnt);
  return {snapshot->xmin,
          snapshot->xmax,
          snapshot->xcnt,
          open_inner,
          snapshot->curcid,
          versions::local_transaction(),
          GetCurrentSubTransactionId()};
}

void notify_of_rejection(const std::string& payload) {
  guarded([&] { Async_Notify("jb_rejected", payload.c_str()); });
}

namespace {

/// Whether the caller has only the role of callers without a certificate.
bool is_guest() {
  return guarded([] {
    const Oid viewer = get_role_oid("jb_viewer", true);
    return !OidIsValid(viewer) || !has_privs_of_role(GetOuterUserId(), viewer);
  });
}

/// The name, after a check. Only a guest may have a reserved name, which the front end assigns.
std::string checked_principal(const std::string& name) {
  Validation validation;
  if (!is_reserved_principal(name) || !is_guest()) check_principal(validation, name);
  validation.raise();
  return name;
}

}  // namespace

void require_asker() {
  if (!InSecurityRestrictedOperation()) return;
  throw Failure(Error::not_allowed, "nobody asks for this: it is PostgreSQL that looks after a table",
                "ANALYZE, autovacuum, CREATE INDEX, REINDEX and REFRESH MATERIALIZED VIEW run the functions of a table "
                "in whichever session they are in.",
                "Call it by itself, not from an index or a materialized view.");
}

std::string principal(const std::optional<std::string>& named) {
  require_asker();
  const Oid session_user = GetSessionUserId();
  std::string user = guarded([&] { return GetUserNameFromId(session_user, false); });
  if (!named || *named == user) return checked_principal(user);
  const bool may_name = guarded([&] {
    const Oid gateway = get_role_oid("jb_gateway", true);
    return OidIsValid(gateway) && is_member_of_role(session_user, gateway);
  });
  if (!may_name) {
    throw Failure(Error::not_allowed, "role \"" + user + "\" may not name principal \"" + shorten(*named, 200) + "\"",
                  "Only a session user that is a member of jb_gateway may name another principal.",
                  "Leave principal out: it is the session's user then.");
  }
  return checked_principal(*named);
}

void require_schema_of(FunctionCallInfo info) {
  guarded([&] {
    const Oid schema = get_func_namespace(info->flinfo->fn_oid);
    const AclResult may = versions::may_use_schema(schema, GetUserId());
    if (may != ACLCHECK_OK) aclcheck_error(may, OBJECT_SCHEMA, get_namespace_name(schema));
  });
}

namespace {

constexpr long kBetweenLooks = 2;  // ms

/// Up to where the standbys for which COMMIT waits have flushed the log.
XLogRecPtr confirmed() {
  LWLockAcquire(SyncRepLock, LW_SHARED);
  const XLogRecPtr flushed = WalSndCtl->lsn[SYNC_REP_WAIT_FLUSH];
  LWLockRelease(SyncRepLock);
  return flushed;
}

XLogRecPtr end_of_log() {
  const XLogRecPtr end = versions::has_synchronous_standbys() ? GetFlushRecPtr(nullptr) : GetXLogInsertRecPtr();
  // Not SyncRepWaitForLSN: a COMMIT whose wait is cancelled is still done, a cancelled read is not.
  while (versions::has_synchronous_standbys() && confirmed() < end) {
    CHECK_FOR_INTERRUPTS();
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, kBetweenLooks,
              versions::wait_event("JbSchedulerStandby"));
    ResetLatch(MyLatch);
  }
  return end;
}

}  // namespace

WalPosition wal_position() {
  return guarded([] {
    if (!RecoveryInProgress()) return WalPosition{GetWALInsertionTimeLine(), end_of_log()};
    TimeLineID timeline = 0;
    const XLogRecPtr lsn = GetXLogReplayRecPtr(&timeline);
    return WalPosition{timeline, lsn};
  });
}

// A standby that lags behind the position will still receive the rest.
bool is_kept(const WalPosition& position) {
  const WalPosition now = wal_position();
  return guarded([&] {
    if (position.timeline == now.timeline) return position.lsn <= now.lsn || RecoveryInProgress();
    List* history = readTimeLineHistory(now.timeline);
    return tliInHistory(position.timeline, history) &&
           position.lsn <= tliSwitchPoint(position.timeline, history, nullptr);
  });
}

std::uint64_t identity_of(const char* table) {
  const Oid own = relation(table);
  return guarded([&] {
    const std::uint64_t parts[] = {GetSystemIdentifier(), MyDatabaseId, own};
    return hash_bytes_extended(reinterpret_cast<const unsigned char*>(parts), sizeof parts, 0);
  });
}

std::uint64_t next_transaction() {
  return guarded([] { return U64FromFullTransactionId(ReadNextFullTransactionId()); });
}

}  // namespace jb::pg
