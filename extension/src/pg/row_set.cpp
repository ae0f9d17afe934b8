// SPDX-License-Identifier: PostgreSQL
#include "row_set.hpp"

#include "columns.hpp"
#include "core/values/budget.hpp"

extern "C" {
#include "funcapi.h"
#include "miscadmin.h"
}

namespace jb::pg {

namespace {

ReturnSetInfo* set_wanted(FunctionCallInfo info) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(info->resultinfo);
  guarded([&] {
    if (result == nullptr || !IsA(result, ReturnSetInfo) || (result->allowedModes & SFRM_Materialize) == 0) {
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("set-valued function called in context that cannot accept a set"),
                      errhint("Call it in the FROM clause of a query.")));
    }
  });
  return result;
}

/// The memory that lasts as long as the calling query.
MemoryContext memory_of(const ReturnSetInfo* result) { return result->econtext->ecxt_per_query_memory; }

RowType query_long_type(FunctionCallInfo info) {
  const Holding memory(CurrentMemoryContext, memory_of(set_wanted(info)));
  return RowType(info);
}

}  // namespace

RowSet::RowSet(FunctionCallInfo info) : type_(query_long_type(info)) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(info->resultinfo);
  const Holding memory(CurrentMemoryContext, memory_of(result));
  store_ = guarded([&] { return tuplestore_begin_heap(true, false, work_mem); });
  result->returnMode = SFRM_Materialize;
  result->setResult = store_;
  result->setDesc = type_.descriptor();
}

void RowSet::add(Values columns) {
  Columns all(columns);
  guarded([&] { tuplestore_putvalues(store_, type_.descriptor(), all.values.data(), all.nulls.data()); });
}

void RowSet::add(const Rows& rows) {
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    spend(Budget::answer, rows.stored_size(i));
    guarded([&] { tuplestore_puttuple(store_, rows.tuple(i)); });
  }
}

void RowSet::add_row(Datum row) {
  guarded([&] {
    HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    HeapTupleData tuple{};
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_data = header;
    tuplestore_puttuple(store_, &tuple);
  });
}

}  // namespace jb::pg
