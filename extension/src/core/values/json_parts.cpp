// SPDX-License-Identifier: PostgreSQL
#include "json_parts.hpp"

#include <algorithm>

namespace jb {

namespace {

constexpr std::string_view kBetween = " \t\n\r,:";  ///< what stands between parts
constexpr std::string_view kEnds = " \t\n\r,:]}";   ///< what ends a part that is not nested

/// Where the value that begins at `at` ends.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  const auto begin = at;
  for (int depth = 0; at < text.size();) {
    const char c = text[at];
    if (depth == 0 && at > begin && kEnds.find(c) != std::string_view::npos) break;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? end_of_json_string(text, at) : at + 1;
  }
  return at;
}

}  // namespace

std::size_t end_of_json_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"';) at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

std::vector<std::string_view> json_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  auto at = std::min(text.find_first_of("[{"), text.size());
  for (;;) {
    at = text.find_first_not_of(kBetween, at + (parts.empty() ? 1 : 0));
    if (at >= text.size() || text[at] == ']' || text[at] == '}') return parts;
    const auto end = end_of_value(text, at);
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
}

}  // namespace jb
