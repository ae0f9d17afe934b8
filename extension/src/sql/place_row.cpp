// SPDX-License-Identifier: PostgreSQL
//
// The trigger that books the rows of somebody's own table. It asks jb_schedule_all as anybody would, so what the role
// of who inserts may do is checked there.
#include "core/event/event.hpp"
#include "core/faces/row_request.hpp"
#include "core/values/time_text.hpp"
#include "core/values/validation.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "pg/transaction.hpp"

extern "C" {
#include "access/htup_details.h"
#include "commands/trigger.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/rel.h"
}

namespace jb::sql {

namespace {

constinit pg::Statement schedule_statement{
    "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail FROM jb_schedule_all($1, "
    "false, NULL::text, NULL::text) o",
    {JSONBOID}};

struct Answer {
  std::optional<EventId> event_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
  std::optional<std::string> outcome;
  std::optional<std::string> reason;
  std::optional<std::string> detail;
};

Answer schedule(const std::string& request) {
  pg::Session session;
  const auto rows = schedule_statement.run({pg::from_jsonb_text(request)});
  const auto at = [&](int column, auto read) {
    const auto value = rows.at(0, column);
    return value ? std::optional{read(*value)} : std::nullopt;
  };
  const auto id = [](Datum value) { return DatumGetInt64(value); };
  Answer answer{at(1, id),          at(2, pg::to_instant), at(3, pg::to_instant),
                at(4, pg::to_text), at(5, pg::to_text),    at(6, pg::to_text)};
  session.finish();
  return answer;
}

TriggerData& trigger_of(FunctionCallInfo info) {
  auto* trigger = reinterpret_cast<TriggerData*>(info->context);
  pg::guarded([&] {
    if (!CALLED_AS_TRIGGER(info) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
        !TRIGGER_FIRED_FOR_ROW(trigger->tg_event) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event)) {
      ereport(ERROR,
              (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
               errmsg("jb_place_row must be called by a trigger BEFORE INSERT FOR EACH ROW"),
               errhint("CREATE TRIGGER name BEFORE INSERT ON table FOR EACH ROW EXECUTE FUNCTION jb_place_row().")));
    }
  });
  return *trigger;
}

std::vector<std::string> arguments_of(const Trigger& trigger) {
  return {trigger.tgargs, trigger.tgargs + trigger.tgnargs};
}

std::vector<std::string> columns_of(TupleDesc descriptor) {
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->natts; ++i) {
    const auto* column = TupleDescAttr(descriptor, i);
    if (!column->attisdropped) names.emplace_back(NameStr(column->attname));
  }
  return names;
}

/// The row that is being inserted, read and written by what its columns stand for.
class NewRow {
 public:
  explicit NewRow(const TriggerData& trigger)
      : tuple_(trigger.tg_trigtuple),
        descriptor_(RelationGetDescr(trigger.tg_relation)),
        table_(RelationGetRelationName(trigger.tg_relation)),
        mapping_(arguments_of(*trigger.tg_trigger), columns_of(descriptor_)) {
    check_types();
  }

  const std::string& table() const { return table_; }
  const RowMapping& mapping() const { return mapping_; }

  /// What the row says of the event, as JSON by field. Its other columns, however large, are not looked at.
  std::string said() const {
    const auto wished = mapping_.wished();
    std::vector<Datum> values;
    std::vector<char> nulls;  // not of bool: the server wants an array of one byte each
    std::vector<int> numbers;
    for (const auto& [field, column] : wished) {
      const auto held = value(field);
      values.push_back(held.value_or(0));
      nulls.push_back(held ? 0 : 1);
      numbers.push_back(number(column));
    }
    if (wished.empty()) return "{}";
    return pg::to_text(pg::guarded([&] {
      TupleDesc said = CreateTemplateTupleDesc(static_cast<int>(wished.size()));
      for (std::size_t i = 0; i < wished.size(); ++i) {
        const auto* column = TupleDescAttr(descriptor_, numbers[i] - 1);
        TupleDescInitEntry(said, static_cast<AttrNumber>(i + 1), wished[i].first.c_str(), column->atttypid,
                           column->atttypmod, static_cast<int>(column->attndims));
      }
      HeapTuple row = heap_form_tuple(BlessTupleDesc(said), values.data(), reinterpret_cast<bool*>(nulls.data()));
      return DirectFunctionCall1(row_to_json, HeapTupleGetDatum(row));
    }));
  }

  /// What the column of a field holds; none for null, and where there is no such column.
  std::optional<Datum> value(std::string_view field) const {
    const auto* column = mapping_.column(field);
    if (column == nullptr) return std::nullopt;
    bool is_null = false;
    const int at = number(*column);
    const Datum value = pg::guarded([&] { return SPI_getbinval(tuple_, descriptor_, at, &is_null); });
    return is_null ? std::nullopt : std::optional{value};
  }

  std::optional<std::string> text(std::string_view field) const {
    const auto held = value(field);
    return held ? std::optional{pg::to_text(*held)} : std::nullopt;
  }

  std::optional<Instant> instant(std::string_view field) const {
    const auto held = value(field);
    return held ? std::optional{pg::to_instant(*held)} : std::nullopt;
  }

  /// Writes a result to its column, if there is one. What the row says is overwritten only where `always`, or an
  /// argument, says so.
  void put(std::string_view field, pg::Param result, bool always) {
    const auto* column = mapping_.column(field);
    if (column == nullptr || (!always && !mapping_.is_named(field) && value(field))) return;
    numbers_.push_back(number(*column));
    values_.push_back(result.value);
    nulls_.push_back(result.is_null ? 1 : 0);
  }

  Datum written() const {
    static_assert(sizeof(bool) == sizeof(char));
    return pg::guarded([&] {
      return PointerGetDatum(heap_modify_tuple_by_cols(
          tuple_, descriptor_, static_cast<int>(numbers_.size()), const_cast<int*>(numbers_.data()),
          const_cast<Datum*>(values_.data()), reinterpret_cast<bool*>(const_cast<char*>(nulls_.data()))));
    });
  }

 private:
  int number(const std::string& column) const {
    return pg::guarded([&] { return SPI_fnumber(descriptor_, column.c_str()); });
  }

  void check_types() const {
    Validation validation;
    const auto check = [&](std::string_view field, Oid type, const std::string& name) {
      const auto* column = mapping_.column(field);
      if (column == nullptr) return;
      const Oid present = TupleDescAttr(descriptor_, number(*column) - 1)->atttypid;
      if (present == type) return;
      validation.refuse("trigger argument", std::string(field) + "=" + *column,
                        "the column must be of type " + name + ", no other");
    };
    check("start_timestamp", TIMESTAMPTZOID, "timestamptz");
    check("end_timestamp", TIMESTAMPTZOID, "timestamptz");
    check("event_id", INT8OID, "bigint");
    for (const auto* field : {"outcome", "reason", "detail"}) check(field, TEXTOID, "text");
    validation.raise();
  }

  HeapTuple tuple_;
  TupleDesc descriptor_;
  std::string table_;
  RowMapping mapping_;
  std::vector<int> numbers_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;  // not of bool: the server wants an array of one byte each
};

[[noreturn]] void refuse_end(Instant end, std::string_view message) {
  Validation validation;
  validation.refuse("end_timestamp", format_utc(end), message);
  throw validation.failure();
}

/// The length that start and end say, where nothing else does.
std::optional<Seconds> duration_of(const NewRow& row) {
  const auto end = row.instant("end_timestamp");
  if (!end) return std::nullopt;
  const auto start = row.instant("start_timestamp");
  if (!start) refuse_end(*end, "it needs a start beside it, or must be null");
  if (row.value("duration") || row.mapping().is_constant("duration")) return std::nullopt;
  return *end - *start;
}

Datum place_row_body(FunctionCallInfo info) {
  const auto& trigger = trigger_of(info);
  pg::require_schema_of(info->flinfo->fn_oid);
  NewRow row(trigger);
  if (row.value("event_id") || row.mapping().is_answered(row.text("outcome"), row.text("reason"))) {
    return PointerGetDatum(trigger.tg_trigtuple);
  }
  const auto answer = schedule(row.mapping().request(row.said(), row.table(), duration_of(row)));
  const auto end = row.instant("end_timestamp");
  // Of a series the answer is the first occurrence that found a place, which need not be the row's own.
  if (end && answer.end && *end - *row.instant("start_timestamp") != *answer.end - *answer.start) {
    refuse_end(*end, "it is not the start and the duration later");
  }
  const auto text = [](const std::string& text) { return pg::from_text(text); };
  row.put("event_id", pg::optional_param(answer.event_id, pg::from_id), true);
  row.put("start_timestamp", pg::optional_param(answer.start, pg::from_instant), true);
  row.put("end_timestamp", pg::optional_param(answer.end, pg::from_instant), true);
  row.put("outcome", pg::optional_param(answer.outcome, text), false);
  row.put("reason", pg::optional_param(answer.reason, text), false);
  row.put("detail", pg::optional_param(answer.detail, text), false);
  return row.written();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_place_row, jb::sql::place_row_body)
