// SPDX-License-Identifier: PostgreSQL
#include "row_request.hpp"

#include <algorithm>
#include <array>

#include "json_values.hpp"

namespace jb {

using nlohmann::json;

namespace {

constexpr std::string_view kArgument = "trigger argument";

/// By their places, where no name is given.
constexpr std::array<std::string_view, 4> kPlaces{"duration", "calendars", "start_timestamp", "end_timestamp"};

constexpr std::array<std::string_view, 17> kWishes{
    "event_name",      "duration",   "date",      "start_time", "start_timestamp", "attendees",  "event_location",
    "calendars",       "not_before", "not_after", "priority",   "preempt",         "on_no_slot", "allow_past",
    "check_attendees", "hold_for",   "recurrence"};

constexpr std::array<std::string_view, 5> kResults{"event_id", "end_timestamp", "outcome", "reason", "detail"};

/// Constants of these are numbers and truth values, of all others text.
constexpr std::array<std::string_view, 4> kNoTexts{"priority", "preempt", "allow_past", "check_attendees"};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_list(std::string_view field) { return field == "calendars" || field == "attendees"; }

/// The items of {a,b} as PostgreSQL writes an array, or the one that the text is.
json items_of(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return json::array({text});
  json items = json::array();
  for (text = text.substr(1, text.size() - 2); !text.empty();) {
    const auto comma = std::min(text.find(','), text.size());
    items.push_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

json constant_of(std::string_view field, const std::string& text) {
  if (is_list(field)) return items_of(text);
  auto value = contains(kNoTexts, field) ? json::parse(text, nullptr, false) : json(text);
  return value.is_discarded() ? json(text) : value;
}

/// What the row says of a field, in the form of a request.
json value_of(std::string_view field, json value) {
  return is_list(field) && value.is_string() ? items_of(value.get_ref<const std::string&>()) : value;
}

}  // namespace

RowMapping::RowMapping(const std::vector<std::string>& arguments, const std::vector<std::string>& columns) {
  for (const auto& column : columns) {
    if (contains(kWishes, column) || contains(kResults, column)) columns_[column] = column;
  }
  Validation validation;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto refuse = [&](const std::string& message) { validation.refuse(kArgument, argument, message); };
    const auto equals = argument.find('=');
    const bool by_place = equals == std::string::npos;
    if (by_place && i >= kPlaces.size()) {
      refuse("only the first four arguments go by their place");
      continue;
    }
    const bool is_constant = !by_place && equals > 0 && argument[equals - 1] == ':';
    const std::string field(by_place ? kPlaces[i]
                                     : std::string_view(argument).substr(0, equals - (is_constant ? 1 : 0)));
    const auto value = by_place ? argument : argument.substr(equals + 1);
    if (!contains(kWishes, field) && !contains(kResults, field))
      refuse("there is no field \"" + field + "\"");
    else if (named_[field])
      refuse("the field " + field + " is named twice");
    else if (is_constant && contains(kResults, field))
      refuse("the field " + field + " is a result, which needs a column");
    else if (!is_constant && !value.empty() && !contains(columns, value))
      refuse("the table has no column \"" + value + "\"");
    named_[field] = true;
    (is_constant ? constants_ : columns_)[field] = value;
    if (is_constant) columns_.erase(field);
  }
  if (column("event_id") == nullptr && column("start_timestamp") == nullptr) {
    validation.refuse(kArgument, "start_timestamp",
                      "the table needs a column for the start or for the event's id, to be told where it is");
  }
  validation.raise();
}

const std::string* RowMapping::column(std::string_view field) const {
  const auto found = columns_.find(field);
  return found == columns_.end() || found->second.empty() ? nullptr : &found->second;
}

bool RowMapping::is_named(std::string_view field) const { return named_.contains(field); }

std::vector<std::pair<std::string, std::string>> RowMapping::wished() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto field : kWishes) {
    if (const auto* from = column(field)) all.emplace_back(field, *from);
  }
  return all;
}

std::string RowMapping::request(const std::string& said, const std::string& name,
                                std::optional<Seconds> duration) const {
  json request = json::object();
  const auto values = parse_json(said);
  for (const auto& [field, value] : values.items()) {
    if (!value.is_null()) request[field] = value_of(field, value);
  }
  for (const auto& [field, text] : constants_) request[field] = constant_of(field, text);
  if (duration) request["duration"] = duration->count();
  if (column("event_name") == nullptr && !is_constant("event_name")) request["event_name"] = name;
  return request.dump();
}

}  // namespace jb
