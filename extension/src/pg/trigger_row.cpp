// SPDX-License-Identifier: PostgreSQL
#include "trigger_row.hpp"

#include <map>

#include "datum.hpp"

extern "C" {
#include "access/htup_details.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace jb::pg {

namespace {

static_assert(sizeof(bool) == sizeof(char));

const TriggerData& trigger_of(FunctionCallInfo info) {
  auto* trigger = reinterpret_cast<TriggerData*>(info->context);
  guarded([&] {
    if (!CALLED_AS_TRIGGER(info) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
        !TRIGGER_FIRED_FOR_ROW(trigger->tg_event)) {
      const char* name = get_func_name(info->flinfo->fn_oid);
      ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                      errmsg("%s must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW", name),
                      errhint("CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE "
                              "FUNCTION %s().",
                              name)));
    }
  });
  return *trigger;
}

/// The row of a partition that a statement updated last. If the statement deletes that row next, it moves the row to
/// another partition, and inserts it there.
struct Leaving {
  Oid partition;
  ItemPointerData place;
  bool is_deleted = false;
};

/// By the memory contexts of the running statements.
std::map<MemoryContext, Leaving> leaving;

/// Forgets the row when its statement ends, since another statement's memory may get the same address.
void remember_leaving(MemoryContext query, const Leaving& row) {
  if (leaving.contains(query)) {
    leaving.at(query) = row;
    return;
  }
  auto* callback = guarded([&] {
    return static_cast<MemoryContextCallback*>(MemoryContextAllocZero(query, sizeof(MemoryContextCallback)));
  });
  callback->arg = query;
  callback->func = [](void* ended) { leaving.erase(static_cast<MemoryContext>(ended)); };
  MemoryContextRegisterResetCallback(query, callback);
  leaving.emplace(query, row);
}

int triggers_under_way() {
  return guarded([] { return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, Datum{0})); });
}

}  // namespace

int Telling::depth_ = -1;

Telling::Telling() : outer_(depth_) { depth_ = triggers_under_way(); }

bool Telling::is_told() { return depth_ >= 0 && triggers_under_way() == depth_ + 1; }

TriggerRow::TriggerRow(FunctionCallInfo info)
    : trigger_(trigger_of(info)),
      query_(info->flinfo->fn_mcxt),
      descriptor_(RelationGetDescr(trigger_.tg_relation)),
      row_(is_updated() ? trigger_.tg_newtuple : trigger_.tg_trigtuple) {}

bool TriggerRow::changes_partition() {
  if (!trigger_.tg_relation->rd_rel->relispartition) return false;
  const Oid partition = RelationGetRelid(trigger_.tg_relation);
  ItemPointerData place = trigger_.tg_trigtuple->t_self;
  if (is_updated()) {
    remember_leaving(query_, {partition, place});
    return false;
  }
  const auto found = leaving.find(query_);
  if (found == leaving.end()) return false;
  auto& left = found->second;
  const bool is_next =
      is_inserted() ? left.is_deleted : left.partition == partition && ItemPointerEquals(&left.place, &place);
  left = {InvalidOid, place, is_next && !is_inserted()};
  return is_next;
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

std::optional<Datum> TriggerRow::value_in(HeapTuple row, const std::string& column) const {
  bool is_null = false;
  const int at = number(column);
  const Datum value = guarded([&] { return SPI_getbinval(row, descriptor_, at, &is_null); });
  return is_null ? std::nullopt : std::optional{value};
}

bool TriggerRow::differs(const std::string& column) const {
  const auto before = old_value(column);
  const auto after = value(column);
  if (!before || !after) return before.has_value() != after.has_value();
  const auto* described = TupleDescAttr(descriptor_, number(column) - 1);
  return !guarded([&] { return datum_image_eq(*before, *after, described->attbyval, described->attlen); });
}

std::string TriggerRow::json(const std::vector<std::pair<std::string, std::string>>& fields) const {
  if (fields.empty()) return "{}";
  std::vector<Datum> values;
  std::vector<char> nulls;
  std::vector<int> numbers;
  for (const auto& [name, column] : fields) {
    const auto held = value(column);
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
    HeapTuple row = heap_form_tuple(BlessTupleDesc(named), values.data(), reinterpret_cast<bool*>(nulls.data()));
    return DirectFunctionCall1(row_to_json, HeapTupleGetDatum(row));
  }));
}

void TriggerRow::set(const std::string& column, Param value) {
  numbers_.push_back(number(column));
  values_.push_back(value.value);
  nulls_.push_back(value.is_null ? 1 : 0);
}

Datum TriggerRow::written() const {
  if (numbers_.empty()) return PointerGetDatum(row_);
  return guarded([&] {
    return PointerGetDatum(heap_modify_tuple_by_cols(
        row_, descriptor_, static_cast<int>(numbers_.size()), const_cast<int*>(numbers_.data()),
        const_cast<Datum*>(values_.data()), reinterpret_cast<bool*>(const_cast<char*>(nulls_.data()))));
  });
}

int TriggerRow::number(const std::string& column) const {
  return guarded([&] { return SPI_fnumber(descriptor_, column.c_str()); });
}

}  // namespace jb::pg
