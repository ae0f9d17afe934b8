// SPDX-License-Identifier: PostgreSQL
#include "media_type.hpp"

#include <algorithm>

#include "input.hpp"

namespace jb {

namespace {

bool takes(std::string_view& text, char c) {
  const bool is_next = text.starts_with(c);
  text.remove_prefix(is_next ? 1 : 0);
  return is_next;
}

/// Removes the leading characters for which `belongs` holds, and returns them in lower case.
template <class Belongs>
std::string taken(std::string_view& text, Belongs&& belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  auto found = folded(std::string_view(text.begin(), end));
  text.remove_prefix(found.size());
  return found;
}

/// A token (RFC 9110, 5.6.2); empty if there is none.
std::string token(std::string_view& text) {
  constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  return taken(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           signs.find(c) != std::string_view::npos;
  });
}

void skip_blanks(std::string_view& text) {
  taken(text, [](char c) { return c == ' ' || c == '\t'; });
}

/// A token, or a quoted string without its quotes and escapes (RFC 9110, 5.6.4).
std::optional<std::string> value(std::string_view& text) {
  if (!takes(text, '"')) {
    auto word = token(text);
    return word.empty() ? std::nullopt : std::optional(std::move(word));
  }
  std::string all;
  while (true) {
    all += taken(text, [](char c) { return c != '"' && c != '\\'; });
    if (takes(text, '"')) return all;
    if (!takes(text, '\\') || text.empty()) return std::nullopt;
    all += text.front();
    text.remove_prefix(1);
  }
}

}  // namespace

std::optional<MediaType> parse_media_type(std::string_view text) {
  MediaType type{.name = token(text), .charset = {}};
  if (type.name.empty() || !takes(text, '/')) return std::nullopt;
  const auto subtype = token(text);
  if (subtype.empty()) return std::nullopt;
  type.name += "/" + subtype;
  for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
    if (!takes(text, ';')) return std::nullopt;
    skip_blanks(text);
    const auto name = token(text);
    if (name.empty()) continue;  // a semicolon may stand alone
    const auto given = takes(text, '=') ? value(text) : std::nullopt;
    if (!given) return std::nullopt;
    if (name == "charset" && type.charset.empty()) type.charset = *given;
  }
  return type;
}

}  // namespace jb
