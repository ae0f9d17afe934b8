// SPDX-License-Identifier: PostgreSQL
//
// What an annex is built from, besides the functions that book and list: reading a request with all its faults,
// refusing it, and idempotency keys. docs/annexes.md builds one annex from its table to its tests.
#include <list>

#include "core/values/json.hpp"
#include "writing.hpp"

namespace jb::functions {

namespace {

using nlohmann::json;

/// Reads a value as the type of its column. nullopt for a type that no request can fill; a null Param if the value was
/// refused.
std::optional<pg::Param> column_value(Validation& validation, const std::string& field, const json& value, Oid type) {
  switch (type) {
    case TEXTOID:
      return read_text(validation, field, value);
    case TEXTARRAYOID:
      return read_texts(validation, field, value);
    case TIMESTAMPTZOID:
      return read_timestamp(validation, field, value);
    case DATEOID:
      return read_date(validation, field, value);
    case TIMEOID:
      return pg::optional_param(read_time_of_day(validation, field, value), pg::from_time_of_day);
    case INTERVALOID:
      return pg::optional_param(read_duration(validation, field, value, pg::parse_interval), pg::from_duration);
    case INT4OID:
      return read_int(validation, field, value);
    case INT8OID:
      if (value.is_number_integer()) return value.get<std::int64_t>();
      validation.refuse(field, shown(value), "it must be a whole number");
      return pg::Param();
    case BOOLOID:
      return read_bool(validation, field, value);
    case JSONBOID:
      return pg::from_jsonb_text(value.dump());
    default:
      return std::nullopt;
  }
}

/// A column that was dropped from its table has no type.
bool is_dropped(const pg::RowType& type, int number) { return type.column(number) == InvalidOid; }

/// The names of the columns, as a hint lists them.
std::string listed_columns(const pg::RowType& type) {
  std::string names;
  for (int number = 1; number <= type.size(); ++number)
    if (!is_dropped(type, number)) names.append(names.empty() ? "" : ", ").append(type.name(number));
  return names;
}

/// Reads the object's members into the columns of the same names. Refuses the `required` ones that it lacks.
void read_columns(Validation& validation, const std::string& field, const json& object, const pg::RowType& type,
                  const std::vector<std::string>& required, std::vector<pg::Param>& columns) {
  MemberReaders members;
  for (int number = 1; number <= type.size(); ++number) {
    if (is_dropped(type, number)) continue;
    members.emplace_back(type.name(number), [&, number](const std::string& name, const json& value) {
      auto column = column_value(validation, name, value, type.column(number));
      if (!column) throw invalid("base", name, "a request has no values of its type");
      columns[static_cast<std::size_t>(number) - 1] = *column;
    });
  }
  if (!read_object(validation, field, object, "there is no such field", members)) return;
  for (const auto& name : required)
    if (!object.contains(name)) validation.refuse(name, "NULL", "it is required");
}

}  // namespace

JB_CALL(jb_request_read, Datum) {
  constexpr int faults_column = 2;
  const pg::RowType type(arguments.type("base"));
  auto columns = arguments.is_null("base") ? std::vector<pg::Param>(static_cast<std::size_t>(type.size()))
                                           : type.columns_of(arguments.datum("base"));
  const auto request = parse_json(arguments.json("request"));
  const auto member = arguments.text("member");
  Validation validation;
  std::string hint;  // the validation refers to it
  const auto required = arguments.texts(validation, "required").value_or(std::vector<std::string>{});
  if (!member)
    read_columns(validation, "request", request, type, required, columns);
  else if (request.is_object() && request.size() == 1 && request.contains(*member) && request[*member].is_object())
    read_columns(validation, *member, request[*member], type, required, columns);
  else {
    hint = "Give {\"" + *member + "\": {…}}, with any of " + listed_columns(type) + ".";
    validation.refuse(*member, shown(request), "the body must be {\"" + *member + "\": {...}}", hint);
  }
  const pg::RowType result(arguments.info());
  const auto fault_columns = [](const Validation::Fault& fault) -> std::array<pg::Param, 4> {
    return {fault.field, fault.value, fault.message, fault.hint.empty() ? pg::Param() : pg::Param(fault.hint)};
  };
  return result.row(
      {pg::Param(type.row(columns)), pg::row_array(result, faults_column, validation.faults(), fault_columns)});
}

JB_CONNECTED(jb_refuse, void) {
  if (arguments.is_null("faults")) return;
  const pg::RowType type("jb_fault");
  const auto text = [](const pg::Param& column) { return column.is_null ? "NULL" : pg::to_text(column.value); };
  Validation validation;
  std::list<std::string> hints;  // the validation refers to them
  for (const auto& fault : pg::to_items(arguments.datum("faults"))) {
    if (!fault) continue;
    const auto columns = type.columns_of(*fault);
    const auto& hint = hints.emplace_back(columns[3].is_null ? "" : pg::to_text(columns[3].value));
    validation.refuse(text(columns[0]), text(columns[1]), text(columns[2]), hint);
  }
  validation.raise();
}

JB_CALL(jb_key_take, pg::Param) {
  auto key = call_key(arguments, false);
  const auto kept = key ? take_outcomes(*key) : std::nullopt;
  if (!kept) return {};
  std::vector<Datum> outcomes;
  for (const auto& outcome : *kept) outcomes.push_back(*outcome);
  return pg::Param(pg::RowType("jb_outcome").array(outcomes));
}

JB_CALL(jb_key_keep, void) {
  const auto key = arguments.text("idempotency_key");
  if (!key || arguments.is_null("outcomes")) return;
  const auto outcomes = pg::to_items(arguments.datum("outcomes"));
  const bool is_whole =
      std::all_of(outcomes.begin(), outcomes.end(), [](const auto& each) { return each.has_value(); });
  if (outcomes.empty() || !is_whole)
    throw invalid("outcomes", outcomes.empty() ? "{}" : "{NULL}", "it must have at least one outcome, and no null");
  store_answer({.principal = pg::principal(arguments.principal()), .key = *key, .fingerprint = {}},
               arguments.datum("outcomes"));
}

}  // namespace jb::functions
