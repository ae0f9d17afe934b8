// SPDX-License-Identifier: PostgreSQL
//
// HTTPS answers as JSON: events, outcomes, and the moves, ranges and skipped occurrences within them. C++ writes them,
// since PostgreSQL would plan SQL functions with queries anew in every statement, and the planning took longer than the
// booking.
#include <algorithm>

#include "call.hpp"

namespace jb::functions {

namespace {

std::string value_json(const pg::Param& value, Oid type, const Zone* zone);

/// A list of values of one type, laid out as by json_agg or, for numbers and texts, by array_to_json.
std::string list_json(Datum array, const Zone* zone) {
  const auto type = pg::item_type(array);
  const std::string_view comma = type == INT8OID || type == TEXTOID ? "," : ", ";
  std::string list = "[";
  for (const auto& item : pg::to_items(array)) {
    if (list.size() > 1) list += comma;
    list += value_json(item ? pg::Param(*item) : pg::Param(), type, zone);
  }
  return list + "]";
}

/// The JSON of a null in this column.
RawJson null_json(std::string_view column) {
  constexpr std::string_view lists[] = {"moves", "alternatives", "events", "skipped"};
  return {std::ranges::find(lists, column) == std::end(lists) ? "null" : "[]"};
}

/// A row as an object of its columns, except the zone in which its times are shown.
std::string row_json(const pg::NamedRow& row, const Zone* zone) {
  JsonObject json;
  for (const auto& [name, type, value] : row.columns()) {
    if (name == "time_zone") continue;
    json.add(name, value.is_null ? null_json(name) : RawJson{value_json(value, type, zone)});
  }
  return std::move(json).finished();
}

std::string range_json(Datum range, const Zone* zone) {
  const auto [lower, upper] = pg::to_ends(range);
  JsonObject json;
  add_shown(json, "start_timestamp", lower, timestamp_json, zone);
  add_shown(json, "end_timestamp", upper, timestamp_json, zone);
  return std::move(json).finished();
}

/// A value of a type that the columns of outcomes have, or those of rows within them.
std::string value_json(const pg::Param& value, Oid type, const Zone* zone) {
  std::string json;
  if (value.is_null) return "null";  // in a list
  switch (type) {
    case TEXTOID:
      append_json(json, pg::to_text(value.value));
      return json;
    case INT4OID:
      append_json(json, std::int64_t{pg::to_int(value.value)});
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
      return pg::is_array(type) ? list_json(value.value, zone) : row_json(pg::NamedRow(value.value), zone);
  }
}

/// A list in the zone that the argument time_zone names; nullopt for none.
std::optional<std::string> list_argument(const Arguments& arguments, std::string_view name) {
  if (arguments.is_null(name) || pg::to_items(arguments.datum(name)).empty()) return std::nullopt;
  return list_json(arguments.datum(name), zone_of(arguments.text("time_zone")).get());
}

/// The row in an argument, and the zone that the row names.
struct ZonedRow {
  explicit ZonedRow(Datum row) : columns(row) {
    if (const auto named = columns.at("time_zone").value; !named.is_null) zone = require_zone(pg::to_text(named.value));
  }

  pg::NamedRow columns;
  std::shared_ptr<const Zone> zone;
};

std::string shown_row(const ZonedRow& row) { return row_json(row.columns, row.zone.get()); }

}  // namespace

std::string outcome_json(const Outcome& outcome) {
  return shown_row(ZonedRow(outcome_datum(pg::RowType("jb_outcome"), outcome)));
}

std::string move_json(const Move& move, const Zone& zone) {
  return row_json(pg::NamedRow(move_datum(pg::RowType("jb_move"), move)), &zone);
}

namespace {

std::optional<std::string> shown_argument(const Arguments& arguments, std::string_view name) {
  return arguments.is_null(name) ? std::nullopt : std::optional{shown_row(ZonedRow(arguments.datum(name)))};
}

/// The answer to a call that was not rejected: its event, and what the call did besides. Errors: 22023 for an outcome
/// without an event, which no call returns.
std::string answer_json(ZonedRow& outcome) {
  const bool is_refused = !outcome.columns.at("reason").value.is_null;  // it waits, as its status says
  const auto event = outcome.columns.at("event").value;
  if (event.is_null) throw invalid("outcome", "event NULL", "an answer is the event: it must not be null");
  std::string json = pg::to_text(event.value);
  json.pop_back();
  for (const std::string_view name : {"detail", "moves", "events", "skipped", "facts"}) {
    const auto [shown, type, value] = outcome.columns.at(name);
    if (value.is_null ? name != "moves" : is_refused && (name == "detail" || name == "facts")) continue;
    json.append(", \"").append(name).append("\" : ");
    json += value.is_null ? "[]" : value_json(value, type, outcome.zone.get());
  }
  return json += '}';
}

}  // namespace

JB_PLAIN(jb_event_json, std::optional<std::string>) {
  if (arguments.is_null("event")) return std::nullopt;
  auto shown = read_shown_event(arguments.datum("event"));
  shown.zone = zone_of(shown.time_zone);
  return event_json(shown);
}

JB_PLAIN(jb_range_json, std::optional<std::string>) {
  if (arguments.is_null("range")) return std::nullopt;
  return range_json(arguments.datum("range"), zone_of(arguments.text("time_zone")).get());
}

JB_PLAIN(jb_ranges_json, std::optional<std::string>) { return list_argument(arguments, "ranges"); }
JB_PLAIN(jb_moves_json, std::optional<std::string>) { return list_argument(arguments, "moves"); }

JB_PLAIN(jb_outcome_json, std::optional<std::string>) {
  if (arguments.is_null("outcome")) return std::nullopt;
  ZonedRow outcome(arguments.datum("outcome"));
  const auto word = outcome.columns.at("outcome").value;
  const bool is_made = !word.is_null && pg::to_text(word.value) != "rejected";
  return is_made && arguments.flag("is_answer") ? answer_json(outcome) : shown_row(outcome);
}

JB_PLAIN(jb_verdict_json, std::optional<std::string>) { return shown_argument(arguments, "verdict"); }
JB_PLAIN(jb_change_json, std::optional<std::string>) { return shown_argument(arguments, "change"); }
JB_PLAIN(jb_import_json, std::optional<std::string>) { return shown_argument(arguments, "import"); }

}  // namespace jb::functions
