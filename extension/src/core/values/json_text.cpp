// SPDX-License-Identifier: PostgreSQL
#include "json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace jb {

namespace {

/// Characters that a letter after a backslash stands for, and these letters.
constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";

/// Whether a byte stands for itself in a string of JSON (RFC 8259, 7).
constexpr auto kIsPlain = [] {
  std::array<bool, 256> is_plain{};
  for (std::size_t byte = 0x20; byte < is_plain.size(); ++byte) is_plain[byte] = byte != '"' && byte != '\\';
  return is_plain;
}();

/// How many bytes at the beginning of a text stand for themselves.
std::size_t plain_length(std::string_view text) {
  const auto is_special = [](char c) { return !kIsPlain[static_cast<unsigned char>(c)]; };
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_special) - text.begin());
}

template <class T>
void append_list(std::string& to, const std::vector<T>& values) {
  char before = '[';
  for (const auto& value : values) {
    to += before;
    append_json(to, value);
    before = ',';
  }
  to += values.empty() ? "[]" : "]";
}

}  // namespace

void append_json(std::string& to, std::string_view text) {
  to += '"';
  while (!text.empty()) {
    const auto plain = plain_length(text);
    to += text.substr(0, plain);
    if (plain == text.size()) break;
    const char c = text[plain];
    if (const auto known = kEscaped.find(c); known != std::string_view::npos) {
      to += {'\\', kLetters[known]};
    } else {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      to += code;
    }
    text.remove_prefix(plain + 1);
  }
  to += '"';
}

void append_json(std::string& to, std::int64_t number) { to += std::to_string(number); }

void append_json(std::string& to, RawJson json) { to += json.text; }

void append_json(std::string& to, const std::vector<std::string>& texts) { append_list(to, texts); }

void append_json(std::string& to, const std::vector<std::int64_t>& numbers) { append_list(to, numbers); }

std::string joined_objects(std::string first, std::string_view second) {
  if (first.empty() || second.empty()) return first += second;
  first.back() = ',';
  return first += second.substr(1);
}

void JsonObject::begin_member(std::string_view name) {
  using namespace std::string_view_literals;
  text_ += text_.empty() ? "{\""sv : ", \""sv;
  text_ += name;
  text_ += "\" : "sv;
}

}  // namespace jb
