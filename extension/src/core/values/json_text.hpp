// SPDX-License-Identifier: PostgreSQL
//
// Writes JSON, laid out as PostgreSQL's json_build_object lays it out: {"id" : 5, "calendars" : ["a","b"]}. So clients
// see the same bytes, whichever part of the program wrote them.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared.hpp"

namespace jb {

/// Text that is JSON already.
struct RawJson {
  std::string_view text;
};

/// Appends a value. A string is escaped as RFC 8259 (7) asks for, and no further: it is UTF-8, which nobody checks
/// here. nullopt is null.
void append_json(std::string& to, std::string_view text);
void append_json(std::string& to, std::int64_t number);
void append_json(std::string& to, RawJson json);
void append_json(std::string& to, const std::vector<std::string>& texts);
void append_json(std::string& to, const std::vector<std::int64_t>& numbers);
void append_json(std::string& to, std::same_as<bool> auto value) { to += value ? "true" : "false"; }

template <class T>
void append_json(std::string& to, const Shared<T>& value) {
  append_json(to, *value.get());
}

template <class T>
void append_json(std::string& to, const std::optional<T>& value) {
  value ? append_json(to, *value) : append_json(to, RawJson{"null"});
}

/// The text of one object with the members of both. An empty text has none.
std::string joined_objects(std::string first, std::string_view second);

/// One object, its members in the order in which they are added. Nothing looks for a name that is added twice.
class JsonObject {
 public:
  JsonObject() { text_.reserve(1'024); }

  template <class T>
  void add(std::string_view name, const T& value) {
    begin_member(name);
    append_json(text_, value);
  }

  /// The object; it takes no more members after that.
  std::string finished() && { return std::move(text_ += text_.empty() ? "{}" : "}"); }

 private:
  void begin_member(std::string_view name);

  std::string text_;
};

}  // namespace jb
