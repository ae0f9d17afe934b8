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
#include "access/visibilitymap.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

namespace {

struct Unseen {
  bool found;
  std::int64_t id;
};

/// A dirty snapshot shows rows of open transactions too, and then holds the id of their transaction in xmin.
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

/// Adds the column's values in the unseen rows. A page that VACUUM has marked holds none: its rows are visible to all.
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
      scan = table_beginscan_tidrange(table, &dirty, &first, &last);
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

std::optional<Datum> UnseenRow::at(int column) const {
  bool is_null = false;
  const Datum value = guarded([&] { return slot_getattr(slot_, column, &is_null); });
  return is_null ? std::nullopt : std::optional(value);
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

}  // namespace jb::pg
