// SPDX-License-Identifier: PostgreSQL
#include "body.hpp"

#include <strings.h>

#include <algorithm>
#include <list>
#include <utility>
#include <vector>

#include "core/values/media_type.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr const char* json_type = "application/json";
constexpr std::size_t longest_read_here = 16 * 1024;
constexpr int deepest_read_here = 32;

/// The body's media type; empty where it is none, and in another charset than UTF-8. Other parameters are ignored:
/// programs send files with `method` and `component` (RFC 5545, 8.1), and the file itself says the same.
std::string media_type(const Request& request) {
  const auto type = parse_media_type(request.content_type);
  if (!type) return "";
  const bool is_utf8 = type->charset.empty() || type->charset == "utf-8" || type->charset == "utf8";
  return is_utf8 ? type->name : "";
}

Problem unsupported(std::string detail) {
  return {415, "unsupported-media-type", "Unsupported media type", std::move(detail)};
}

void check_type(const Request& request, Body wanted) {
  // A form's body is an envelope with names, boundaries and perhaps several files; if the server stored the body, a
  // reader would get the envelope back instead of a file.
  if (wanted == Body::file && media_type(request) == "multipart/form-data")
    throw unsupported(
        "A form (multipart/form-data) is not taken: send the bytes of one file as the body, with the file's own"
        " Content-Type and ?name=, or a JSON object as application/json.")
        .with("Accept", "application/json, application/octet-stream, */*");
  if (wanted == Body::file) return;
  const bool is_patch = wanted == Body::merge_patch;
  const std::string types = wanted == Body::calendar ? "text/calendar"
                            : is_patch               ? "application/merge-patch+json, application/json"
                                                     : json_type;
  if ((", " + types + ",").find(", " + media_type(request) + ",") != std::string::npos) return;
  Problem problem = unsupported("The body's Content-Type is \"" + request.content_type.substr(0, 200) +
                                "\"; this route takes " + types + " in UTF-8.");
  problem.with("Accept", types);
  if (is_patch) problem.with("Accept-Patch", types);  // RFC 5789, 2.2
  throw problem;
}

bool is_list(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '[';
}

/// Where the string that begins at this quote ends: at its last quote, or at the end of the text.
std::size_t end_of_string(std::string_view json, std::size_t quote) {
  std::size_t end = json.find('"', quote + 1);
  const auto is_escaped = [&] {
    std::size_t escapes = 0;
    while (json[end - 1 - escapes] == '\\') ++escapes;
    return escapes % 2 == 1;
  };
  while (end != std::string_view::npos && is_escaped()) end = json.find('"', end + 1);
  return std::min(end, json.size());
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// As jsonb orders names: most differ by their lengths.
bool is_before(std::string_view one, std::string_view other) {
  return one.size() != other.size() ? one.size() < other.size() : one < other;
}

/// Refuses a name that stands twice in one object. Both parsers, PostgreSQL's and ours, would take the last one in
/// silence; others take the first (RFC 8259, 4). A string is a name where a colon follows. What is no JSON is left to
/// the parsers.
void refuse_repeated_names(std::string_view json) {
  constexpr std::string_view object{};  // stands before the names of each object that is open
  std::vector<std::string_view> names;
  std::list<std::string> without_escapes;
  names.reserve(32);
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '"') {
      const auto quote = std::exchange(at, end_of_string(json, at));
      auto next = at + 1;
      while (next < json.size() && is_blank(json[next])) ++next;
      if (next >= json.size() || json[next] != ':') continue;
      auto name = json.substr(quote + 1, at - quote - 1);
      if (name.find('\\') != std::string_view::npos)
        if (Json text = Json::parse(json.substr(quote, at + 1 - quote), nullptr, false); text.is_string())
          name = without_escapes.emplace_back(std::move(text.get_ref<std::string&>()));
      names.push_back(name);
    } else if (c == '{') {
      names.push_back(object);
    } else if (c == '}') {
      auto own = names.end();
      while (own != names.begin() && (own - 1)->data()) --own;
      std::sort(own, names.end(), is_before);
      if (const auto twice = std::adjacent_find(own, names.end()); twice != names.end())
        throw invalid(std::string(twice->substr(0, 200)), "", "it is named twice in one object");
      names.erase(own == names.begin() ? own : own - 1, names.end());
    }
  }
}

}  // namespace

bool has_json_body(const Request& request) { return media_type(request) == json_type; }

bool may_be_empty(const Route& route) {
  return route.body == Body::none ||
         (route.body == Body::members &&
          std::none_of(std::begin(route.arguments), std::end(route.arguments), [](const Argument& argument) {
            return argument.place == Argument::Place::member && argument.is_required;
          }));
}

void check_body(const Request& request, const Route& route) {
  const Body wanted = route.body;
  if (request.is_cut_short) throw bad_request("The body is shorter than its Content-Length.");
  if (request.body.empty()) {
    if (may_be_empty(route)) return;
    check_type(request, wanted);
    throw bad_request("The body is empty; this route takes one.");
  }
  if (wanted == Body::none) throw bad_request("This route takes no body.");
  check_type(request, wanted);
  if (!request.content_encoding.empty() && strcasecmp(request.content_encoding.c_str(), "identity") != 0)
    throw unsupported("The body must not be compressed.").with("Accept-Encoding", "identity");
  if (wanted == Body::file && !has_json_body(request)) return;
  if (request.body.find('\0') != std::string::npos) throw bad_request("The body holds a NUL byte.");
  if (wanted != Body::calendar) refuse_repeated_names(request.body);
  if (wanted == Body::object && is_list(request.body))
    throw invalid_body("the body must be one JSON object; POST /events/batch takes a list");
  if (wanted == Body::list && !is_list(request.body)) throw invalid_body("the body must be a list of JSON objects");
}

Json read_json(const std::string& body) {
  if (body.size() > longest_read_here)
    throw too_large("The body has " + std::to_string(body.size()) + " bytes; this route takes at most " +
                    std::to_string(longest_read_here) + ".");
  const auto check_depth = [](int depth, Json::parse_event_t, const Json&) {
    if (depth > deepest_read_here) throw bad_request("the body is nested too deeply");
    return true;
  };
  Json json = Json::parse(body, check_depth, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw bad_request("the body is not valid JSON");
  return json;
}

bool is_text(const nlohmann::ordered_json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

}  // namespace jb::gateway
