// SPDX-License-Identifier: PostgreSQL
#include "request.hpp"

#include <algorithm>

#include "problem.hpp"

namespace jb::gateway {

namespace {

std::string value_or(const Variables& variables, const char* name, const char* otherwise) {
  const char* value = variables(name);
  return value ? value : otherwise;
}

/// The header's value; nullopt when the header is missing or empty: nginx passes a missing Content-Type as an empty
/// CONTENT_TYPE.
std::optional<std::string> header(const Variables& variables, const char* name) {
  const char* value = variables(name);
  if (!value || !*value) return std::nullopt;
  return value;
}

bool is_request_id(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 100 && text.find_first_not_of(allowed) == std::string_view::npos;
}

/// The request's id: the client's own id if it is harmless in a log and a header, otherwise the id that nginx made.
/// nginx decides by the same rule (nginx/site.conf.in, $jb_request_id), so both logs have a request under the same id.
std::string request_id(const Variables& variables) {
  const std::string wished = value_or(variables, "HTTP_X_REQUEST_ID", "");
  return is_request_id(wished) ? wished : value_or(variables, "JB_REQUEST_ID", "-");
}

Face face_named(std::string_view name) {
  if (name == "admin") return Face::admin;
  return name == "guest" ? Face::guest : Face::main;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode_or_throw(std::string_view text, bool in_query, const char* where) {
  auto decoded = percent_decode(text, in_query);
  if (!decoded)
    throw bad_request(std::string("the ") + where +
                      " is not percent-encoded UTF-8: " + std::string(text.substr(0, 200)));
  return std::move(*decoded);
}

void parse_path(Request& request, std::string_view path) {
  if (path.empty() || path.front() != '/') throw bad_request("the path does not begin with a slash");
  path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (path.empty()) return;
  for (bool more = true; more;) {
    const std::size_t end = path.find('/');
    request.path.push_back(decode_or_throw(path.substr(0, end), false, "path"));
    more = end != std::string_view::npos;
    if (more) path.remove_prefix(end + 1);
  }
}

void parse_query(Request& request, std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    request.query.emplace_back(decode_or_throw(pair.substr(0, equals), true, "query"),
                               decode_or_throw(pair.substr(std::min(equals + 1, pair.size())), true, "query"));
  }
}

/// How many bytes follow a leading byte, and the least code point that needs as many; -1 for no leading byte.
std::pair<int, char32_t> utf8_shape(unsigned char lead) {
  if (lead < 0x80) return {0, 0};
  if (lead >= 0xC2 && lead < 0xE0) return {1, 0x80};
  if (lead >= 0xE0 && lead < 0xF0) return {2, 0x800};
  if (lead >= 0xF0 && lead < 0xF5) return {3, 0x10000};
  return {-1, 0};
}

}  // namespace

Request read_request(const Variables& variables) {
  Request request;
  request.method = value_or(variables, "REQUEST_METHOD", "");
  request.target = value_or(variables, "REQUEST_URI", "");
  request.content_type = header(variables, "CONTENT_TYPE");
  request.content_encoding = header(variables, "HTTP_CONTENT_ENCODING");
  request.if_match = header(variables, "HTTP_IF_MATCH");
  request.if_none_match = header(variables, "HTTP_IF_NONE_MATCH");
  request.origin = header(variables, "HTTP_ORIGIN");
  request.host = header(variables, "HTTP_HOST");
  request.idempotency_key = header(variables, "HTTP_IDEMPOTENCY_KEY");
  request.authorization = header(variables, "HTTP_AUTHORIZATION");
  request.certificate = {value_or(variables, "JB_CLIENT_VERIFY", "NONE"), value_or(variables, "JB_CLIENT_ISSUER", ""),
                         value_or(variables, "JB_CLIENT_SUBJECT", "")};
  request.face = face_named(value_or(variables, "JB_FACE", "main"));
  request.address = value_or(variables, "REMOTE_ADDR", "");
  request.public_url = value_or(variables, "JB_PUBLIC_URL", "");
  request.request_id = request_id(variables);
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

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_blank) c = ' ';
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  if (!is_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte / 16], digits[byte % 16]};
    }
  }
  return encoded;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto [following, least] = utf8_shape(lead);
    if (following < 0 || i + static_cast<std::size_t>(following) >= text.size()) return false;
    char32_t point = following == 0 ? lead : lead & (0x3F >> following);
    for (int k = 0; k < following; ++k) {
      const auto byte = static_cast<unsigned char>(text[++i]);
      if ((byte & 0xC0) != 0x80) return false;
      point = point << 6 | (byte & 0x3F);
    }
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  }
  return true;
}

}  // namespace jb::gateway
