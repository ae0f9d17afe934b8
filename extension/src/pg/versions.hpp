// SPDX-License-Identifier: PostgreSQL
//
// The differences between the major versions of PostgreSQL, 15 to 19, each behind a name that states its purpose. No
// other source checks the version. When support for a version ends, its branches go.
#pragma once

#include "guard.hpp"

extern "C" {
#include "access/genam.h"
#include "access/heapam.h"
#include "access/tableam.h"
#include "catalog/pg_namespace.h"
#include "executor/executor.h"
#include "replication/syncrep.h"
#include "replication/walsender.h"
#include "replication/walsender_private.h"
#include "storage/bufmgr.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/inval.h"
#include "utils/rangetypes.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"
}

namespace jb::pg::versions {

inline AclResult may_use_schema(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE);
#else
  return pg_namespace_aclcheck(schema, role, ACL_USAGE);
#endif
}

/// A number of this backend's transaction, which no other of its transactions has.
inline LocalTransactionId local_transaction() {
#if PG_VERSION_NUM >= 170000
  return MyProc->vxid.lxid;
#else
  return MyProc->lxid;
#endif
}

/// Names a cache of the catalogue in the callbacks that hear of its changes.
#if PG_VERSION_NUM >= 190000
using CacheId = SysCacheIdentifier;
#else
using CacheId = int;
#endif

/// Has the server call `note`, at any point, when rows of these caches may have changed. Call it once in each backend.
/// Result: true.
inline bool hears_of(std::initializer_list<CacheId> caches, SyscacheCallbackFunction note) {
  guarded([&] {
    for (const auto cache : caches) CacheRegisterSyscacheCallback(cache, note, Datum{0});
  });
  return true;
}

inline IndexScanDesc begin_index_scan(Relation table, Relation index, ::Snapshot snapshot, int keys) {
#if PG_VERSION_NUM >= 190000
  return index_beginscan(table, index, snapshot, nullptr, keys, 0, SO_NONE);
#elif PG_VERSION_NUM >= 180000
  return index_beginscan(table, index, snapshot, nullptr, keys, 0);
#else
  return index_beginscan(table, index, snapshot, keys, 0);
#endif
}

inline TableScanDesc begin_tid_scan(Relation table, ::Snapshot snapshot, ItemPointer first, ItemPointer last) {
#if PG_VERSION_NUM >= 190000
  return table_beginscan_tidrange(table, snapshot, first, last, SO_NONE);
#else
  return table_beginscan_tidrange(table, snapshot, first, last);
#endif
}

/// Removes dead row versions from a page, if nobody else uses it.
inline void prune(Relation table, Buffer page) {
#if PG_VERSION_NUM >= 190000
  Buffer visibility = InvalidBuffer;
  heap_page_prune_opt(table, page, &visibility, false);
  if (BufferIsValid(visibility)) ReleaseBuffer(visibility);
#else
  heap_page_prune_opt(table, page);
#endif
}

inline RangeType* range_of(TypeCacheEntry* type, RangeBound* lower, RangeBound* upper) {
#if PG_VERSION_NUM >= 160000
  return make_range(type, lower, upper, false, nullptr);
#else
  return make_range(type, lower, upper, false);
#endif
}

/// Whether an interval is infinite: since 17 there are 'infinity' and '-infinity'.
inline bool is_infinite([[maybe_unused]] const ::Interval& interval) {
#if PG_VERSION_NUM >= 170000
  return INTERVAL_NOT_FINITE(&interval);
#else
  return false;
#endif
}

inline void begin_recheck(EPQState* recheck, EState* state) {
#if PG_VERSION_NUM >= 160000
  EvalPlanQualInit(recheck, state, nullptr, NIL, -1, NIL);
#else
  EvalPlanQualInit(recheck, state, nullptr, NIL, -1);
#endif
}

/// Which indexes need an entry of a row's new version. Since 16 a HOT update may need entries of summarizing indexes
/// (BRIN) alone.
#if PG_VERSION_NUM >= 160000
using NewEntries = TU_UpdateIndexes;
#else
using NewEntries = bool;
#endif

inline void write_entries(ResultRelInfo* table, TupleTableSlot* row, EState* state,
                          [[maybe_unused]] NewEntries needed) {
#if PG_VERSION_NUM >= 190000
  ExecInsertIndexTuples(table, state, EIIT_IS_UPDATE | (needed == TU_Summarizing ? EIIT_ONLY_SUMMARIZING : 0), row, NIL,
                        nullptr);
#elif PG_VERSION_NUM >= 160000
  ExecInsertIndexTuples(table, row, state, true, false, nullptr, NIL, needed == TU_Summarizing);
#else
  ExecInsertIndexTuples(table, row, state, true, false, nullptr, NIL);
#endif
}

/// Writes the entries of a new row, as far as its key in the unique index `unique` is not there. Result: whether it may
/// be there, or be written by another transaction at present.
inline bool write_entries_of_new(ResultRelInfo* table, TupleTableSlot* row, EState* state, Oid unique) {
  bool may_be_there = false;
#if PG_VERSION_NUM >= 190000
  ExecInsertIndexTuples(table, state, EIIT_NO_DUPE_ERROR, row, list_make1_oid(unique), &may_be_there);
#elif PG_VERSION_NUM >= 160000
  ExecInsertIndexTuples(table, row, state, false, true, &may_be_there, list_make1_oid(unique), false);
#else
  ExecInsertIndexTuples(table, row, state, false, true, &may_be_there, list_make1_oid(unique));
#endif
  return may_be_there;
}

/// table_tuple_update() of the row `tid` by `row`, which waits for a concurrent change. `needed`: see NewEntries.
inline TM_Result update(Relation table, ItemPointer tid, TupleTableSlot* row, CommandId command, NewEntries* needed) {
  TM_FailureData failure;
  LockTupleMode lock_mode;
#if PG_VERSION_NUM >= 190000
  return table_tuple_update(table, tid, row, command, 0, GetActiveSnapshot(), nullptr, true, &failure, &lock_mode,
                            needed);
#else
  return table_tuple_update(table, tid, row, command, GetActiveSnapshot(), nullptr, true, &failure, &lock_mode, needed);
#endif
}

/// Whether COMMIT waits for standbys. The server's own flag changes while a statement runs, the setting does not. The
/// flag has had another type since the minor versions of 2025, so a library built before them reads "known" as "yes".
/// Hence the check of both.
inline bool has_synchronous_standbys() {
  if (!SyncRepRequested() || SyncRepStandbyNames == nullptr || *SyncRepStandbyNames == '\0') return false;
#ifdef SYNC_STANDBY_DEFINED
  return (WalSndCtl->sync_standbys_status & SYNC_STANDBY_DEFINED) != 0;
#else
  return WalSndCtl->sync_standbys_defined;
#endif
}

/// The wait event that pg_stat_activity shows for a process of the extension: since 17 `name`, before that "Extension".
inline uint32 wait_event([[maybe_unused]] const char* name) {
#if PG_VERSION_NUM >= 170000
  static uint32 event = 0;  // not by an initializer, which a server error would leave half done
  if (event == 0) event = WaitEventExtensionNew(name);
  return event;
#else
  return PG_WAIT_EXTENSION;
#endif
}

}  // namespace jb::pg::versions
