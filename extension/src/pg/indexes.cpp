// SPDX-License-Identifier: PostgreSQL
#include "indexes.hpp"

extern "C" {
#include "access/genam.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
}

namespace jb::pg {

namespace {

struct KeptIndex {
  Oid index;
  Oid table;
  IndexInfo* info;
};

EState* kept_in = nullptr;  // the memory of all that is kept
List* kept = NIL;           // of KeptIndex*
bool holds = false;         // whether nothing has changed since

// The server calls these two in the midst of anything, so they only take notes. No relation: all of them.
void note_relation(Datum, Oid relation) {
  if (!OidIsValid(relation)) holds = false;
  const ListCell* cell = nullptr;
  foreach (cell, kept) {
    const auto* one = static_cast<const KeptIndex*>(lfirst(cell));
    if (one->index == relation || one->table == relation) holds = false;
  }
}

void note_function(Datum, int, uint32) { holds = false; }

// A call further out may still use what is forgotten here: it goes with the transaction.
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

/// Whether what the index keeps for itself (ii_AmCache) is memory alone. A BRIN index keeps a page pinned.
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

// The locks come first: a change that another transaction has made is known as soon as its index is locked.
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

}  // namespace jb::pg
