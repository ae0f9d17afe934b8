// SPDX-License-Identifier: PostgreSQL
#include "trigger_row.hpp"

#include "datum.hpp"

extern "C" {
#include "access/htup_details.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
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
        !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event)) {
      const char* name = get_func_name(info->flinfo->fn_oid);
      ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                      errmsg("%s must be called by a trigger BEFORE INSERT FOR EACH ROW", name),
                      errhint("CREATE TRIGGER name BEFORE INSERT ON table FOR EACH ROW EXECUTE FUNCTION %s().", name)));
    }
  });
  return *trigger;
}

}  // namespace

TriggerRow::TriggerRow(FunctionCallInfo info)
    : trigger_(trigger_of(info)), descriptor_(RelationGetDescr(trigger_.tg_relation)) {}

std::vector<std::string> TriggerRow::arguments() const {
  const Trigger& declared = *trigger_.tg_trigger;
  return {declared.tgargs, declared.tgargs + declared.tgnargs};
}

std::string TriggerRow::table() const { return RelationGetRelationName(trigger_.tg_relation); }

std::vector<std::string> TriggerRow::columns() const {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor_->natts; ++i) {
    const auto* column = TupleDescAttr(descriptor_, i);
    if (!column->attisdropped) names.emplace_back(NameStr(column->attname));
  }
  return names;
}

Oid TriggerRow::type_of(const std::string& column) const {
  return TupleDescAttr(descriptor_, number(column) - 1)->atttypid;
}

std::optional<Datum> TriggerRow::value(const std::string& column) const {
  bool is_null = false;
  const int at = number(column);
  const Datum value = guarded([&] { return SPI_getbinval(trigger_.tg_trigtuple, descriptor_, at, &is_null); });
  return is_null ? std::nullopt : std::optional{value};
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
  return guarded([&] {
    return PointerGetDatum(heap_modify_tuple_by_cols(
        trigger_.tg_trigtuple, descriptor_, static_cast<int>(numbers_.size()), const_cast<int*>(numbers_.data()),
        const_cast<Datum*>(values_.data()), reinterpret_cast<bool*>(const_cast<char*>(nulls_.data()))));
  });
}

int TriggerRow::number(const std::string& column) const {
  return guarded([&] { return SPI_fnumber(descriptor_, column.c_str()); });
}

}  // namespace jb::pg
