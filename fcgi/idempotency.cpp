// SPDX-License-Identifier: PostgreSQL
#include "idempotency.hpp"

#include <algorithm>

#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr std::size_t longest_key = 255;

/// The text without its quotes; nullopt when the quotes do not match.
std::optional<std::string> unquoted(std::string_view text) {
  std::string result;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? std::optional{result} : std::nullopt;
    if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) return std::nullopt;
    result += text[i];
  }
  return std::nullopt;
}

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= longest_key &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

pg::Parameter idempotency_key(const Request& request) {
  if (!request.idempotency_key) return std::nullopt;
  const std::string& given = *request.idempotency_key;
  auto key = given.starts_with('"') ? unquoted(given) : std::optional{given};
  if (!key || !is_key(*key))
    throw bad_parameter("Idempotency-Key", given, "must be 1 to 255 printable characters, in quotes or without any");
  return key;
}

}  // namespace jb::gateway
