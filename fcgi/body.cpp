// SPDX-License-Identifier: PostgreSQL
#include "body.hpp"

#include <algorithm>

#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr const char* json_type = "application/json";
constexpr const char* calendar_type = "text/calendar";
constexpr const char* merge_patch_type = "application/merge-patch+json";
constexpr std::size_t longest_read_here = 16 * 1024;
constexpr int deepest_read_here = 32;

/// The text in lower case, without blanks and quotes: enough to compare media types and their charset.
std::string normalised(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == ' ' || c == '\t' || c == '"') continue;
    result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

bool is_type(const std::string& given, const std::string& wanted) {
  return given == wanted || given == wanted + ";charset=utf-8" || given == wanted + ";charset=utf8";
}

std::string types_of(Body wanted) {
  if (wanted == Body::calendar) return calendar_type;
  return wanted == Body::merge_patch ? std::string(merge_patch_type) + ", " + json_type : json_type;
}

/// Whether the type is text/calendar in UTF-8. Parameters besides charset are ignored: programs send files with
/// `method` and `component` (RFC 5545, 8.1), and the file itself says the same.
bool is_calendar(const std::string& type) {
  if (type.substr(0, type.find(';')) != calendar_type) return false;
  const std::size_t charset = type.find(";charset=");
  return charset == std::string::npos || type.compare(charset, 14, ";charset=utf-8") == 0;
}

Problem unsupported_type(const Request& request, Body wanted) {
  const std::string types = types_of(wanted);
  Problem problem(415, "unsupported-media-type", "Unsupported media type",
                  "The body's Content-Type is \"" + request.content_type.value_or("").substr(0, 200) +
                      "\"; this route takes " + types + " in UTF-8.");
  problem.with("Accept", types);
  if (wanted == Body::merge_patch) problem.with("Accept-Patch", types);  // RFC 5789, 2.2
  return problem;
}

void check_encoding(const Request& request) {
  if (request.content_encoding && normalised(*request.content_encoding) != "identity")
    throw Problem(415, "unsupported-media-type", "Unsupported media type", "The body must not be compressed.")
        .with("Accept-Encoding", "identity");
}

void check_type(const Request& request, Body wanted) {
  const std::string type = normalised(request.content_type.value_or(""));
  const bool is_wanted = wanted == Body::calendar ? is_calendar(type) : is_type(type, json_type);
  if (!is_wanted && !(wanted == Body::merge_patch && is_type(type, merge_patch_type)))
    throw unsupported_type(request, wanted);
  check_encoding(request);
}

/// Refuses an HTML form as an attachment. A form's body is an envelope with names, boundaries and perhaps several
/// files; if the server stored the body, a reader would get the envelope back instead of a file.
void refuse_form(const Request& request) {
  const std::string type = normalised(request.content_type.value_or(""));
  if (type.substr(0, type.find(';')) != "multipart/form-data") return;
  throw Problem(415, "unsupported-media-type", "Unsupported media type",
                "A form (multipart/form-data) is not taken: send the bytes of one file as the body, with the file's own"
                " Content-Type and ?name=, or a JSON object as application/json.")
      .with("Accept", "application/json, application/octet-stream, */*");
}

void check_state(BodyState state) {
  if (state == BodyState::too_large)
    throw Problem(413, "content-too-large", "Content too large", "The body is larger than this server takes.");
  if (state == BodyState::incomplete) throw bad_request("The body is shorter than its Content-Length.");
}

bool is_list(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '[';
}

}  // namespace

bool has_json_body(const Request& request) { return is_type(normalised(request.content_type.value_or("")), json_type); }

bool may_be_empty(const Route& route) {
  return route.body == Body::none ||
         (route.body == Body::members &&
          std::none_of(std::begin(route.arguments), std::end(route.arguments), [](const Argument& argument) {
            return argument.place == Argument::Place::member && argument.is_required;
          }));
}

void check_body(const Request& request, const Route& route) {
  const Body wanted = route.body;
  check_state(request.body_state);
  if (request.body.empty()) {
    if (may_be_empty(route)) return;
    if (wanted == Body::file) throw bad_request("The body is empty; this route takes a file or a JSON object.");
    check_type(request, wanted);
    throw bad_request(wanted == Body::calendar ? "The body is empty; this route takes an iCalendar file."
                                               : "The body is empty; this route takes a JSON object.");
  }
  if (wanted == Body::none) throw bad_request("This route takes no body.");
  if (wanted == Body::file) {
    check_encoding(request);
    refuse_form(request);
    if (!has_json_body(request)) return;
  } else {
    check_type(request, wanted);
  }
  if (request.body.find('\0') != std::string::npos) throw bad_request("The body holds a NUL byte.");
  if (!is_utf8(request.body)) throw bad_request("The body is not valid UTF-8.");
  if (wanted == Body::object && is_list(request.body))
    throw Problem(422, "invalid-value", "Invalid value",
                  "the body must be one JSON object; POST /events/batch takes a list");
  if (wanted == Body::list && !is_list(request.body))
    throw Problem(422, "invalid-value", "Invalid value", "the body must be a list of JSON objects");
}

Json read_json(const std::string& body) {
  if (body.size() > longest_read_here)
    throw Problem(413, "content-too-large", "Content too large",
                  "The body has " + std::to_string(body.size()) + " bytes; this route takes at most " +
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
