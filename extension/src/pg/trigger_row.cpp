// SPDX-License-Identifier: PostgreSQL
#include "trigger_row.hpp"

#include <algorithm>
#include <map>

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace jb::pg {

void at_end_of(MemoryContext memory, void* argument, MemoryContextCallbackFunction work) {
  guarded([&] {
    auto* callback = static_cast<MemoryContextCallback*>(MemoryContextAllocZero(memory, sizeof(MemoryContextCallback)));
    callback->func = work;
    callback->arg = argument;
    MemoryContextRegisterResetCallback(memory, callback);
  });
}

namespace {

static_assert(sizeof(bool) == sizeof(char));

/// Whether each UPDATE of the table first fires a trigger with this function, even one of no column that the function
/// reads.
bool sees_each_update(const TriggerDesc& all, const Trigger& asked) {
  return std::any_of(all.triggers, all.triggers + all.numtriggers, [&](const Trigger& other) {
    return other.tgfoid == asked.tgfoid && other.tgenabled == asked.tgenabled && TRIGGER_FOR_UPDATE(other.tgtype) &&
           other.tgnattr == 0 && other.tgqual == nullptr;
  });
}

/// Whether the trigger cannot tell the deletion of a partition's row from its move to another partition.
bool confuses_moves(const TriggerData& trigger) {
  const auto* table = trigger.tg_relation;
  return table->rd_rel->relispartition && TRIGGER_FOR_DELETE(trigger.tg_trigger->tgtype) &&
         !sees_each_update(*table->trigdesc, *trigger.tg_trigger);
}

const TriggerData& trigger_of(FunctionCallInfo info) {
  auto* trigger = reinterpret_cast<TriggerData*>(info->context);
  guarded([&] {
    const bool is_for_rows =
        CALLED_AS_TRIGGER(info) && TRIGGER_FIRED_BEFORE(trigger->tg_event) && TRIGGER_FIRED_FOR_ROW(trigger->tg_event);
    if (is_for_rows && !confuses_moves(*trigger)) return;
    const char* name = get_func_name(info->flinfo->fn_oid);
    ereport(ERROR,
            (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
             is_for_rows ? errmsg("a partition with %s on DELETE needs it on every UPDATE too", name)
                         : errmsg("%s must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW", name),
             errhint("CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE "
                     "FUNCTION %s().",
                     name)));
  });
  return *trigger;
}

/// The row of a partition that a statement updated last. If the statement deletes that row next, it moves the row to
/// another partition, and inserts it there.
struct Leaving {
  Oid partition = InvalidOid;
  ItemPointerData tid{};
  bool is_deleted = false;
  std::vector<std::string> marks{};  ///< of the triggers that have not seen the row inserted
};

/// By the memory contexts of the running statements.
std::map<MemoryContext, Leaving> leaving;

/// The row that the running statement updated last. It is forgotten when the statement ends, since a later statement's
/// memory context may get the same address.
Leaving& leaving_of(MemoryContext query) {
  if (const auto found = leaving.find(query); found != leaving.end()) return found->second;
  at_end_of(query, query, [](void* ended) { leaving.erase(static_cast<MemoryContext>(ended)); });
  return leaving[query];
}

int triggers_under_way() {
  return guarded([] { return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, Datum{0})); });
}

}  // namespace

Telling::Telling(Oid table)
    : row_type_(guarded([&] { return get_rel_type_id(table); })), depth_(triggers_under_way()), outer_(current_) {
  current_ = this;
}

TriggerRow::TriggerRow(FunctionCallInfo info)
    : trigger_(trigger_of(info)),
      query_(info->flinfo->fn_mcxt),
      descriptor_(RelationGetDescr(trigger_.tg_relation)),
      row_(is_updated() ? trigger_.tg_newtuple : trigger_.tg_trigtuple) {}

bool TriggerRow::is_told() const {
  const auto* telling = Telling::current_;
  if (telling == nullptr || !is_updated() || triggers_under_way() != telling->depth_ + 1) return false;
  const Oid type = trigger_.tg_relation->rd_rel->reltype;
  return type == telling->row_type_ || guarded([&] { return typeInheritsFrom(type, telling->row_type_); });
}

bool TriggerRow::changes_partition(const Mark& mark) {
  const auto found = leaving.find(query_);
  if (is_updated() || found == leaving.end()) return false;
  auto& left = found->second;
  const Oid partition = RelationGetRelid(trigger_.tg_relation);
  if (!is_inserted()) {
    left.is_deleted = left.partition == partition && ItemPointerEquals(&left.tid, &trigger_.tg_trigtuple->t_self);
    return left.is_deleted;
  }
  if (!left.is_deleted || left.partition == partition) return false;
  const auto known = std::find(left.marks.begin(), left.marks.end(), mark());
  if (known == left.marks.end()) return false;
  left.marks.erase(known);
  return true;
}

void TriggerRow::may_change_partition(const Mark& mark) {
  if (!is_updated() || !trigger_.tg_relation->rd_rel->relispartition) return;
  apply();
  auto& left = leaving_of(query_);
  const Oid partition = RelationGetRelid(trigger_.tg_relation);
  auto& tid = trigger_.tg_trigtuple->t_self;
  const bool is_same = !left.is_deleted && left.partition == partition && ItemPointerEquals(&left.tid, &tid);
  if (!is_same) left = {partition, tid};
  left.marks.push_back(mark());
}

std::vector<std::string> TriggerRow::arguments() const {
  const Trigger& declared = *trigger_.tg_trigger;
  return {declared.tgargs, declared.tgargs + declared.tgnargs};
}

std::string TriggerRow::table() const { return RelationGetRelationName(trigger_.tg_relation); }

std::vector<std::string> TriggerRow::columns(bool generated) const {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto* column = TupleDescAttr(descriptor_, i);
    if (!column->attisdropped && (column->attgenerated != '\0') == generated)
      names.emplace_back(NameStr(column->attname));
  }
  return names;
}

Oid TriggerRow::type_of(const std::string& column) const {
  return TupleDescAttr(descriptor_, number(column) - 1)->atttypid;
}

Value TriggerRow::value_in(HeapTuple row, const std::string& column) const {
  bool is_null = false;
  const int at = number(column);
  const Datum value = guarded([&] { return SPI_getbinval(row, descriptor_, at, &is_null); });
  return is_null ? Value{} : Value{value};
}

bool TriggerRow::differs(const std::string& column) const {
  const auto before = old_value(column);
  const auto after = value(column);
  if (!before || !after) return before.has_value() != after.has_value();
  const auto* described = TupleDescAttr(descriptor_, number(column) - 1);
  return !guarded([&] { return datum_image_eq(*before, *after, described->attbyval, described->attlen); });
}

std::string TriggerRow::json_of(HeapTuple row, const std::vector<std::pair<std::string, std::string>>& fields) const {
  if (fields.empty()) return "{}";
  std::vector<Datum> values;
  std::vector<char> nulls;
  std::vector<int> numbers;
  for (const auto& [name, column] : fields) {
    const auto held = value_in(row, column);
    values.push_back(held.value_or(0));
    nulls.push_back(held ? 0 : 1);
    numbers.push_back(number(column));
  }
  return to_text(guarded([&] {
    TupleDesc named = CreateTemplateTupleDesc(static_cast<int>(fields.size()));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto* column = TupleDescAttr(descriptor_, numbers[i] - 1);
      TupleDescInitEntry(named, static_cast<AttrNumber>(i + 1), fields[i].first.c_str(), column->atttypid,
                         column->atttypmod, static_cast<int>(column->attndims));
    }
    HeapTuple made = heap_form_tuple(BlessTupleDesc(named), values.data(), reinterpret_cast<bool*>(nulls.data()));
    return DirectFunctionCall1(row_to_json, HeapTupleGetDatum(made));
  }));
}

void TriggerRow::set(const std::string& column, Param value) {
  numbers_.push_back(number(column));
  values_.push_back(value.value);
  nulls_.push_back(value.is_null ? 1 : 0);
}

void TriggerRow::apply() {
  if (numbers_.empty()) return;
  row_ = guarded([&] {
    return heap_modify_tuple_by_cols(row_, descriptor_, static_cast<int>(numbers_.size()), numbers_.data(),
                                     values_.data(), reinterpret_cast<bool*>(nulls_.data()));
  });
  numbers_.clear();
  values_.clear();
  nulls_.clear();
}

int TriggerRow::number(const std::string& column) const {
  return guarded([&] { return SPI_fnumber(descriptor_, column.c_str()); });
}

}  // namespace jb::pg
