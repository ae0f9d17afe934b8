// SPDX-License-Identifier: PostgreSQL
#include "request.hpp"

#include <strings.h>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ranges>

#include "response.hpp"

namespace jb::gateway {

namespace {

/// The parameters of FastCGI and their members.
constexpr std::pair<std::string_view, std::string Request::*> kParametersRead[] = {
    {"REQUEST_METHOD", &Request::method},
    {"REQUEST_URI", &Request::target},
    {"HTTP_CONTENT_TYPE", &Request::content_type},
    {"CONTENT_LENGTH", &Request::content_length},
    {"HTTP_CONTENT_ENCODING", &Request::content_encoding},
    {"HTTP_IF_MATCH", &Request::if_match},
    {"HTTP_IF_NONE_MATCH", &Request::if_none_match},
    {"HTTP_ORIGIN", &Request::origin},
    {"HTTP_IDEMPOTENCY_KEY", &Request::idempotency_key},
    {"HTTP_AUTHORIZATION", &Request::authorization},
    {"HTTP_SEC_FETCH_MODE", &Request::fetch_mode},
    {"HTTP_EXPECT_PRINCIPAL", &Request::expected_principal},
    {"JB_CLIENT_VERIFY", &Request::verify},
    {"JB_CLIENT_ISSUER", &Request::issuer},
    {"JB_CLIENT_SUBJECT", &Request::subject},
    {"JB_FACE", &Request::face_name},
    {"JB_CALLER", &Request::caller},
    {"JB_HAS_OWN_ORIGIN", &Request::has_own_origin},
    {"JB_TIME", &Request::time},
    {"JB_LOGGED_PATH", &Request::logged_path},
    {"JB_PUBLIC_URL", &Request::public_url},
    {"JB_REQUEST_ID", &Request::request_id},
};

/// The value of a key or condition that was sent empty. It is refused, since the caller relies on it.
constexpr const char* kBlank = " ";

bool is_relied_on(std::string Request::* header) {
  return header == &Request::idempotency_key || header == &Request::if_match || header == &Request::if_none_match;
}

void parse_path(Request& request, std::string_view path) {
  if (!path.starts_with('/')) throw bad_request("the path does not begin with a slash");
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return;
  for (const auto segment : std::views::split(path, '/'))
    request.path.push_back(percent_decode({segment.begin(), segment.end()}, false));
}

void parse_query(Request& request, std::string_view query) {
  for (const auto part : std::views::split(query, '&')) {
    const std::string_view pair{part.begin(), part.end()};
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    request.query.emplace_back(percent_decode(pair.substr(0, equals), true),
                               percent_decode(pair.substr(std::min(equals + 1, pair.size())), true));
  }
}

/// The entity tags of the header (RFC 9110, 8.8.3), weak or strong, without W/ and quotes; at least one. Empty members
/// of the list are ignored (5.6.1).
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

/// Whether an event can have the tag: "3", or "3-1", with the number of zone changes.
bool is_tag_of_event(std::string_view tag) {
  const std::size_t dash = std::min(tag.find('-'), tag.size());
  return is_version(tag.substr(0, dash)) && (dash == tag.size() || is_version(tag.substr(dash + 1)));
}

/// The text without its quotes and escapes; empty if the quotes or escapes are malformed.
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

// Repeated headers are one, joined with a comma (RFC 9110, 5.3), so that no value is lost. Of a parameter that nginx
// sets, the first counts.
Request read_request(const char* const* parameters) {
  Request request;
  for (; parameters && *parameters; ++parameters) {
    const std::string_view text = *parameters, name = text.substr(0, text.find('='));
    for (const auto& [known, member] : kParametersRead) {
      if (name != known) continue;
      std::string value(text.substr(std::min(name.size() + 1, text.size())));
      if (value.empty() && is_relied_on(member)) value = kBlank;
      std::string& read = request.*member;
      if (read.empty())
        read = std::move(value);
      else if (name.starts_with("HTTP_"))
        read += ", " + value;
    }
  }
  if (request.face_name == "admin") request.face = Face::admin;
  if (request.face_name == "guest") request.face = Face::guest;
  return request;
}

void parse_target(Request& request) {
  const std::string_view target = request.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path.clear();
  request.query.clear();
  parse_path(request, target.substr(0, question));
  parse_query(request, target.substr(std::min(question + 1, target.size())));
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
  const auto wrong = [&] {
    return bad_request("the address is not percent-encoded text: " + std::string(text.substr(0, 200)));
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i] == '+' && plus_is_blank ? ' ' : text[i];
    if (c == '%') {
      std::uint8_t byte = 0;
      const char* digits = text.data() + i + 1;
      if (text.size() - i < 3 || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) throw wrong();
      c = static_cast<char>(byte);
      i += 2;
    }
    if (c == '\0') throw wrong();
    decoded += c;
  }
  if (!is_utf8(decoded)) throw wrong();
  return decoded;
}

std::string percent_encode(std::string_view text, std::string_view kept) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    if (unreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte / 16], digits[byte % 16]};
    }
  }
  return encoded;
}

bool is_utf8(const std::string& text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return true;  // mostly
  try {
    Json(text).dump();
    return true;
  } catch (const Json::type_error&) {  // 316
    return false;
  }
}

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
  // Repeated headers come as one, with a comma.
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
