// SPDX-License-Identifier: PostgreSQL
#include "results.hpp"

#include "core/event/refusal_text.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"

extern "C" {
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace jb::sql {

Datum array_of(const std::vector<Datum>& items, Oid type) {
  return pg::guarded([&] {
    std::int16_t length = 0;
    bool by_value = false;
    char alignment = 0;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    return PointerGetDatum(construct_array(const_cast<Datum*>(items.data()), static_cast<int>(items.size()), type,
                                           length, by_value, alignment));
  });
}

namespace {

using Tuple = RowSet::OutcomeTuple;
constexpr int kMovesColumn = 8;
constexpr std::size_t kEventColumn = 13;
constexpr int kSkippedColumn = 15;

Datum move_datum(const Move& move, TupleDesc descriptor) {
  std::array<Datum, 5> values{Int64GetDatum(move.event_id), pg::from_instant(move.from.start),
                              pg::from_instant(move.from.end), 0, 0};
  std::array<bool, 5> nulls{move.event_id == 0, false, false, !move.to, !move.to};
  if (move.to) {
    values[3] = pg::from_instant(move.to->start);
    values[4] = pg::from_instant(move.to->end);
  }
  return pg::guarded([&] { return HeapTupleGetDatum(heap_form_tuple(descriptor, values.data(), nulls.data())); });
}

Datum moves_datum(const std::vector<Move>& moves, Oid array_type) {
  const Oid type = pg::guarded([&] { return get_element_type(array_type); });
  std::vector<Datum> items;
  if (!moves.empty()) {
    TupleDesc descriptor = pg::guarded([&] { return lookup_rowtype_tupdesc_copy(type, -1); });
    for (const auto& move : moves) items.push_back(move_datum(move, descriptor));
  }
  return array_of(items, type);
}

Datum skipped_datum(const std::vector<Skipped>& skipped, Oid array_type) {
  const Oid type = pg::guarded([&] { return get_element_type(array_type); });
  TupleDesc descriptor = pg::guarded([&] { return lookup_rowtype_tupdesc_copy(type, -1); });
  std::vector<Datum> items;
  for (const auto& [time, refusal] : skipped) {
    std::array<Datum, 4> values{pg::from_instant(time.start), pg::from_instant(time.end),
                                pg::from_text(name_of(refusal.reason)), pg::from_ids(refusal.conflicts)};
    std::array<bool, 4> nulls{};
    items.push_back(
        pg::guarded([&] { return HeapTupleGetDatum(heap_form_tuple(descriptor, values.data(), nulls.data())); }));
  }
  return array_of(items, type);
}

/// A refusal as columns: its reason, its sentence, where it stops nobody's remark, and its facts.
struct RefusalColumns {
  pg::Param reason, detail, conflicts, calendar, facts;

  RefusalColumns(const std::optional<Refusal>& refusal, const std::string& remark, const Zone* zone) {
    if (!remark.empty()) detail = pg::from_text(remark);
    conflicts = pg::from_ids(refusal ? refusal->conflicts : std::vector<EventId>{});
    if (!refusal) return;
    reason = pg::from_text(name_of(refusal->reason));
    if (remark.empty()) detail = pg::from_text(sentence(*refusal, *zone));
    if (!refusal->calendar.empty()) calendar = pg::from_text(refusal->calendar);
    facts = pg::from_jsonb_text(facts_json(*refusal, *zone));
  }
};

/// In the order of the type jb_outcome, whose descriptor it is.
Tuple outcome_tuple(const Outcome& outcome, TupleDesc descriptor, const std::string* event = nullptr) {
  Tuple tuple;
  int column = 0;
  const auto put = [&](pg::Param param) {
    tuple.values.at(static_cast<std::size_t>(column)) = param.value;
    tuple.nulls.at(static_cast<std::size_t>(column++)) = param.is_null;
  };
  put(pg::from_text(outcome.outcome));
  put(pg::optional_param(outcome.event_id, pg::from_id));
  put(outcome.time ? pg::Param(pg::from_instant(outcome.time->start)) : pg::Param());
  put(outcome.time ? pg::Param(pg::from_instant(outcome.time->end)) : pg::Param());
  const RefusalColumns refused(outcome.refusal, outcome.remark, outcome.zone.get());
  put(refused.reason);
  put(refused.detail);
  put(refused.conflicts);
  put(moves_datum(outcome.moves, TupleDescAttr(descriptor, kMovesColumn - 1)->atttypid));
  put(pg::from_ranges(outcome.alternatives));
  put(outcome.rejection ? pg::optional_param(outcome.rejection->id, pg::from_id) : pg::Param());
  put(pg::optional_param(outcome.version, pg::from_id));
  put(pg::from_text(outcome.time_zone));
  put(event != nullptr ? pg::Param(pg::from_text(*event)) : pg::Param());  // json is text, inside
  put(outcome.events.empty() ? pg::Param() : pg::Param(pg::from_ids(outcome.events)));
  put(outcome.skipped.empty()
          ? pg::Param()
          : pg::Param(skipped_datum(outcome.skipped, TupleDescAttr(descriptor, kSkippedColumn - 1)->atttypid)));
  put(refused.facts);
  return tuple;
}

TupleDesc result_descriptor(FunctionCallInfo info) {
  return pg::guarded([&]() -> TupleDesc {
    TupleDesc descriptor = nullptr;
    Oid type = InvalidOid;
    switch (get_call_result_type(info, &type, &descriptor)) {
      case TYPEFUNC_COMPOSITE:
        return BlessTupleDesc(descriptor);
      case TYPEFUNC_SCALAR:
        descriptor = CreateTemplateTupleDesc(1);
        TupleDescInitEntry(descriptor, 1, "value", type, -1, 0);
        return descriptor;
      default:
        elog(ERROR, "the result type of the function is not known");
    }
  });
}

}  // namespace

Datum outcome_datum(FunctionCallInfo info, const Outcome& outcome) {
  TupleDesc descriptor = result_descriptor(info);
  auto tuple = outcome_tuple(outcome, descriptor);
  return pg::guarded(
      [&] { return HeapTupleGetDatum(heap_form_tuple(descriptor, tuple.values.data(), tuple.nulls.data())); });
}

Oid outcome_type() {
  const Oid relation = pg::relation("jb_outcome");
  return pg::guarded([&] { return get_rel_type_id(relation); });
}

Datum outcome_datum(Oid type, const Outcome& outcome, const std::string* event) {
  TupleDesc descriptor = pg::guarded([&] { return lookup_rowtype_tupdesc_copy(type, -1); });
  auto tuple = outcome_tuple(outcome, descriptor, event);
  return pg::guarded(
      [&] { return HeapTupleGetDatum(heap_form_tuple(descriptor, tuple.values.data(), tuple.nulls.data())); });
}

Datum row_datum(FunctionCallInfo info, std::initializer_list<pg::Param> row) {
  TupleDesc descriptor = result_descriptor(info);
  std::vector<Datum> values;
  std::vector<char> nulls;  // as in RowSet::add
  for (const auto& param : row) {
    values.push_back(param.value);
    nulls.push_back(param.is_null ? 1 : 0);
  }
  return pg::guarded([&] {
    return HeapTupleGetDatum(heap_form_tuple(descriptor, values.data(), reinterpret_cast<bool*>(nulls.data())));
  });
}

RowSet::RowSet(FunctionCallInfo info) {
  auto* result = reinterpret_cast<ReturnSetInfo*>(info->resultinfo);
  pg::guarded([&] {
    if (result == nullptr || !IsA(result, ReturnSetInfo) || (result->allowedModes & SFRM_Materialize) == 0) {
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("set-valued function called in context that cannot accept a set"),
                      errhint("Call it in the FROM clause of a query.")));
    }
  });
  const MemoryContext caller = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
  descriptor_ = result_descriptor(info);
  store_ = pg::guarded([&] { return tuplestore_begin_heap(true, false, work_mem); });
  MemoryContextSwitchTo(caller);
  result->returnMode = SFRM_Materialize;
  result->setResult = store_;
  result->setDesc = descriptor_;
}

void RowSet::add(const Outcome& outcome) {
  auto tuple = outcome_tuple(outcome, descriptor_);
  pg::guarded([&] { tuplestore_putvalues(store_, descriptor_, tuple.values.data(), tuple.nulls.data()); });
}

void RowSet::add_outcome(Datum outcome) {
  pg::guarded([&] {
    HeapTupleHeader header = DatumGetHeapTupleHeader(outcome);
    HeapTupleData tuple{};
    tuple.t_len = HeapTupleHeaderGetDatumLength(header);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_data = header;
    tuplestore_puttuple(store_, &tuple);
  });
}

void RowSet::add_with(std::initializer_list<pg::Param> before, const Outcome& outcome) {
  const Oid type = outcome_type();
  add_with(before, outcome_tuple(outcome, pg::guarded([&] { return lookup_rowtype_tupdesc_copy(type, -1); })));
}

void RowSet::add_with(std::initializer_list<pg::Param> before, Datum outcome) {
  OutcomeTuple tuple;
  pg::guarded([&] {
    HeapTupleHeader header = DatumGetHeapTupleHeader(outcome);
    HeapTupleData whole{};
    whole.t_len = HeapTupleHeaderGetDatumLength(header);
    whole.t_data = header;
    heap_deform_tuple(&whole, lookup_rowtype_tupdesc_copy(HeapTupleHeaderGetTypeId(header), -1), tuple.values.data(),
                      tuple.nulls.data());
  });
  add_with(before, tuple);
}

void RowSet::add_with(std::initializer_list<pg::Param> before, const OutcomeTuple& outcome) {
  std::vector<Datum> values;
  std::vector<char> nulls;  // as in add
  const auto put = [&](Datum value, bool is_null) {
    values.push_back(value);
    nulls.push_back(is_null ? 1 : 0);
  };
  for (const auto& param : before) put(param.value, param.is_null);
  for (std::size_t i = 0; i < kOutcomeColumns; ++i)
    if (i + 1 != kEventColumn) put(outcome.values.at(i), outcome.nulls.at(i));
  pg::guarded([&] { tuplestore_putvalues(store_, descriptor_, values.data(), reinterpret_cast<bool*>(nulls.data())); });
}

void RowSet::add(const Move& move) {
  add({Int64GetDatum(move.event_id), pg::from_instant(move.from.start), pg::from_instant(move.from.end),
       move.to ? pg::Param(pg::from_instant(move.to->start)) : pg::Param(),
       move.to ? pg::Param(pg::from_instant(move.to->end)) : pg::Param()});
}

void RowSet::add(const Verdict& verdict) {
  constexpr int moves_column = 6;
  const RefusalColumns why(verdict.refusal, verdict.remark, verdict.zone.get());
  add({pg::optional_param(verdict.candidate, pg::from_span), pg::from_text(verdict.verdict), why.reason, why.calendar,
       why.conflicts, moves_datum(verdict.moves, TupleDescAttr(descriptor_, moves_column - 1)->atttypid), why.detail,
       pg::from_text(verdict.time_zone), why.facts});
}

void RowSet::add(const pg::Rows& rows) {
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    spend(Budget::answer, rows.stored_size(i));
    pg::guarded([&] { tuplestore_puttuple(store_, rows.tuple(i)); });
  }
}

void RowSet::add(Datum value) {
  bool is_null = false;
  pg::guarded([&] { tuplestore_putvalues(store_, descriptor_, &value, &is_null); });
}

void RowSet::add(std::initializer_list<pg::Param> row) {
  std::vector<Datum> values;
  std::vector<char> nulls;  // not of bool: the server wants an array of one byte each
  for (const auto& param : row) {
    values.push_back(param.value);
    nulls.push_back(param.is_null ? 1 : 0);
  }
  static_assert(sizeof(bool) == sizeof(char));
  pg::guarded([&] { tuplestore_putvalues(store_, descriptor_, values.data(), reinterpret_cast<bool*>(nulls.data())); });
}

}  // namespace jb::sql
