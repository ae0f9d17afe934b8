// SPDX-License-Identifier: PostgreSQL
#include "log_place.hpp"

#include "schema.hpp"
#include "versions.hpp"

extern "C" {
#include "access/timeline.h"
#include "access/transam.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
}

namespace jb::pg {

namespace {

constexpr long between_looks = 2;  // ms

/// How far the standbys for which COMMIT waits have the log on their disks.
XLogRecPtr confirmed() {
  LWLockAcquire(SyncRepLock, LW_SHARED);
  const XLogRecPtr place = WalSndCtl->lsn[SYNC_REP_WAIT_FLUSH];
  LWLockRelease(SyncRepLock);
  return place;
}

XLogRecPtr end_of_log() {
  const XLogRecPtr end = versions::has_synchronous_standbys() ? GetFlushRecPtr(nullptr) : GetXLogInsertRecPtr();
  // Not SyncRepWaitForLSN: a COMMIT whose wait is cancelled is done all the same, a reading is not.
  while (versions::has_synchronous_standbys() && confirmed() < end) {
    CHECK_FOR_INTERRUPTS();
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, between_looks,
              versions::wait_event("JbSchedulerStandby"));
    ResetLatch(MyLatch);
  }
  return end;
}

}  // namespace

LogPlace log_place() {
  return guarded([] {
    if (!RecoveryInProgress()) return LogPlace{GetWALInsertionTimeLine(), end_of_log()};
    TimeLineID timeline = 0;
    const XLogRecPtr position = GetXLogReplayRecPtr(&timeline);
    return LogPlace{timeline, position};
  });
}

// A standby that lags behind the place has not seen all of it yet, and will.
bool is_kept(const LogPlace& place) {
  const LogPlace now = log_place();
  return guarded([&] {
    if (place.timeline == now.timeline) return place.position <= now.position || RecoveryInProgress();
    List* history = readTimeLineHistory(now.timeline);
    return tliInHistory(place.timeline, history) && place.position <= tliSwitchPoint(place.timeline, history, nullptr);
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
