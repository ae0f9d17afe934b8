// SPDX-License-Identifier: PostgreSQL
#include "metadata.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "../values/json_parts.hpp"

namespace jb {

namespace {

constexpr std::size_t kMetadataBytes = 16'384;
constexpr int kMetadataDepth = 64;

/// A number without zeros at the end of its fraction. jsonb writes no exponents.
std::string_view without_zeros(std::string_view number) {
  if (number.find('.') == std::string_view::npos || number.find_first_of("eE") != std::string_view::npos) return number;
  number = number.substr(0, number.find_last_not_of('0') + 1);
  return number.ends_with('.') ? number.substr(0, number.size() - 1) : number;
}

/// The text without what does not count where objects are compared and measured.
std::string plain(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_number = text[at] == '-' || ('0' <= text[at] && text[at] <= '9');
    const auto end = text[at] == '"' ? end_of_json_string(text, at)
                     : is_number     ? std::min(text.find_first_not_of("0123456789+-.eE", at), text.size())
                                     : at + 1;
    const auto part = text.substr(at, end - at);
    if (part.find_first_of(" \t\n\r") != 0) result += is_number ? without_zeros(part) : part;
    at = end;
  }
  return result;
}

/// How deep arrays and objects are nested.
int depth_of(std::string_view text) {
  int depth = 0, deepest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? end_of_json_string(text, at) : at + 1;
  }
  return deepest;
}

/// The name of a member without its quotes and escapes.
std::string name_of_member(std::string_view part) {
  if (part.find('\\') != std::string_view::npos) return nlohmann::json::parse(part).get<std::string>();
  return std::string(part.substr(1, part.size() - 2));
}

/// A member as it is written.
struct Member {
  std::string_view name;
  std::string value;
};

/// As jsonb orders an object's members: the shorter name first.
struct ShorterFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

// Patches go as deep as check_metadata lets them.
std::string merged(std::string_view target, std::string_view patch) {
  std::map<std::string, Member, ShorterFirst> members;
  const auto present = json_parts(target), changes = json_parts(patch);
  for (std::size_t i = 0; i + 1 < present.size(); i += 2)
    members[name_of_member(present[i])] = {present[i], std::string(present[i + 1])};
  for (std::size_t i = 0; i + 1 < changes.size(); i += 2) {
    const auto value = changes[i + 1];
    if (value == "null") {
      members.erase(name_of_member(changes[i]));
      continue;
    }
    auto& member = members[name_of_member(changes[i])];
    member.name = changes[i];
    member.value = value.starts_with('{') ? merged(member.value.starts_with('{') ? member.value : "{}", value)
                                          : std::string(value);
  }
  std::string text = "{";
  for (const auto& [name, member] : members) {
    if (text.size() > 1) text += ", ";
    text.append(member.name).append(": ").append(member.value);
  }
  return text + "}";
}

}  // namespace

bool operator==(const Metadata& a, const Metadata& b) { return a.text == b.text || plain(a.text) == plain(b.text); }

bool check_metadata(Validation& validation, std::string_view field, std::string_view text) {
  if (plain(text).size() > kMetadataBytes)
    validation.refuse(field, text, "it must be at most 16384 bytes long, blanks between members not counted");
  else if (depth_of(text) > kMetadataDepth)
    validation.refuse(field, text, "it must be nested at most 64 deep");
  else
    return true;
  return false;
}

std::optional<Metadata> read_metadata(Validation& validation, std::string_view field, std::string_view text,
                                      bool is_patch) {
  if (!text.starts_with('{'))
    validation.refuse(field, text, "it must be a JSON object");
  else if (check_metadata(validation, field, text))
    return Metadata{std::string(text), is_patch};
  return std::nullopt;
}

Metadata patched(const std::optional<Metadata>& present, const Metadata& patch) {
  return {merged(present ? std::string_view(present->text) : "{}", patch.text)};
}

bool names_value(std::string_view text) {
  if (text.find_first_of("{[") != 0) return true;
  const auto parts = json_parts(text);
  const std::size_t step = text.starts_with('{') ? 2 : 1;  // every second part of an object is a name
  for (auto i = step - 1; i < parts.size(); i += step) {
    if (names_value(parts[i])) return true;
  }
  return false;
}

void append_json(std::string& to, const Metadata& metadata) { to += metadata.text; }

}  // namespace jb
