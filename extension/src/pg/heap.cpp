// SPDX-License-Identifier: PostgreSQL
#include "heap.hpp"

#include "schema.hpp"
#include "versions.hpp"

extern "C" {
#include "access/genam.h"
#include "access/heapam.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

namespace {

struct Unseen {
  bool found;
  std::int64_t id;
};

Unseen scan(Relation table, Relation index, const Datum* of, std::int64_t after, std::int64_t most) {
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
  for (std::int64_t passed = 0; passed < most && index_getnext_slot(cursor, ForwardScanDirection, slot); ++passed) {
    // A dirty snapshot shows rows of open transactions too, and then holds the id of their transaction in xmin.
    const bool is_open = TransactionIdIsValid(dirty.xmin);
    if (!is_open && table_tuple_satisfies_snapshot(table, slot, GetActiveSnapshot())) continue;
    bool is_null = false;
    unseen = {true, DatumGetInt64(slot_getattr(slot, index->rd_index->indkey.values[count - 1], &is_null))};
    break;
  }
  ExecDropSingleTupleTableSlot(slot);
  index_endscan(cursor);
  return unseen;
}

}  // namespace

std::optional<std::int64_t> first_unseen(const char* table, const char* key, std::optional<Datum> of,
                                         std::int64_t after, std::int64_t most) {
  const Datum* text = of ? &*of : nullptr;
  const Oid own = relation(table);
  const Oid by = relation(key);
  const Unseen unseen = guarded([&] {
    Relation rows = table_open(own, AccessShareLock);
    Relation index = index_open(by, AccessShareLock);
    const Unseen found = scan(rows, index, text, after, most);
    index_close(index, AccessShareLock);
    table_close(rows, AccessShareLock);
    return found;
  });
  if (!unseen.found) return std::nullopt;
  return unseen.id;
}

}  // namespace jb::pg
