// SPDX-License-Identifier: PostgreSQL
#include "request.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ranges>

#include "problem.hpp"

namespace jb::gateway {

namespace {

/// Which parameter of FastCGI is which member.
constexpr std::pair<std::string_view, std::string Request::*> parameters_read[] = {
    {"REQUEST_METHOD", &Request::method},
    {"REQUEST_URI", &Request::target},
    {"CONTENT_TYPE", &Request::content_type},
    {"CONTENT_LENGTH", &Request::content_length},
    {"HTTP_CONTENT_ENCODING", &Request::content_encoding},
    {"HTTP_IF_MATCH", &Request::if_match},
    {"HTTP_IF_NONE_MATCH", &Request::if_none_match},
    {"HTTP_ORIGIN", &Request::origin},
    {"HTTP_IDEMPOTENCY_KEY", &Request::idempotency_key},
    {"HTTP_AUTHORIZATION", &Request::authorization},
    {"HTTP_SEC_FETCH_MODE", &Request::fetch_mode},
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

/// The value of a header that was sent without one. Such a key or condition is refused: the caller relies on it.
constexpr const char* blank = " ";

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

}  // namespace

// Two headers of one name are one, with a comma between both (RFC 9110, 5.3): so no value that was sent is left out. Of
// what nginx sets the first counts.
Request read_request(const char* const* parameters) {
  Request request;
  for (; parameters && *parameters; ++parameters) {
    const std::string_view text = *parameters, name = text.substr(0, text.find('='));
    for (const auto& [known, member] : parameters_read) {
      if (name != known) continue;
      std::string value(text.substr(std::min(name.size() + 1, text.size())));
      if (value.empty() && is_relied_on(member)) value = blank;
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

}  // namespace jb::gateway
