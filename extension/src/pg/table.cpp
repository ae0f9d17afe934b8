// SPDX-License-Identifier: PostgreSQL
#include "table.hpp"

#include "datum.hpp"
#include "versions.hpp"

extern "C" {
#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/multixact.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/subtrans.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/procarray.h"
#include "storage/smgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
}

namespace jb::pg {

namespace {

struct Unseen {
  bool found;
  std::int64_t id;
};

/// A dirty snapshot also shows rows of open transactions, and then holds the id of the row's transaction in xmin.
bool is_unseen(Relation table, TupleTableSlot* slot, const SnapshotData& dirty) {
  return TransactionIdIsValid(dirty.xmin) || !table_tuple_satisfies_snapshot(table, slot, GetActiveSnapshot());
}

Unseen scan(Relation table, Relation index, const Datum* of, std::int64_t after, std::int64_t most,
            const std::function<bool(const UnseenRow&)>& counts) {
  SnapshotData dirty;
  InitDirtySnapshot(dirty);
  std::array<ScanKeyData, 2> keys;
  const int count = of != nullptr ? 2 : 1;
  if (of != nullptr)
    ScanKeyEntryInitialize(keys.data(), 0, 1, BTEqualStrategyNumber, InvalidOid, index->rd_indcollation[0], F_TEXTEQ,
                           *of);
  ScanKeyInit(&keys[static_cast<std::size_t>(count) - 1], static_cast<AttrNumber>(count), BTGreaterStrategyNumber,
              F_INT8GT, Int64GetDatum(after));
  IndexScanDesc cursor = versions::begin_index_scan(table, index, &dirty, count);
  index_rescan(cursor, keys.data(), count, nullptr, 0);
  TupleTableSlot* slot = table_slot_create(table, nullptr);
  Unseen unseen{false, 0};
  for (std::int64_t passed = 0; passed < most && index_getnext_slot(cursor, ForwardScanDirection, slot);) {
    if (!is_unseen(table, slot, dirty)) {
      ++passed;
      continue;
    }
    if (counts && !counts(UnseenRow(slot))) continue;
    bool is_null = false;
    unseen = {true, DatumGetInt64(slot_getattr(slot, index->rd_index->indkey.values[count - 1], &is_null))};
    break;
  }
  ExecDropSingleTupleTableSlot(slot);
  index_endscan(cursor);
  return unseen;
}

/// Adds the column's values in the unseen rows. An all-visible page has none.
void scan_pages(Relation table, AttrNumber column, std::vector<std::int64_t>& found) {
  SnapshotData dirty;
  InitDirtySnapshot(dirty);
  TupleTableSlot* slot = table_slot_create(table, nullptr);
  TableScanDesc scan = nullptr;
  Buffer map = InvalidBuffer;
  const BlockNumber pages = RelationGetNumberOfBlocks(table);
  for (BlockNumber page = 0; page < pages; ++page) {
    CHECK_FOR_INTERRUPTS();
    if (VM_ALL_VISIBLE(table, page, &map)) continue;
    ItemPointerData first, last;
    ItemPointerSet(&first, page, FirstOffsetNumber);
    ItemPointerSet(&last, page, MaxOffsetNumber);
    if (scan == nullptr)
      scan = versions::begin_tid_scan(table, &dirty, &first, &last);
    else
      table_rescan_tidrange(scan, &first, &last);
    while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot)) {
      bool is_null = false;
      if (is_unseen(table, slot, dirty)) found.push_back(DatumGetInt64(slot_getattr(slot, column, &is_null)));
    }
  }
  if (scan != nullptr) table_endscan(scan);
  if (BufferIsValid(map)) ReleaseBuffer(map);
  ExecDropSingleTupleTableSlot(slot);
}

}  // namespace

Value UnseenRow::at(int column) const {
  bool is_null = false;
  const Datum value = guarded([&] { return slot_getattr(slot_, column, &is_null); });
  return is_null ? Value{} : Value{value};
}

std::optional<std::int64_t> first_unseen(const char* table, const char* key, std::optional<Datum> of,
                                         std::int64_t after, std::int64_t most,
                                         const std::function<bool(const UnseenRow&)>& counts) {
  const Datum* text = of ? &*of : nullptr;
  const Oid own = relation(table);
  const Oid by = relation(key);
  const Unseen unseen = guarded([&] {
    Relation rows = table_open(own, AccessShareLock);
    Relation index = index_open(by, AccessShareLock);
    const Unseen found = scan(rows, index, text, after, most, counts);
    index_close(index, AccessShareLock);
    table_close(rows, AccessShareLock);
    return found;
  });
  if (!unseen.found) return std::nullopt;
  return unseen.id;
}

std::optional<int> greatest_int(const char* table, const char* key) {
  const Oid own = relation(table);
  const Oid by = relation(key);
  std::optional<int> greatest;
  guarded([&] {
    Relation rows = table_open(own, AccessShareLock);
    Relation index = index_open(by, AccessShareLock);
    SnapshotData dirty;
    InitDirtySnapshot(dirty);
    IndexScanDesc cursor = versions::begin_index_scan(rows, index, &dirty, 0);
    index_rescan(cursor, nullptr, 0, nullptr, 0);
    TupleTableSlot* slot = table_slot_create(rows, nullptr);
    bool is_null = false;
    if (index_getnext_slot(cursor, BackwardScanDirection, slot))
      greatest = DatumGetInt32(slot_getattr(slot, index->rd_index->indkey.values[0], &is_null));
    ExecDropSingleTupleTableSlot(slot);
    index_endscan(cursor);
    index_close(index, AccessShareLock);
    table_close(rows, AccessShareLock);
  });
  return greatest;
}

std::vector<std::int64_t> all_unseen(const char* table, const char* column) {
  std::vector<std::int64_t> found;
  if (GetActiveSnapshot()->xmin == ReadNextTransactionId()) return found;
  const Oid own = relation(table);
  guarded([&] {
    Relation rows = table_open(own, AccessShareLock);
    scan_pages(rows, get_attnum(own, column), found);
    table_close(rows, AccessShareLock);
  });
  return found;
}

namespace {

/// Waits until the transaction has ended; for a subtransaction, also until each that contains it has.
void wait_for(TransactionId transaction) {
  constexpr long pause = 1000;  // microseconds
  while (TransactionIdIsInProgress(transaction)) {
    LOCKTAG tag;
    SET_LOCKTAG_TRANSACTION(tag, transaction);
    (void)LockAcquire(&tag, ShareLock, false, false);
    LockRelease(&tag, ShareLock, false);
    if (!TransactionIdIsInProgress(transaction)) return;
    const TransactionId whole = SubTransGetParent(transaction);
    if (TransactionIdIsValid(whole)) {
      transaction = whole;
    } else {  // it is about to be listed as ended
      CHECK_FOR_INTERRUPTS();
      pg_usleep(pause);
    }
  }
}

/// Waits for every transaction that blocks a lock of the row. Two subtransactions that locked the row one after the
/// other are both recorded in it.
void wait_for_lockers(Relation table, ItemPointerData tid, TupleTableSlot* slot) {
  if (!table_tuple_fetch_row_version(table, &tid, SnapshotAny, slot)) return;
  const auto* found = reinterpret_cast<BufferHeapTupleTableSlot*>(slot);
  LockBuffer(found->buffer, BUFFER_LOCK_SHARE);
  const auto bits = found->base.tuple->t_data->t_infomask;
  const TransactionId locker = HeapTupleHeaderGetRawXmax(found->base.tuple->t_data);
  LockBuffer(found->buffer, BUFFER_LOCK_UNLOCK);
  ExecClearTuple(slot);
  if ((bits & HEAP_XMAX_INVALID) != 0) return;
  if ((bits & HEAP_XMAX_IS_MULTI) == 0) {
    wait_for(locker);
    return;
  }
  MultiXactMember* all = nullptr;
  const int count = GetMultiXactIdMembers(locker, &all, false, HEAP_XMAX_IS_LOCKED_ONLY(bits));
  for (int i = 0; i < count; ++i)
    if (all[i].status != MultiXactStatusForKeyShare) wait_for(all[i].xid);
  if (count > 0) pfree(all);
}

}  // namespace

// A caller that has written nothing yet queues for the row, as PostgreSQL's own callers do. One that has written may
// already block others, even the head of the queue, so it does not queue.
TM_Result lock_row(Relation table, ItemPointerData* tid, TupleTableSlot* slot, std::uint8_t flags) {
  const bool queues = !has_written();
  for (;;) {
    TM_FailureData failure;
    const auto try_lock = [&] {
      return table_tuple_lock(table, tid, GetTransactionSnapshot(), slot, GetCurrentCommandId(false),
                              LockTupleNoKeyExclusive, LockWaitSkip, flags, &failure);
    };
    TM_Result result = try_lock();
    if (result != TM_WouldBlock) return result;
    ExecClearTuple(slot);  // do not wait with a page pinned
    CHECK_FOR_INTERRUPTS();
    ItemPointerData queued = *tid;
    if (queues) LockTuple(table, &queued, ExclusiveLock);
    wait_for_lockers(table, queued, slot);
    if (queues) {
      result = try_lock();
      UnlockTuple(table, &queued, ExclusiveLock);
      if (result != TM_WouldBlock) return result;
    }
  }
}

// What a backend caches about the indexes that it writes entries into.
//
// For each index, a statement looks up the columns, plans the expressions and the condition, and sets up the index's
// own routines. That is a tenth of a booking, so the results are kept from call to call, until the server reports a
// change to one of these indexes or to a function.

namespace {

struct KeptIndex {
  Oid index;
  Oid table;
  IndexInfo* info;
};

EState* kept_in = nullptr;  // the memory of all that is kept
List* kept = NIL;           // of KeptIndex*
bool holds = false;         // whether nothing has changed since

// The server may call these two at any point, so they only take notes. An invalid relation means all relations.
void note_relation(Datum, Oid relation) {
  if (!OidIsValid(relation)) holds = false;
  const ListCell* cell = nullptr;
  foreach (cell, kept) {
    const auto* one = static_cast<const KeptIndex*>(lfirst(cell));
    if (one->index == relation || one->table == relation) holds = false;
  }
}

void note_function(Datum, versions::CacheId, uint32) { holds = false; }

// An outer call may still use what is forgotten here, so it is freed with the transaction.
void forget_what_changed() {
  static bool is_registered = false;
  if (!is_registered) {
    CacheRegisterRelcacheCallback(note_relation, 0);
    CacheRegisterSyscacheCallback(PROCOID, note_function, 0);
  }
  is_registered = true;
  if (holds) return;
  if (kept_in != nullptr) MemoryContextSetParent(kept_in->es_query_cxt, TopTransactionContext);
  kept = NIL;
  kept_in = nullptr;
  const MemoryContext caller = MemoryContextSwitchTo(CacheMemoryContext);
  kept_in = CreateExecutorState();
  MemoryContextSwitchTo(caller);
  holds = true;
}

/// Whether the index's own cache (ii_AmCache) is memory alone. A BRIN index keeps a page pinned.
bool may_be_kept(Relation index) {
  const Oid method = index->rd_rel->relam;
  return method == BTREE_AM_OID || method == GIST_AM_OID || method == GIN_AM_OID;
}

IndexInfo* info_of(Relation index) {
  if (!may_be_kept(index)) return BuildIndexInfo(index);
  const ListCell* cell = nullptr;
  foreach (cell, kept) {
    const auto* one = static_cast<const KeptIndex*>(lfirst(cell));
    if (one->index == RelationGetRelid(index)) return one->info;
  }
  const MemoryContext caller = MemoryContextSwitchTo(kept_in->es_query_cxt);
  IndexInfo* info = BuildIndexInfo(index);
  if (info->ii_Predicate != NIL) info->ii_PredicateState = ExecPrepareQual(info->ii_Predicate, kept_in);
  if (info->ii_Expressions != NIL) info->ii_ExpressionsState = ExecPrepareExprList(info->ii_Expressions, kept_in);
  auto* one = static_cast<KeptIndex*>(palloc(sizeof(KeptIndex)));
  *one = {RelationGetRelid(index), index->rd_index->indrelid, info};
  kept = lappend(kept, one);
  MemoryContextSwitchTo(caller);
  return info;
}

}  // namespace

// Takes the locks first: locking an index reveals any change that another transaction has made to it.
void open_all_indexes(ResultRelInfo* table) {
  List* all = RelationGetIndexList(table->ri_RelationDesc);
  const int count = list_length(all);
  if (count == 0) return;
  auto* indexes = static_cast<Relation*>(palloc(static_cast<Size>(count) * sizeof(Relation)));
  auto** infos = static_cast<IndexInfo**>(palloc(static_cast<Size>(count) * sizeof(IndexInfo*)));
  for (int i = 0; i < count; ++i) indexes[i] = index_open(list_nth_oid(all, i), RowExclusiveLock);
  forget_what_changed();
  for (int i = 0; i < count; ++i) infos[i] = info_of(indexes[i]);
  table->ri_NumIndices = count;
  table->ri_IndexRelationDescs = indexes;
  table->ri_IndexRelationInfo = infos;
  list_free(all);
}

void close_all_indexes(ResultRelInfo* table) {
  ExecCloseIndices(table);
  if (table->ri_NumIndices == 0) return;
  table->ri_NumIndices = 0;
  pfree(table->ri_IndexRelationDescs);
  pfree(table->ri_IndexRelationInfo);
}

/// A table that is open as long as a connection, in the connection's memory.
struct OpenTable {
  const Table* table;
  Relation relation;
  int lock_mode;
  const std::int16_t* numbers;  ///< of its columns
  TupleTableSlot* found;        ///< the current row of a scan, or the row before a change
  TupleTableSlot* made;         ///< the row to be written; nullptr until something is written
  EState* state;
  ResultRelInfo* result;  ///< nullptr until something is written
  EPQState recheck;       ///< for triggers only
};

namespace {

constexpr std::size_t kMostKeys = 3;
// The strategy number of equality in the operator class of calendars (gist.cpp).
constexpr StrategyNumber kGistEqual = BTEqualStrategyNumber;

void begin_key(ScanKeyData* key, int number, const Key& wanted, Relation index) {
  ScanKeyEntryInitialize(key, wanted.is_any ? SK_SEARCHARRAY : 0, static_cast<AttrNumber>(number), wanted.strategy,
                         InvalidOid, index->rd_indcollation[number - 1], wanted.function, wanted.value);
}

Relation open_index(Relation table, const char* name) {
  const Oid index = get_relname_relid(name, RelationGetNamespace(table));
  Relation opened = OidIsValid(index) ? index_open(index, AccessShareLock) : nullptr;
  if (opened == nullptr || opened->rd_index->indrelid != RelationGetRelid(table))
    elog(ERROR, "table \"%s\" lacks its index \"%s\"", RelationGetRelationName(table), name);
  return opened;
}

struct Found {
  HeapTuple* tuples;
  std::uint64_t count;
};

// A scan for the one row of a unique key goes backwards and stops at that row. While an old snapshot is open, the index
// still has all versions of the row, in the order of their places, and the current version is mostly the last.
Found collect(Relation table, Relation index, ::Snapshot snapshot, ScanKeyData* keys, int count, TupleTableSlot* slot,
              std::uint64_t most, bool is_backward) {
  CHECK_FOR_INTERRUPTS();
  const bool finds_one = index->rd_index->indisunique && count == index->rd_index->indnkeyatts &&
                         (keys[count - 1].sk_flags & SK_SEARCHARRAY) == 0;
  const ScanDirection direction = finds_one || is_backward ? BackwardScanDirection : ForwardScanDirection;
  std::uint64_t room = 4;
  Found found{static_cast<HeapTuple*>(palloc(room * sizeof(HeapTuple))), 0};
  IndexScanDesc scan = versions::begin_index_scan(table, index, snapshot, count);
  index_rescan(scan, keys, count, nullptr, 0);
  while (index_getnext_slot(scan, direction, slot)) {
    CHECK_FOR_INTERRUPTS();
    if (scan->xs_recheck) elog(ERROR, "index \"%s\" is lossy", RelationGetRelationName(index));
    if (found.count == room)
      found.tuples = static_cast<HeapTuple*>(repalloc(found.tuples, (room *= 2) * sizeof(HeapTuple)));
    found.tuples[found.count++] = ExecCopySlotHeapTuple(slot);
    if (finds_one || found.count == most) break;
  }
  index_endscan(scan);
  ExecClearTuple(slot);
  return found;
}

/// What `read`, which must not throw, finds by a snapshot. If the connection is frozen, `frozen` is the fresh snapshot.
template <class Read>
Found read_by(Snapshot snapshot, ::Snapshot frozen, Read read) {
  return guarded([&] {
    ::Snapshot seen = GetActiveSnapshot();
    const bool is_new = snapshot == Snapshot::fresh && frozen == nullptr;
    if (is_new) {
      CommandCounterIncrement();
      seen = RegisterSnapshot(GetTransactionSnapshot());
    } else if (snapshot == Snapshot::fresh) {
      seen = frozen;
    }
    const Found found = read(seen);
    if (is_new) UnregisterSnapshot(seen);
    return found;
  });
}

/// Raises 40001 with the message of PostgreSQL's own UPDATE.
[[noreturn]] void raise_concurrent(bool deleted) {
  ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                  deleted ? errmsg("could not serialize access due to concurrent delete")
                          : errmsg("could not serialize access due to concurrent update")));
}

bool lock_last_version(Relation table, Tid* tid, TupleTableSlot* slot) {
  const bool keeps_snapshot = IsolationUsesXactSnapshot();
  const TM_Result result = lock_row(table, tid, slot, keeps_snapshot ? 0 : TUPLE_LOCK_FLAG_FIND_LAST_VERSION);
  switch (result) {
    case TM_Ok:
      return true;
    case TM_Deleted:
    case TM_Updated:
      if (keeps_snapshot) raise_concurrent(result == TM_Deleted);
      return false;
    default:
      elog(ERROR, "could not lock a row of \"%s\": %d", RelationGetRelationName(table), static_cast<int>(result));
  }
}

/// Starts a new command, so that later reads of this call see what it has written.
void count_command(const OpenTable& open) {
  CommandCounterIncrement();
  open.state->es_output_cid = GetCurrentCommandId(true);
}

/// Whether the row is unchanged, and no other transaction has a change to it under way. If so, the row is in the slot.
bool finds_current(const OpenTable& open, Tid* tid) {
  SnapshotData dirty;
  InitDirtySnapshot(dirty);
  return table_tuple_fetch_row_version(open.relation, tid, &dirty, open.found) && !TransactionIdIsValid(dirty.xmax);
}

/// Whether this transaction wrote the current version of the row. Then nobody else can change or lock the row, so it
/// needs no lock; the row is in the slot.
bool finds_own(const OpenTable& open, Tid* tid) {
  if (!finds_current(open, tid)) return false;
  const HeapTupleHeader row = ExecFetchSlotHeapTuple(open.found, false, nullptr)->t_data;
  return TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row));
}

/// Fetches the row that is to be changed, as it is.
void fetch(const OpenTable& open, Tid* tid) {
  count_command(open);
  if (!table_tuple_fetch_row_version(open.relation, tid, SnapshotAny, open.found))
    elog(ERROR, "a row of \"%s\" is gone", RelationGetRelationName(open.relation));
}

/// Whether another open transaction has changed or locked the row in the slot. A row with several lockers counts as
/// held without checking them. Step "look at the holder" of test/spin/scheduler.pml.
bool is_held_by_others(TupleTableSlot* slot) {
  const HeapTupleHeader row = ExecFetchSlotHeapTuple(slot, false, nullptr)->t_data;
  if ((row->t_infomask & HEAP_XMAX_INVALID) != 0) return false;
  if ((row->t_infomask & HEAP_XMAX_IS_MULTI) != 0) return true;
  const TransactionId by = HeapTupleHeaderGetRawXmax(row);
  return !TransactionIdIsCurrentTransactionId(by) && TransactionIdIsInProgress(by);
}

void prevent_if_read_only(const char* command) {
  guarded([&] {
    PreventCommandIfReadOnly(command);
    PreventCommandIfParallelMode(command);
  });
}

/// Whether the locked table has the page. The size that this backend has cached is dropped as soon as another backend
/// truncates the table, and a locked table is not truncated. So a page within that size exists, and only other pages
/// cost a system call.
bool has_page(Relation table, BlockNumber page) {
  const BlockNumber seen = RelationGetSmgr(table)->smgr_cached_nblocks[MAIN_FORKNUM];
  return (seen != InvalidBlockNumber && page < seen) || page < RelationGetNumberOfBlocks(table);
}

/// Prunes dead versions from a page that has little room left for the next versions of a row of this length. An update
/// that moved to another page would have to write new index entries. An index scan prunes a page as soon as the reserve
/// of `fillfactor` is touched: after every update, once the page's rows have grown into it.
void make_room(Relation table, Buffer buffer, Size length) {
  constexpr Size versions = 3;
  if (PageGetHeapFreeSpace(BufferGetPage(buffer)) < versions * MAXALIGN(length)) versions::prune(table, buffer);
}

}  // namespace

Key any_id(const std::vector<std::int64_t>& values) {
  return {BTEqualStrategyNumber, F_INT8EQ, Param(values).value, /*is_any=*/true};
}
Key equals_id(std::int64_t value) { return {BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(value)}; }
Key equals_int(std::int32_t value) { return {BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(value)}; }
Key equals_small(std::int16_t value) { return {BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(value)}; }
Key equals_text(const std::string& value) { return {BTEqualStrategyNumber, F_TEXTEQ, Param(value).value}; }
Key equals_int_in_gist(std::int32_t value) { return {kGistEqual, F_INT4EQ, Int32GetDatum(value)}; }
Key at_least_id(std::int64_t value) { return {BTGreaterEqualStrategyNumber, F_INT8GE, Int64GetDatum(value)}; }
Key at_most_id(std::int64_t value) { return {BTLessEqualStrategyNumber, F_INT8LE, Int64GetDatum(value)}; }
Key at_most(Instant value) { return {BTLessEqualStrategyNumber, F_TIMESTAMPTZ_LE, Param(value).value}; }
Key overlaps(Span range) { return {RANGESTRAT_OVERLAPS, F_RANGE_OVERLAPS, Param(range).value}; }

OpenTable* Table::open(SpiConnection& connection, int lock_mode) const {
  const Oid own = relation(name_);
  const MemoryContext caller = MemoryContextSwitchTo(connection.memory_);
  if (connection.state_ == nullptr) connection.state_ = CreateExecutorState();
  auto* open = static_cast<OpenTable*>(palloc0(sizeof(OpenTable)));
  open->table = this;
  open->relation = table_open(own, lock_mode);
  open->lock_mode = lock_mode;
  open->found = table_slot_create(open->relation, nullptr);
  open->state = connection.state_;
  MemoryContextSwitchTo(caller);
  return open;
}

// Opened tables belong to the resource owner of the whole call, so a table that is opened within a subtransaction stays
// open when that is rolled back.
OpenTable& Table::opened(int lock_mode) {
  SpiConnection& connection = SpiConnection::current();
  const auto found = std::find_if(connection.tables_.begin(), connection.tables_.end(),
                                  [&](const OpenTable* open) { return open->table == this; });
  const Holding owner(CurrentResourceOwner, connection.owner_);
  if (found == connection.tables_.end()) {
    connection.tables_.push_back(guarded([&] { return open(connection, lock_mode); }));
    require_served_version();  // an update may have changed the table while this call waited for it
    know(*connection.tables_.back());
    return *connection.tables_.back();
  }
  if ((*found)->lock_mode < lock_mode) {
    guarded([&] { LockRelationOid(RelationGetRelid((*found)->relation), lock_mode); });
    (*found)->lock_mode = lock_mode;
  }
  return **found;
}

OpenTable& Table::writable(const char* command) {
  prevent_if_read_only(command);
  OpenTable& open = opened(RowExclusiveLock);
  if (open.result != nullptr) return open;
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  guarded([&] {
    const MemoryContext caller = MemoryContextSwitchTo(open.state->es_query_cxt);
    ResultRelInfo* result = makeNode(ResultRelInfo);
    InitResultRelInfo(result, open.relation, 0, nullptr, 0);
    versions::begin_recheck(&open.recheck, open.state);
    open.made = table_slot_create(open.relation, nullptr);
    open.result = result;
    open.state->es_opened_result_relations = lappend(open.state->es_opened_result_relations, result);
    MemoryContextSwitchTo(caller);
  });
  return open;
}

// Column numbers differ between an upgraded database and a new one.
void Table::know(OpenTable& open) {
  const Oid table = RelationGetRelid(open.relation);
  open.numbers = numbers_.data();
  if (table == known_) return;
  known_ = InvalidOid;
  count_ = 0;
  std::string_view rest = columns_;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(", "), rest.size());
    auto name = std::string(rest.substr(0, end));
    name.erase(0, name.find('.') + 1);
    const auto number = guarded([&] { return get_attnum(table, name.c_str()); });
    if (number == InvalidAttrNumber) throw std::logic_error(std::string("no column ") + name + " in " + name_);
    numbers_.at(static_cast<std::size_t>(count_++)) = number;
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  known_ = table;
}

Rows Table::find(const char* index, std::initializer_list<Key> keys, Snapshot snapshot, std::uint64_t most) {
  return scan(index, keys, snapshot, most, /*is_backward=*/false);
}

Rows Table::find_last(const char* index, std::initializer_list<Key> keys, Snapshot snapshot) {
  return scan(index, keys, snapshot, 1, /*is_backward=*/true);
}

Rows Table::scan(const char* index, std::initializer_list<Key> keys, Snapshot snapshot, std::uint64_t most,
                 bool is_backward) {
  OpenTable& open = opened(AccessShareLock);
  const Found found = read_by(snapshot, SpiConnection::current().frozen_, [&](::Snapshot seen) {
    Relation table = open.relation;
    Relation by = open_index(table, index);
    std::array<ScanKeyData, kMostKeys> wanted;
    int count = 0;
    for (const Key& key : keys) {
      begin_key(&wanted[static_cast<std::size_t>(count)], key.column > 0 ? key.column : count + 1, key, by);
      ++count;
    }
    const Found rows = collect(table, by, seen, wanted.data(), count, open.found, most, is_backward);
    index_close(by, AccessShareLock);
    return rows;
  });
  return {found.tuples, RelationGetDescr(open.relation), open.numbers, found.count};
}

Rows Table::at(Tid tid, Snapshot snapshot) {
  OpenTable& open = opened(AccessShareLock);
  const Found found = read_by(snapshot, SpiConnection::current().frozen_, [&](::Snapshot seen) {
    Found row{static_cast<HeapTuple*>(palloc(sizeof(HeapTuple))), 0};
    const BlockNumber page = ItemPointerGetBlockNumber(&tid);
    if (!has_page(open.relation, page)) return row;  // the table has been truncated since
    const Buffer buffer = ReadBuffer(open.relation, page);
    if (table_tuple_fetch_row_version(open.relation, &tid, seen, open.found))
      row.tuples[row.count++] = ExecCopySlotHeapTuple(open.found);
    ExecClearTuple(open.found);  // a page that is pinned elsewhere is not pruned
    if (row.count == 1) make_room(open.relation, buffer, row.tuples[0]->t_len);
    ReleaseBuffer(buffer);
    return row;
  });
  return {found.tuples, RelationGetDescr(open.relation), open.numbers, found.count};
}

Rows Table::lock(Tid tid) {
  prevent_if_read_only("UPDATE");
  OpenTable& open = opened(RowExclusiveLock);
  const Found found = guarded([&] {
    CommandCounterIncrement();
    if (!finds_own(open, &tid) && !lock_last_version(open.relation, &tid, open.found)) {
      ExecClearTuple(open.found);  // a subtransaction that ends before the table is closed may have read the row
      return Found{nullptr, 0};
    }
    auto* tuples = static_cast<HeapTuple*>(palloc(sizeof(HeapTuple)));
    tuples[0] = ExecCopySlotHeapTuple(open.found);
    ExecClearTuple(open.found);
    return Found{tuples, 1};
  });
  return {found.tuples, RelationGetDescr(open.relation), open.numbers, found.count};
}

// Step "take without waiting" of test/spin/scheduler.pml.
bool Table::try_lock(Tid tid) {
  OpenTable& open = opened(RowExclusiveLock);
  return guarded([&] {
    count_command(open);
    bool is_locked = finds_own(open, &tid);
    if (!is_locked) {
      TM_FailureData failure;
      is_locked =
          table_tuple_lock(open.relation, &tid, GetTransactionSnapshot(), open.found, GetCurrentCommandId(false),
                           LockTupleNoKeyExclusive, LockWaitSkip, 0, &failure) == TM_Ok;
    }
    ExecClearTuple(open.found);
    return is_locked;
  });
}

void Table::fill(OpenTable& open, int first, Values values) {
  for (std::size_t i = 0; i < values.count; ++i) {
    const auto number = open.numbers[first - 1 + static_cast<int>(i)] - 1;
    if (values.first[i].is_kept) continue;
    open.made->tts_values[number] = values.first[i].value;
    open.made->tts_isnull[number] = values.first[i].is_null;
  }
}

// Opens the indexes for new entries, in place of the indexes of another table: a backend has 16 fast-path locks of
// relations, and further locks contend for the lock table that all backends share. It may jump.
void Table::open_indexes(OpenTable& open) {
  SpiConnection& connection = SpiConnection::current();
  if (connection.indexed_ == &open) return;
  if (connection.indexed_ != nullptr) close_all_indexes(connection.indexed_->result);
  connection.indexed_ = nullptr;
  const MemoryContext caller = MemoryContextSwitchTo(open.state->es_query_cxt);
  open_all_indexes(open.result);
  connection.indexed_ = &open;
  MemoryContextSwitchTo(caller);
}

/// Fills the new row with these values, and nulls.
void Table::fill_new(OpenTable& open, Values row) {
  const auto columns = static_cast<std::size_t>(RelationGetNumberOfAttributes(open.relation));
  std::fill_n(open.made->tts_isnull, columns, true);
  fill(open, 1, row);
}

Tid Table::insert(Values row) {
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  OpenTable& open = writable("INSERT");
  fill_new(open, row);
  return guarded([&] {
    open_indexes(open);
    ExecStoreVirtualTuple(open.made);
    ExecSimpleRelationInsert(open.result, open.state, open.made);
    const Tid tid = open.made->tts_tid;
    ExecClearTuple(open.made);
    ResetPerTupleExprContext(open.state);
    return tid;
  });
}

// As INSERT … ON CONFLICT DO NOTHING inserts a row: others see that it may be withdrawn, until its key is known to be
// new. Where it is not, the row is withdrawn, and the caller takes the slow path, which waits for the other
// transaction.
std::optional<Tid> Table::try_insert(Values row, const char* unique) {
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  OpenTable& open = writable("INSERT");
  if (!is_plain(open)) return std::nullopt;
  fill_new(open, row);
  return guarded([&]() -> std::optional<Tid> {
    open_indexes(open);
    ExecStoreVirtualTuple(open.made);
    if (RelationGetDescr(open.relation)->constr != nullptr) ExecConstraints(open.result, open.made, open.state);
    const Oid index = get_relname_relid(unique, RelationGetNamespace(open.relation));
    const TransactionId by = GetCurrentTransactionId();
    const uint32 token = SpeculativeInsertionLockAcquire(by);
    table_tuple_insert_speculative(open.relation, open.made, GetCurrentCommandId(true), 0, nullptr, token);
    const bool is_new = !versions::write_entries_of_new(open.result, open.made, open.state, index);
    table_tuple_complete_speculative(open.relation, open.made, token, is_new);
    SpeculativeInsertionLockRelease(by);
    const Tid tid = open.made->tts_tid;
    ExecClearTuple(open.made);
    ResetPerTupleExprContext(open.state);
    return is_new ? std::optional{tid} : std::nullopt;
  });
}

/// Fills the new row with the found row, and with other values from column `first` on.
void Table::fill_over(OpenTable& open, int first, Values values) {
  guarded([&] { slot_getallattrs(open.found); });
  const auto columns = static_cast<std::size_t>(RelationGetNumberOfAttributes(open.relation));
  std::copy_n(open.found->tts_values, columns, open.made->tts_values);
  std::copy_n(open.found->tts_isnull, columns, open.made->tts_isnull);
  fill(open, first, values);
}

/// Whether an update needs no more than the row: no user trigger, no CHECK, no generated column.
bool Table::is_plain(const OpenTable& open) {
  const TupleConstr* constraints = RelationGetDescr(open.relation)->constr;
  return open.result->ri_TrigDesc == nullptr &&
         (constraints == nullptr || (constraints->num_check == 0 && !constraints->has_generated_stored));
}

// As ExecSimpleRelationUpdate, but try_update() gives up where that function would wait for a concurrent change, and
// where constraints, triggers or generated columns need more. After the check of its holder, another transaction may
// still lock the row, and is then waited for, because the server's interface without waiting (heap_update) is not meant
// for extensions. If another transaction has changed the row and committed, the caller's snapshot keeps the version
// that was read from being pruned. Step "take as read" of test/spin/scheduler.pml.
std::optional<Tid> Table::try_update(Tid tid, int first, Values values) {
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  OpenTable& open = writable("UPDATE");
  if (!is_plain(open)) return std::nullopt;
  const bool is_free = guarded([&] {
    count_command(open);
    const bool is_ours = finds_current(open, &tid) && !is_held_by_others(open.found);
    if (!is_ours) ExecClearTuple(open.found);
    return is_ours;
  });
  if (!is_free) return std::nullopt;
  return rewrite(open, tid, first, values);
}

std::optional<Tid> Table::take(Tid tid) {
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  OpenTable& open = writable("UPDATE");
  if (!is_plain(open)) {
    const auto row = lock(tid);
    return !row.empty() && is_same(row.tid(0), tid) ? std::optional{tid} : std::nullopt;
  }
  enum class Row { own, free, changed };
  const Row row = guarded([&] {
    count_command(open);
    const bool is_own = finds_own(open, &tid);
    ExecClearTuple(open.found);
    if (is_own) return Row::own;
    fetch(open, &tid);
    // An update would wait too, but in PostgreSQL's own way (table.hpp).
    if (!is_held_by_others(open.found)) return Row::free;
    if (lock_row(open.relation, &tid, open.found, 0) == TM_Ok) return Row::free;
    ExecClearTuple(open.found);
    return Row::changed;
  });
  if (row == Row::changed) return std::nullopt;
  return row == Row::own ? std::optional{tid} : rewrite(open, tid, 1, Values({}));
}

/// Writes a new version of the row in the slot, with other values from column `first` on, after waiting for the
/// transaction that holds the row. Result: the new tid of the row; nullopt where another transaction has changed it.
std::optional<Tid> Table::rewrite(OpenTable& open, Tid tid, int first, Values values) {
  fill_over(open, first, values);
  return guarded([&]() -> std::optional<Tid> {
    CheckCmdReplicaIdentity(open.relation, CMD_UPDATE);
    ExecStoreVirtualTuple(open.made);
    if (RelationGetDescr(open.relation)->constr != nullptr) ExecConstraints(open.result, open.made, open.state);
    versions::NewEntries entries{};
    const TM_Result result = versions::update(open.relation, &tid, open.made, open.state->es_output_cid, &entries);
    std::optional<Tid> now;
    if (result == TM_Ok) {
      now = open.made->tts_tid;
      if (entries) {  // a HOT update needs none
        open_indexes(open);
        versions::write_entries(open.result, open.made, open.state, entries);
      }
    }
    ExecClearTuple(open.made);
    ExecClearTuple(open.found);
    ResetPerTupleExprContext(open.state);
    return now;
  });
}

Version Table::written(Tid tid) {
  const Oid table = RelationGetRelid(opened(RowExclusiveLock).relation);
  return {table, tid, guarded([] { return GetCurrentTransactionId(); })};
}

bool Table::is_current(Tid tid, bool and_free) {
  OpenTable& open = opened(AccessShareLock);
  return guarded([&] {
    const bool is_current = finds_current(open, &tid) && !(and_free && is_held_by_others(open.found));
    ExecClearTuple(open.found);
    return is_current;
  });
}

Tid Table::update(Tid tid, int first, Values values) {
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  OpenTable& open = writable("UPDATE");
  guarded([&] { fetch(open, &tid); });
  if (is_plain(open)) {
    const auto now = rewrite(open, tid, first, values);
    if (!now) throw std::logic_error(std::string("a row of ") + name_ + " was changed concurrently");
    return *now;
  }
  fill_over(open, first, values);
  return guarded([&] {
    open_indexes(open);
    ExecStoreVirtualTuple(open.made);
    ExecSimpleRelationUpdate(open.result, open.state, &open.recheck, open.found, open.made);
    const Tid now = open.made->tts_tid;
    ExecClearTuple(open.made);
    ExecClearTuple(open.found);
    ResetPerTupleExprContext(open.state);
    return now;
  });
}

void Table::erase(Tid tid) {
  const Holding owner(CurrentResourceOwner, SpiConnection::current().owner_);
  OpenTable& open = writable("DELETE");
  guarded([&] {
    fetch(open, &tid);
    ExecSimpleRelationDelete(open.result, open.state, &open.recheck, open.found);
    ExecClearTuple(open.found);
    ResetPerTupleExprContext(open.state);
  });
}

void SpiConnection::fire_triggers() {
  const Holding owner(CurrentResourceOwner, owner_);
  guarded([&] { AfterTriggerEndQuery(state_); });
}

void SpiConnection::close_tables() {
  if (state_ == nullptr) return;
  const Holding owner(CurrentResourceOwner, owner_);
  guarded([&] {
    ExecCloseResultRelations(state_);
    ExecResetTupleTable(state_->es_tupleTable, false);
    for (OpenTable* open : tables_) {
      ExecDropSingleTupleTableSlot(open->found);
      if (open->made != nullptr) ExecDropSingleTupleTableSlot(open->made);
      table_close(open->relation, NoLock);
    }
    FreeExecutorState(state_);
  });
}

std::int64_t next_value(const char* sequence) {
  const Oid own = relation(sequence);
  return guarded([&] { return nextval_internal(own, false); });
}

}  // namespace jb::pg
