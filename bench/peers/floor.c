/* SPDX-License-Identifier: PostgreSQL
 *
 * The floor of a booking: a bare C function that writes its rows and index entries, and decides nothing. It knows the
 * rows beforehand: those of a real booking, in which it changes ids, times and numbers. floor.sql makes its tables.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

PG_MODULE_MAGIC;

enum { MOST_COLUMNS = 40 };
#define HALF_HOUR (INT64CONST(1800) * USECS_PER_SEC)

typedef struct Row {
  Oid table;
  Datum values[MOST_COLUMNS];
  bool nulls[MOST_COLUMNS];
} Row;

static Row event, claim, change;
static AttrNumber event_id, event_start, event_end, claim_calendar, claim_event, claim_time, change_calendar, change_seq, change_event,
    change_time;
static Oid locks, locks_pkey, tree, tree_pkey, sequence;
static bool is_ready;

static Oid named(const char *name) { return RangeVarGetRelid(makeRangeVar(NULL, pstrdup(name), -1), NoLock, false); }

static void know(Row *row, const char *name) {
  HeapTuple tuple;
  TupleDesc columns;
  char query[100];
  snprintf(query, sizeof query, "SELECT * FROM %s LIMIT 1", name);
  if (SPI_execute(query, true, 1) != SPI_OK_SELECT || SPI_processed != 1) elog(ERROR, "%s has no row", name);
  tuple = SPI_tuptable->vals[0];
  columns = SPI_tuptable->tupdesc;
  row->table = named(name);
  heap_deform_tuple(tuple, columns, row->values, row->nulls);
  for (int i = 0; i < columns->natts; ++i) {
    Form_pg_attribute column = TupleDescAttr(columns, i);
    MemoryContext before = MemoryContextSwitchTo(TopMemoryContext);
    if (!row->nulls[i]) row->values[i] = datumCopy(row->values[i], column->attbyval, column->attlen);
    MemoryContextSwitchTo(before);
  }
}

/* As in a booking, columns are looked up once per session. */
static AttrNumber column(const Row *row, const char *name) { return get_attnum(row->table, name); }

static void set(Row *row, AttrNumber number, Datum value) {
  row->values[number - 1] = value;
  row->nulls[number - 1] = false;
}

static void get_ready(void) {
  if (is_ready) return;
  SPI_connect();
  know(&event, "floor_event");
  know(&claim, "floor_claim");
  know(&change, "floor_change");
  SPI_finish();
  locks = named("floor_lock");
  locks_pkey = named("floor_lock_pkey");
  tree = named("floor_tree");
  tree_pkey = named("floor_tree_pkey");
  sequence = named("jb_event_id_seq");
  event_id = column(&event, "id");
  event_start = column(&event, "start_timestamp");
  event_end = column(&event, "end_timestamp");
  claim_calendar = column(&claim, "calendar");
  claim_event = column(&claim, "event_id");
  claim_time = column(&claim, "during");
  change_calendar = column(&change, "calendar");
  change_seq = column(&change, "seq");
  change_event = column(&change, "event_id");
  change_time = column(&change, "new_range");
  is_ready = true;
}

/* The index entries of the row in the slot. */
static void write_entries(EState *state, Relation table, TupleTableSlot *slot) {
  ResultRelInfo *result = makeNode(ResultRelInfo);
  InitResultRelInfo(result, table, 0, NULL, 0);
  ExecOpenIndices(result, false);
#if PG_VERSION_NUM >= 160000
  ExecInsertIndexTuples(result, slot, state, false, false, NULL, NIL, false);
#else
  ExecInsertIndexTuples(result, slot, state, false, false, NULL, NIL);
#endif
  ExecCloseIndices(result);
}

static void write_row(EState *state, Relation table, const Row *row) {
  TupleTableSlot *slot = table_slot_create(table, NULL);
  const int columns = RelationGetNumberOfAttributes(table);
  memcpy(slot->tts_values, row->values, columns * sizeof(Datum));
  memcpy(slot->tts_isnull, row->nulls, columns * sizeof(bool));
  ExecStoreVirtualTuple(slot);
  simple_table_tuple_insert(table, slot);
  write_entries(state, table, slot);
  ExecDropSingleTupleTableSlot(slot);
}

/* Finds the row, and writes it in place with another value in a column; false if another transaction came first. */
static bool try_rewrite(EState *state, Relation table, IndexScanDesc scan, TupleTableSlot *slot, TupleTableSlot *made, int column,
                        Snapshot snapshot, int64 *value) {
  TM_FailureData failure;
  LockTupleMode mode;
  TM_Result result;
#if PG_VERSION_NUM >= 160000
  TU_UpdateIndexes indexes;
#else
  bool indexes;
#endif
  if (!index_getnext_slot(scan, ForwardScanDirection, slot)) elog(ERROR, "there is no such row");
  slot_getallattrs(slot);
  ExecClearTuple(made);
  memcpy(made->tts_values, slot->tts_values, RelationGetNumberOfAttributes(table) * sizeof(Datum));
  memcpy(made->tts_isnull, slot->tts_isnull, RelationGetNumberOfAttributes(table) * sizeof(bool));
  if (value) made->tts_values[column - 1] = Int64GetDatum(*value = DatumGetInt64(slot->tts_values[column - 1]) + 1);
  ExecStoreVirtualTuple(made);
  result = table_tuple_update(table, &slot->tts_tid, made, state->es_output_cid, snapshot, InvalidSnapshot, true, &failure, &mode,
                              &indexes);
  if (result == TM_Updated) return false;
  if (result != TM_Ok) elog(ERROR, "the row cannot be written");
  if (indexes) write_entries(state, table, made); /* the page had no room for another version */
  return true;
}

/* Increments the column of the row with this key, and returns it; without a column, writes the row unchanged. */
static int64 rewrite(EState *state, Oid table_id, Oid index_id, int keys, const Datum *key, const RegProcedure *equal, int column) {
  Relation table = table_open(table_id, RowExclusiveLock), index = index_open(index_id, AccessShareLock);
  TupleTableSlot *slot = table_slot_create(table, NULL), *made = table_slot_create(table, NULL);
  ScanKeyData wanted[3];
  Snapshot snapshot = GetActiveSnapshot();
  int64 value = 0;
  bool is_written = false;
  for (int i = 0; i < keys; ++i) ScanKeyInit(&wanted[i], i + 1, BTEqualStrategyNumber, equal[i], key[i]);
  while (!is_written) {
#if PG_VERSION_NUM >= 180000
    IndexScanDesc scan = index_beginscan(table, index, snapshot, NULL, keys, 0);
#else
    IndexScanDesc scan = index_beginscan(table, index, snapshot, keys, 0);
#endif
    index_rescan(scan, wanted, keys, NULL, 0);
    is_written = try_rewrite(state, table, scan, slot, made, column, snapshot, column ? &value : NULL);
    index_endscan(scan);
    if (!is_written) snapshot = GetLatestSnapshot();
  }
  index_close(index, AccessShareLock);
  ExecDropSingleTupleTableSlot(slot);
  ExecDropSingleTupleTableSlot(made);
  table_close(table, NoLock);
  return value;
}

static Datum half_hour(TimestampTz start) {
  TypeCacheEntry *type = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
  RangeBound lower = {.val = TimestampTzGetDatum(start), .inclusive = true, .lower = true};
  RangeBound upper = {.val = TimestampTzGetDatum(start + HALF_HOUR)};
#if PG_VERSION_NUM >= 160000
  return RangeTypePGetDatum(make_range(type, &lower, &upper, false, NULL));
#else
  return RangeTypePGetDatum(make_range(type, &lower, &upper, false));
#endif
}

PG_FUNCTION_INFO_V1(floor_book);

/* floor_book(calendar int, start timestamptz, takes_free_time bool): the event's id. An event that takes free time writes
 * two rows of the day tree in place. */
Datum floor_book(PG_FUNCTION_ARGS) {
  const Datum calendar = PG_GETARG_DATUM(0);
  const TimestampTz start = PG_GETARG_TIMESTAMPTZ(1);
  const RegProcedure equal[] = {F_INT4EQ, F_INT2EQ, F_INT4EQ};
  EState *state;
  Relation table;
  Datum id, during;
  int64 seq;
  get_ready();
  state = CreateExecutorState();
  state->es_output_cid = GetCurrentCommandId(true);
  seq = rewrite(state, locks, locks_pkey, 1, &calendar, equal, 3);
  id = Int64GetDatum(nextval_internal(sequence, false));
  during = half_hour(start);

  table = table_open(event.table, RowExclusiveLock);
  set(&event, event_id, id);
  set(&event, event_start, TimestampTzGetDatum(start));
  set(&event, event_end, TimestampTzGetDatum(start + HALF_HOUR));
  write_row(state, table, &event);
  table_close(table, NoLock);

  table = table_open(claim.table, RowExclusiveLock);
  set(&claim, claim_calendar, calendar);
  set(&claim, claim_event, id);
  set(&claim, claim_time, during);
  write_row(state, table, &claim);
  table_close(table, NoLock);

  table = table_open(change.table, RowExclusiveLock);
  set(&change, change_calendar, calendar);
  set(&change, change_seq, Int64GetDatum(seq));
  set(&change, change_event, id);
  set(&change, change_time, during);
  write_row(state, table, &change);
  table_close(table, NoLock);

  if (PG_GETARG_BOOL(2)) {
    for (int level = 0; level < 2; ++level) {
      const Datum key[] = {calendar, Int16GetDatum(level), Int32GetDatum(0)};
      rewrite(state, tree, tree_pkey, 3, key, equal, 0);
    }
  }
  FreeExecutorState(state);
  PG_RETURN_DATUM(id);
}
