// SPDX-License-Identifier: PostgreSQL
#include "precondition.hpp"

#include <algorithm>
#include <vector>

#include "parameters.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace {

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

/// One entity tag (RFC 9110, 8.8.3) from the front of the text, without W/ and quotes; false when there is none.
bool take_tag(std::string_view& text, std::string_view& tag) {
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (!text.starts_with('"')) return false;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return false;
  tag = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  return true;
}

/// The tags of the header, whether weak or strong (precondition.hpp).
std::vector<std::string_view> parse_tags(const char* name, std::string_view header) {
  std::vector<std::string_view> tags;
  std::string_view rest = header;
  for (skip_blanks(rest); !rest.empty(); skip_blanks(rest)) {
    std::string_view tag;
    if (!take_tag(rest, tag)) throw bad_parameter(name, header, "must be entity tags in quotes, such as \"3\", or *");
    tags.push_back(tag);
    skip_blanks(rest);
    if (!rest.empty() && !rest.starts_with(',')) throw bad_parameter(name, header, "needs a comma between its tags");
    if (!rest.empty()) rest.remove_prefix(1);
  }
  return tags;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.size() <= 18 && text.front() != '0' &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string etag(std::string_view version) { return '"' + std::string(version) + '"'; }

pg::Parameter expected_versions(const Request& request) {
  if (!request.if_match || *request.if_match == "*") return std::nullopt;
  std::string versions;
  for (const std::string_view tag : parse_tags("If-Match", *request.if_match)) {
    if (!is_version(tag)) continue;
    if (!versions.empty()) versions += ',';
    versions += tag;
  }
  return "{" + (versions.empty() ? "0" : versions) + "}";
}

std::string known_versions(const Request& request) {
  std::vector<std::string> known;
  if (request.if_none_match && *request.if_none_match != "*") {
    for (const std::string_view tag : parse_tags("If-None-Match", *request.if_none_match)) known.emplace_back(tag);
  }
  return array_literal(known);
}

bool is_not_modified(const Request& request, std::string_view version) {
  if (!request.if_none_match) return false;
  if (*request.if_none_match == "*") return true;
  const auto tags = parse_tags("If-None-Match", *request.if_none_match);
  return std::find(tags.begin(), tags.end(), version) != tags.end();
}

Response not_modified(std::string_view version) { return Response{304, {}, {}}.with("ETag", etag(version)); }

}  // namespace jb::gateway
