// SPDX-License-Identifier: PostgreSQL
#include "headers.hpp"

#include <strings.h>

#include <algorithm>
#include <vector>

#include "problem.hpp"

namespace jb::gateway {

namespace {

/// The entity tags of the header (RFC 9110, 8.8.3), whether weak or strong, without W/ and quotes; at least one. Empty
/// members of the list are overlooked (5.6.1).
std::vector<std::string_view> parse_tags(const char* name, std::string_view header) {
  std::vector<std::string_view> tags;
  std::string_view rest = header;
  const auto skip = [&](const char* what) { rest.remove_prefix(std::min(rest.find_first_not_of(what), rest.size())); };
  const auto check = [&](bool is_right) {
    if (!is_right) throw bad_parameter(name, header, "must be entity tags in quotes, such as \"3\", or *");
  };
  for (skip(" \t,"); !rest.empty(); skip(" \t,")) {
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    const std::size_t end = rest.find('"', 1);
    check(rest.starts_with('"') && end != std::string_view::npos);
    tags.push_back(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    skip(" \t");
    if (!rest.empty() && rest[0] != ',') throw bad_parameter(name, header, "needs a comma between its tags");
  }
  check(!tags.empty());
  return tags;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 18 && text.front() != '0' &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whether an event can have the tag: "3", or "3-1", which has besides how often the zone has changed.
bool is_tag_of_event(std::string_view tag) {
  const std::size_t dash = std::min(tag.find('-'), tag.size());
  return is_version(tag.substr(0, dash)) && (dash == tag.size() || is_version(tag.substr(dash + 1)));
}

/// The text without its quotes, whose escapes are removed; empty when the quotes do not match.
std::string unquoted(std::string_view text) {
  std::string result;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? result : "";
    if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) return "";
    result += text[i];
  }
  return "";
}

}  // namespace

std::string etag(std::string_view tag) { return '"' + std::string(tag) + '"'; }

pg::Parameter expected_tags(const Request& request) {
  if (request.if_match.empty() || request.if_match == "*") return std::nullopt;
  std::string tags;
  for (const std::string_view tag : parse_tags("If-Match", request.if_match))
    if (is_tag_of_event(tag)) tags.append(tags.empty() ? "" : ",").append(tag);
  return "{" + (tags.empty() ? "0" : tags) + "}";
}

bool is_not_modified(const Request& request, std::string_view tag) {
  if (request.if_none_match.empty()) return false;
  if (request.if_none_match == "*") return true;
  const auto tags = parse_tags("If-None-Match", request.if_none_match);
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

pg::Parameter idempotency_key(const Request& request) {
  constexpr std::size_t longest = 255;
  const std::string& given = request.idempotency_key;
  if (given.empty()) return std::nullopt;
  const std::string key = given.starts_with('"') ? unquoted(given) : given;
  const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7F; };
  // Two headers come as one, with a comma.
  const bool are_several = !given.starts_with('"') && given.find(',') != std::string::npos;
  const bool is_blank = key.find_first_not_of(' ') == std::string::npos;
  if (is_blank || key.size() > longest || are_several || !std::all_of(key.begin(), key.end(), is_printable))
    throw bad_parameter(
        "Idempotency-Key", given,
        "must be one key of 1 to 255 printable characters, not all blank, in quotes or without a comma");
  return key;
}

pg::Parameter bearer_token(const Request& request) {
  constexpr std::string_view scheme = "bearer ";
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  constexpr std::size_t longest = 500;
  const std::string& given = request.authorization;
  if (given.empty()) return std::nullopt;
  const std::string token = given.substr(std::min(given.find_first_not_of(' ', scheme.size()), given.size()));
  if (strncasecmp(given.c_str(), scheme.data(), scheme.size()) != 0 || token.empty() || token.size() > longest ||
      token.find_first_not_of(allowed) != std::string::npos)
    throw bad_request("Authorization must be Bearer and a token, as it was given out");
  return token;
}

}  // namespace jb::gateway
