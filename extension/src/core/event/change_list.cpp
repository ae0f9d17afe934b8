// SPDX-License-Identifier: PostgreSQL
#include "change_list.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "../values/json_parts.hpp"
#include "../values/json_values.hpp"

namespace jb {

using nlohmann::json;

namespace {

/// A whole number from 1. Any other value is refused.
std::optional<std::int64_t> read_number(Validation& validation, std::string_view name, const json& value) {
  if (value.is_number_integer() && value > 0 && value <= std::numeric_limits<std::int64_t>::max())
    return value.get<std::int64_t>();
  validation.refuse(name, shown(value), "it must be a whole number from 1");
  return std::nullopt;
}

/// The members that an item of the list has besides the fields of its event. Among the fields `id` would make a change
/// of what a GET has answered (read_changes).
constexpr std::array<std::string_view, 3> kOfItem{"id", "expected_version", "cancel"};

/// The object as it is written, without the members of kOfItem.
std::string fields_of(std::string_view object) {
  std::string fields;
  const auto parts = json_parts(object);
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    const auto name = parts[i].substr(1, parts[i].size() - 2);
    if (std::find(kOfItem.begin(), kOfItem.end(), name) != kOfItem.end()) continue;
    fields.append(fields.empty() ? "{" : ", ").append(parts[i]).append(": ").append(parts[i + 1]);
  }
  return fields.empty() ? "{}" : fields + "}";
}

ListedChange read_item(Validation& validation, const json& object, std::string_view text) {
  ListedChange item;
  if (!object.is_object()) {
    validation.refuse("request", shown(object), "it must be a JSON object");
    return item;
  }
  item.id = read_number(validation, "id", object.value("id", json())).value_or(0);
  const auto given = [&](const char* name) { return object.contains(name) && !object[name].is_null(); };
  if (given("expected_version"))
    item.expected_version = read_number(validation, "expected_version", object["expected_version"]);
  if (given("cancel")) item.cancels = read_bool(validation, "cancel", object["cancel"]).value_or(false);
  item.dry_run = object.value("dry_run", json()) == true;
  item.fields = fields_of(text);
  if (!item.cancels) return item;
  for (const auto& [name, value] : object.items()) {
    const bool may_stand =
        name == "id" || name == "expected_version" || name == "cancel" || name == "scope" || name == "dry_run";
    if (!may_stand)
      validation.refuse(name, shown(value), "a cancellation changes no field", "Leave it out, or leave out cancel.");
  }
  return item;
}

}  // namespace

std::vector<ListedChange> read_change_list(Validation& validation, const std::string& text) {
  const auto list = parse_json(text);
  if (!list.is_array()) return {read_item(validation, list, text)};
  const auto parts = json_parts(text);
  std::vector<ListedChange> items;
  std::map<EventId, std::size_t> named;
  for (std::size_t i = 0; i < list.size(); ++i) {
    validation.at_index(i);
    items.push_back(read_item(validation, list[i], parts.at(i)));
    const auto& item = items.back();
    const auto [other, is_new] = named.emplace(item.id, i);
    if (item.id != 0 && !is_new)
      validation.refuse("id", std::to_string(item.id),
                        "item " + std::to_string(other->second) + " of the list names this event already");
    if (item.dry_run != items.front().dry_run)
      validation.refuse("dry_run", item.dry_run ? "true" : "false", "all items of a list are tried, or none");
  }
  return items;
}

}  // namespace jb
