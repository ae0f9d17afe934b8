// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <regex>

#include "mcp.hpp"
#include "terminal.hpp"

namespace jb::cli {

namespace {

constexpr std::size_t kMostPlaces = 20, kLongestPlace = 100;
constexpr std::size_t kMostFaults = 20;
constexpr std::size_t kLongestPatterned = 1'000;  // std::regex recurses for each character

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// 3.0 is an integer, too; beyond 2^53 a double does not tell.
bool is_integer(const Json& value) {
  if (!value.is_number_float()) return value.is_number_integer();
  const auto number = value.get<double>();
  return std::floor(number) == number && std::abs(number) < 9'007'199'254'740'992.0;
}

bool is_of_type(const Json& value, const Json& type) {
  if (type.is_array())
    return std::any_of(type.begin(), type.end(), [&](const Json& each) { return is_of_type(value, each); });
  return type == value.type_name() || (type == "integer" && is_integer(value));
}

class Check {
 public:
  Json found = Json::array();

  void check(const Json& value, const Json& schema, const std::string& path) {
    if (schema.contains("anyOf")) {
      const auto& all = schema["anyOf"];
      const auto fits = [&](const Json& alternative) { return faults_of(value, alternative).empty(); };
      if (std::none_of(all.begin(), all.end(), fits)) check(value, all[0], path);
    }
    if (schema.contains("type") && !is_of_type(value, schema["type"]))
      return add(path, "it must be of type " + schema["type"].dump());
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
      add(path, "it must be one of " + schema["enum"].dump());
    if (value.is_object()) check_members(value, schema, path);
    if (value.is_array()) {
      bounds(value.size(), schema, "minItems", "maxItems", " items", path);
      for (std::size_t i = 0; schema.contains("items") && i < value.size() && found.size() < kMostFaults; ++i)
        check(value[i], schema["items"], path + "/" + std::to_string(i));
    }
    if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      bounds(characters(text), schema, "minLength", "maxLength", " characters", path);
      if (schema.contains("pattern") && (text.size() > kLongestPatterned ||
                                         !std::regex_search(text, std::regex(schema["pattern"].get<std::string>()))))
        add(path, "it must match " + schema["pattern"].get<std::string>());
    }
    if (value.is_number()) bounds(value.get<double>(), schema, "minimum", "maximum", "", path);
  }

 private:
  void add(const std::string& path, const std::string& message) {
    if (found.size() < kMostFaults) found.push_back({{"field", path}, {"message", message}});
  }

  void check_members(const Json& value, const Json& schema, const std::string& path) {
    const Json properties = schema.value("properties", Json::object());
    const auto place = [&](const std::string& name) { return path.empty() ? name : path + "/" + name; };
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name))
        check(member, properties[name], place(name));
      else if (schema.value("additionalProperties", Json(true)) == Json(false))
        add(place(cut(plain(name), 80)), "there is no such member");
    }
    for (const auto& name : schema.value("required", Json::array()))
      if (!value.contains(name)) add(place(name), "it is missing");
  }

  void bounds(double number, const Json& schema, const char* least, const char* most, const std::string& unit,
              const std::string& path) {
    if (schema.contains(least) && number < schema[least].get<double>())
      add(path, "it must have at least " + schema[least].dump() + unit);
    if (schema.contains(most) && number > schema[most].get<double>())
      add(path, "it must have at most " + schema[most].dump() + unit);
  }
};

/// Cuts texts, lists and metadata to so many bytes, without half a character at their end. `places`: JSON pointers to
/// what was shortened.
void shorten(Json& value, std::size_t most, const std::string& path, Json& places) {
  const auto note = [&](const std::string& place) {
    if (places.size() < kMostPlaces && place.size() < kLongestPlace) places.push_back(place);
  };
  if (value.is_string() && value.get_ref<const std::string&>().size() > most) {
    auto& text = value.get_ref<std::string&>();
    std::size_t size = most;
    while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
    text.replace(size, text.npos, "…");
    note(path);
  }
  if (!value.is_structured()) return;
  std::size_t size = 0, kept = 0;
  for (auto&& [name, member] : value.items()) {
    const std::string place = path + "/" + name;
    if (name == "metadata" && member.dump().size() > most) {  // somebody's own object, whole or not at all
      member = nullptr;
      note(place);
    } else {
      shorten(member, most, place, places);
    }
    if (value.is_array() && (size += member.dump().size()) > most && kept > 0) {
      note(path);
      break;
    }
    ++kept;
  }
  if (value.is_array()) value.get_ref<Json::array_t&>().resize(kept);
}

/// FNV-1a, which is the same in every build: a cursor may be kept.
std::string digest(const std::string& text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 1'099'511'628'211U;
  return std::to_string(hash);
}

}  // namespace

Json faults_of(const Json& value, const Json& schema) {
  Check check;
  check.check(value, schema, "");
  return check.found;
}

Json cleaned(const Json& value) {
  if (value.is_string()) return plain(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value;
  Json result(value.type());
  for (const auto& [name, member] : value.items())
    if (value.is_array())
      result.push_back(cleaned(member));
    else
      result[plain(name)] = cleaned(member);
  return result;
}

void bound(Json& answer, std::size_t most) {
  if (answer.dump().size() <= most) return;
  for (std::size_t part = most / 2; part > 0; part /= 2) {
    Json places = Json::array(), shorter = answer;
    shorten(shorter, part, "", places);
    shorter["shortened"] = places;
    if (shorter.dump().size() > most) continue;
    answer = shorter;
    return;
  }
  answer = {{"shortened", {""}}};
}

std::string make_cursor(std::string_view list, const Json& filter, const std::string& after) {
  return std::string(list) + "." + digest(filter.dump()) + "." + after;
}

std::string read_cursor(const std::string& cursor, std::string_view list, const Json& filter) {
  const std::string begin = make_cursor(list, filter, "");
  if (!cursor.starts_with(begin))
    throw Problem(422, "wrong-cursor", "the cursor is of another list, or of other arguments");
  return cursor.substr(begin.size());
}

}  // namespace jb::cli
