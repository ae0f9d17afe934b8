// SPDX-License-Identifier: PostgreSQL
//
// What HTTPS answers, as JSON: events, outcomes, and the moves, ranges and skipped occurrences within them. C++ writes
// it, since PostgreSQL would plan SQL functions that hold queries anew in every statement, and the planning took longer
// than the booking.
#include "arguments.hpp"
#include "core/event/event_json.hpp"
#include "core/event/kind_json.hpp"
#include "pg/clock.hpp"
#include "pg/row_type.hpp"
#include "reading.hpp"
#include "store/event_row.hpp"

namespace jb::sql {

namespace {

using ZoneOrNone = std::shared_ptr<const Zone>;

/// The zone of this name; none without a name.
ZoneOrNone zone_of(const std::optional<std::string>& name) { return name ? require_zone(*name) : nullptr; }

std::string value_json(const pg::Param& value, Oid type, const Zone* zone);

/// A list of values of one type, as json_agg lays lists out, or, of numbers, array_to_json.
std::string list_json(Datum array, const Zone* zone) {
  const auto type = pg::item_type(array);
  const std::string_view comma = type == INT8OID ? "," : ", ";
  std::string list = "[";
  for (const auto& item : pg::to_items(array)) {
    if (list.size() > 1) list += comma;
    list += value_json(item ? pg::Param(*item) : pg::Param(), type, zone);
  }
  return list + "]";
}

/// A row as an object with all its columns.
std::string row_json(Datum row, const Zone* zone) {
  const pg::NamedRow named(row);
  JsonObject json;
  for (const auto& column : named.columns()) {
    json.add(column.name, RawJson{value_json(column.value, column.type, zone)});
  }
  return std::move(json).finished();
}

std::string range_json(Datum range, const Zone* zone) {
  const auto bounds = pg::to_bounds(range);
  JsonObject json;
  add_shown(json, "start_timestamp", bounds.lower, timestamp_json, zone);
  add_shown(json, "end_timestamp", bounds.upper, timestamp_json, zone);
  return std::move(json).finished();
}

/// A value of one of the types that the columns of outcomes have, and the columns of rows within them.
std::string value_json(const pg::Param& value, Oid type, const Zone* zone) {
  std::string json;
  if (value.is_null) return "null";
  switch (type) {
    case TEXTOID:
      append_json(json, pg::to_text(value.value));
      return json;
    case INT8OID:
      append_json(json, pg::to_id(value.value));
      return json;
    case TIMESTAMPTZOID:
      append_json(json, timestamp_json(pg::to_instant(value.value), zone));
      return json;
    case JSONOID:
      return pg::to_text(value.value);
    case JSONBOID:
      return pg::jsonb_text(value.value);
    case TSTZRANGEOID:
      return range_json(value.value, zone);
    default:
      return pg::is_array(type) ? list_json(value.value, zone) : row_json(value.value, zone);
  }
}

Datum event_json_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  if (arguments.is_null(0)) return pg::null_result(info);
  auto shown = read_shown_event(arguments.datum(0));
  shown.zone = zone_of(shown.time_zone);
  return pg::from_text(event_json(shown));
}

Datum range_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  if (arguments.is_null(0)) return pg::null_result(info);
  return pg::from_text(range_json(arguments.datum(0), zone_of(arguments.text(1)).get()));
}

/// The body of a function of a list and a zone: null for none.
Datum list_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  if (arguments.is_null(0) || pg::to_items(arguments.datum(0)).empty()) return pg::null_result(info);
  return pg::from_text(list_json(arguments.datum(0), zone_of(arguments.text(1)).get()));
}

/// The members of an outcome in their order, and what a member that is null shows.
constexpr std::pair<const char*, const char*> kOutcomeMembers[] = {
    {"outcome", "null"},       {"event_id", "null"},     {"start_timestamp", "null"},
    {"end_timestamp", "null"}, {"reason", "null"},       {"detail", "null"},
    {"conflicts", "null"},     {"moves", "[]"},          {"alternatives", "[]"},
    {"facts", "null"},         {"rejection_id", "null"}, {"version", "null"},
    {"events", "[]"},          {"skipped", "[]"},        {"event", "null"}};

Datum outcome_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  std::optional<pg::NamedRow> outcome;
  ZoneOrNone zone;
  if (!arguments.is_null(0)) {
    outcome.emplace(arguments.datum(0));
    const auto name = outcome->at("time_zone").value;
    if (!name.is_null) zone = require_zone(pg::to_text(name.value));
  }
  JsonObject json;
  for (const auto& [name, otherwise] : kOutcomeMembers) {
    const auto column = outcome ? outcome->at(name) : pg::NamedRow::Column{};
    json.add(name, RawJson{column.value.is_null ? otherwise : value_json(column.value, column.type, zone.get())});
  }
  return pg::from_text(std::move(json).finished());
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_event_json, jb::sql::event_json_body)
JB_FUNCTION(jb_range_json, jb::sql::range_body)
JB_FUNCTION(jb_ranges_json, jb::sql::list_body)
JB_FUNCTION(jb_moves_json, jb::sql::list_body)
JB_FUNCTION(jb_skipped_json, jb::sql::list_body)
JB_FUNCTION(jb_outcome_json, jb::sql::outcome_body)
