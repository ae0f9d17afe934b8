// SPDX-License-Identifier: PostgreSQL
#include "row_lock.hpp"

extern "C" {
#include "access/htup_details.h"
#include "access/multixact.h"
#include "access/subtrans.h"
#include "access/transam.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/procarray.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

namespace {

/// Waits until the transaction has ended, or the subtransaction and each that it is a part of.
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
    } else {  // it is about to be told as ended
      CHECK_FOR_INTERRUPTS();
      pg_usleep(pause);
    }
  }
}

/// Waits for all that keep the row from being locked. Two subtransactions that have locked it one after the other stand
/// in the row together.
void wait_for_lockers(Relation table, ItemPointerData place, TupleTableSlot* slot) {
  if (!table_tuple_fetch_row_version(table, &place, SnapshotAny, slot)) return;
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

// A caller who has written nothing yet queues for the row, as PostgreSQL's own callers do. For a caller who has written
// others may wait already, also the head of the queue: such a caller does not queue.
TM_Result lock_row(Relation table, ItemPointerData* place, TupleTableSlot* slot, std::uint8_t flags) {
  const bool queues = !TransactionIdIsValid(GetTopTransactionIdIfAny());
  for (;;) {
    TM_FailureData failure;
    const auto try_lock = [&] {
      return table_tuple_lock(table, place, GetTransactionSnapshot(), slot, GetCurrentCommandId(false),
                              LockTupleNoKeyExclusive, LockWaitSkip, flags, &failure);
    };
    TM_Result result = try_lock();
    if (result != TM_WouldBlock) return result;
    ExecClearTuple(slot);  // nobody waits with a page in hand
    CHECK_FOR_INTERRUPTS();
    ItemPointerData queued = *place;
    if (queues) LockTuple(table, &queued, ExclusiveLock);
    wait_for_lockers(table, queued, slot);
    if (queues) {
      result = try_lock();
      UnlockTuple(table, &queued, ExclusiveLock);
      if (result != TM_WouldBlock) return result;
    }
  }
}

}  // namespace jb::pg
