// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"

#include <strings.h>
#include <algorithm>
#include <charconv>
#include <limits>
#include <list>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/values/input.hpp"
#include "core/values/time.hpp"

namespace jb::gateway {

namespace {

constexpr const char* kJsonType = "application/json";
constexpr std::size_t kLongestReadHere = 16 * 1024;

// nginx has the same limit, but chooses it by the decoded path, and the route is found by the raw one.
constexpr std::size_t kLongestBody = std::size_t{1} << 20;

// PostgreSQL parses a body before it checks the caller's role, and takes up to 700 bytes for a value of three.
constexpr std::size_t kMostValues = 100'000;
constexpr int kDeepestReadHere = 32;

/// The body's media type; empty if malformed, or in a charset other than UTF-8. Other parameters are ignored: programs
/// send files with `method` and `component` (RFC 5545, 8.1), and the file itself says the same.
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
                                                     : kJsonType;
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

/// The position of the last quote of the string that begins at this quote, or the end of the text.
std::size_t end_of_string(std::string_view json, std::size_t quote) {
  std::size_t end = json.find('"', quote + 1);
  // After an odd number of backslashes a quote is escaped.
  while (end != std::string_view::npos && (end - json.find_last_not_of('\\', end - 1)) % 2 == 0)
    end = json.find('"', end + 1);
  return std::min(end, json.size());
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// jsonb's order of names, by length first: most differ in length.
bool is_before(std::string_view one, std::string_view other) {
  return one.size() != other.size() ? one.size() < other.size() : one < other;
}

/// Refuses more values than may be parsed, and a repeated name in one object. Both parsers, PostgreSQL's and ours,
/// would silently take the last value; others take the first (RFC 8259, 4). A string followed by a colon is a name.
/// Invalid JSON is left to the parsers.
void check_values(std::string_view json) {
  constexpr std::string_view object{};  // marks where the names of each open object begin
  std::vector<std::string_view> names;
  std::list<std::string> without_escapes;
  names.reserve(32);
  std::size_t values = 0;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if ((c == '{' || c == '[' || c == ',') && ++values > kMostValues)
      throw too_large("The JSON has more than 100000 values.");
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

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whether the text is a decimal from `least` to `most`, without sign or leading zero.
bool is_whole_number(std::string_view text, long long least, long long most) {
  long long value = 0;
  const char* const end = text.data() + text.size();
  return all_digits(text) && (text.size() == 1 || text.front() != '0') &&
         std::from_chars(text.data(), end, value).ec == std::errc{} && value >= least && value <= most;
}

/// sign? digits ("." digits)?
bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  return text.size() <= 40 && all_digits(text.substr(0, point)) &&
         (point == text.size() || all_digits(text.substr(point + 1)));
}

bool are_numbers(std::string_view list) {
  return std::ranges::all_of(std::views::split(list, ','),
                             [](const auto& item) { return is_number({item.begin(), item.end()}); });
}

/// The value of the argument's parameter; null when it is absent. Throws Problem 400 unless it is right.
template <typename IsRight>
pg::Parameter checked(const Request& request, const Argument& argument, IsRight is_right, const std::string& wanted) {
  auto value = text_parameter(request, argument.name);
  if (value && !is_right(*value)) throw bad_parameter(argument.name, *value, wanted);
  return value;
}

/// Turns the blanks of a query back into the plus signs that they were.
pg::Parameter with_plus(pg::Parameter value) {
  if (value) std::ranges::replace(*value, ' ', '+');
  return value;
}

/// The instant in UTC; null if the text is not an RFC 3339 time.
pg::Parameter utc(std::string text) {
  if (text.size() > 6 && text[text.size() - 6] == ' ') text[text.size() - 6] = '+';
  const auto instant = parse_timestamp(text);
  return instant ? pg::Parameter(format_utc(*instant)) : std::nullopt;
}

}  // namespace

bool is_file(const Request& request) { return media_type(request) != kJsonType || text_parameter(request, "name"); }

bool may_be_empty(const Route& route) {
  return route.body == Body::none ||
         (route.body == Body::members &&
          std::none_of(std::begin(route.arguments), std::end(route.arguments), [](const Argument& argument) {
            return argument.source == Argument::Source::member && argument.is_required;
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
  if (wanted != Body::file && request.body.size() > kLongestBody)
    throw too_large("The body has " + std::to_string(request.body.size()) + " bytes; this route takes at most 1 MiB.");
  if (!request.content_encoding.empty() && strcasecmp(request.content_encoding.c_str(), "identity") != 0)
    throw unsupported("The body must not be compressed.").with("Accept-Encoding", "identity");
  if (wanted == Body::file && is_file(request)) return;
  if (request.body.find('\0') != std::string::npos) throw bad_request("The body holds a NUL byte.");
  if (wanted != Body::calendar) check_values(request.body);
  if (wanted == Body::object && is_list(request.body))
    throw invalid_body("the body must be one JSON object; POST /events/batch takes a list");
  if (wanted == Body::list && !is_list(request.body)) throw invalid_body("the body must be a list of JSON objects");
}

Json read_json(const std::string& body) {
  if (body.size() > kLongestReadHere)
    throw too_large("The body has " + std::to_string(body.size()) + " bytes; this route takes at most " +
                    std::to_string(kLongestReadHere) + ".");
  const auto check_depth = [](int depth, Json::parse_event_t, const Json&) {
    if (depth > kDeepestReadHere) throw bad_request("the body is nested too deeply");
    return true;
  };
  Json json = Json::parse(body, check_depth, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw bad_request("the body is not valid JSON");
  return json;
}

bool is_text(const nlohmann::ordered_json& value) {
  return value.is_string() && value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

pg::Parameter text_parameter(const Request& request, std::string_view name) {
  if (name == "after" && request.read_to) return request.read_to;
  const auto given = std::ranges::find(request.query, name, &std::pair<std::string, std::string>::first);
  if (given == request.query.end()) return std::nullopt;
  if (given->second.empty()) throw bad_parameter(name, "", "is empty");
  return given->second;
}

namespace reads {

pg::Parameter id(const Request& request, const Argument& argument) {
  constexpr long long most = std::numeric_limits<long long>::max();
  if (!is_whole_number(request.parameter, 1, most))
    throw not_found("No " + std::string(argument.name) + " has the id \"" + request.parameter.substr(0, 200) +
                    "\": an id is a whole number from 1 to " + std::to_string(most) + ".");
  return request.parameter;
}

pg::Parameter item_number(const Request& request, const Argument&) {
  if (!is_whole_number(request.item, 1, std::numeric_limits<int>::max()))
    throw not_found("Nothing here has the number \"" + request.item.substr(0, 200) +
                    "\": it is a whole number from 1 on.");
  return request.item;
}

pg::Parameter item_date(const Request& request, const Argument&) {
  if (!parse_date(request.item))
    throw not_found("\"" + request.item.substr(0, 200) + "\" is no date: one is written YYYY-MM-DD.");
  return request.item;
}

pg::Parameter public_url(const Request& request, const Argument&) {
  return request.public_url.empty() ? std::nullopt : pg::Parameter(request.public_url);
}

pg::Parameter token(const Request& request, const Argument& argument) {
  auto given = bearer_token(request);
  if (!given && argument.is_required) throw no_token("A booking is opened by the token of its link.");
  return given;
}

pg::Parameter key(const Request& request, const Argument&) { return idempotency_key(request); }
pg::Parameter versions(const Request& request, const Argument&) { return expected_tags(request); }
pg::Parameter text(const Request& request, const Argument& argument) { return text_parameter(request, argument.name); }

pg::Parameter calendar(const Request& request, const Argument& argument) {
  return with_plus(text_parameter(request, argument.name));
}

pg::Parameter list(const Request& request, const Argument& argument) {
  const auto are_names = [](const std::string& text) { return ("," + text + ",").find(",,") == std::string::npos; };
  return with_plus(checked(request, argument, are_names, "holds an empty name between its commas"));
}

pg::Parameter json(const Request& request, const Argument& argument) {
  const auto is_object = [](const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == text.find('{') && Json::accept(text);
  };
  return checked(request, argument, is_object, R"(must be a JSON object such as {"order":"A-17"})");
}

pg::Parameter json_list(const Request& request, const Argument& argument) {
  const auto is_array = [](const std::string& text) { return is_list(text) && Json::accept(text); };
  return checked(request, argument, is_array, R"(must be a JSON list such as [{"calendars":["room:1","room:2"]}])");
}

pg::Parameter instant(const Request& request, const Argument& argument) {
  const auto value = text_parameter(request, argument.name);
  if (!value || (!argument.is_moment && parse_date(*value))) return value;
  if (auto instant = utc(*value)) return instant;
  throw bad_parameter(argument.name, *value,
                      std::string("must be an RFC 3339 time with offset, such as 2026-11-20T09:00:00+01:00") +
                          (argument.is_moment ? "" : ", or a date"));
}

// Once begin_on and end_on have converted two dates, the database cannot tell an end on the day before from an empty
// range.
pg::Parameter range_end(const Request& request, const Argument& argument) {
  auto end = instant(request, argument);
  const auto begin = instant(request, {.name = "from"});
  if (begin && end && begin->size() == end->size() && *end < *begin)
    throw invalid(std::string(argument.name), *end, "it must not be before the begin of the range");
  return end;
}

pg::Parameter date(const Request& request, const Argument& argument) {
  return checked(request, argument, parse_date, "is no existing date written YYYY-MM-DD");
}

pg::Parameter number(const Request& request, const Argument& argument) {
  return checked(
      request, argument, [&](std::string_view text) { return is_whole_number(text, argument.least, argument.most); },
      "must be a whole number from " + std::to_string(argument.least) + " to " + std::to_string(argument.most));
}

pg::Parameter truth(const Request& request, const Argument& argument) {
  const auto is_truth = [](std::string_view text) { return text == "true" || text == "false"; };
  return checked(request, argument, is_truth, "must be true or false");
}

pg::Parameter flag(const Request& request, const Argument& argument) {
  for (const auto& [name, value] : request.query)
    if (name == argument.name && (value.empty() || value == "true"))
      return "true";
    else if (name == argument.name && value != "false")
      throw bad_parameter(name, value, "must be true or false, or stand alone for true");
  return "false";
}

pg::Parameter duration(const Request& request, const Argument& argument) {
  return checked(request, argument, is_number, "must be a number of seconds, such as 1800");
}

pg::Parameter durations(const Request& request, const Argument& argument) {
  return checked(request, argument, are_numbers, "must be numbers of seconds separated by commas, such as 1800,3600");
}

pg::Parameter member(const Request& request, const Argument& argument) {
  for (const auto& [name, value] : request.members)
    if (name == argument.name) return argument.wrong == checks::is_instant ? utc(value) : value;
  return std::nullopt;
}

}  // namespace reads

namespace checks {
const char* is_flag(const Json& value) { return value.is_boolean() ? nullptr : "it must be true or false"; }
const char* is_word(const Json& value) { return is_text(value) ? nullptr : "it must be a text"; }
const char* is_note(const Json& value) {
  return value.is_null() || is_text(value) ? nullptr : "it must be a text or null";
}
const char* is_instant(const Json& value) {
  const bool is_time = value.is_string() && parse_timestamp(value.get_ref<const std::string&>());
  return is_time ? nullptr : "it must be an RFC 3339 time with its offset";
}
}  // namespace checks

const Argument* Route::argument(Source source, std::string_view wanted) const noexcept {
  for (const Argument& argument : arguments)
    if (argument.read && argument.source == source && argument.name == wanted) return &argument;
  return nullptr;
}

pg::Parameters Route::values(const Request& request) const {
  pg::Parameters values(parameters());
  for (const Argument& argument : arguments) {
    if (!argument.read) break;
    auto value = value_of(request, argument);  // an argument aside is checked, too
    if (argument.number > 0) values[argument.number - 1] = std::move(value);
  }
  return values;
}

pg::Parameter value_of(const Request& request, const Argument& argument) {
  auto value = argument.read(request, argument);
  if (!value && argument.otherwise) return argument.otherwise;
  if (!value && argument.is_required && argument.source == Source::query)
    throw bad_parameter(argument.name, "", "is missing");
  return value;
}

pg::Parameter value_of(const Request& request, std::string_view name) {
  for (const Argument& argument : request.route->arguments)
    if (argument.read && argument.name == name) return value_of(request, argument);
  throw std::out_of_range("the route has no argument " + std::string(name));
}

void check_query(Request& request, const Route& route) {
  decltype(request.query) query;
  for (auto& [name, value] : request.query) {
    const Argument* argument = route.argument(Source::query, name);
    if (!argument) throw bad_parameter(name, value, "is no parameter of this route");
    const auto given = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
    if (given == query.end())
      query.emplace_back(std::move(name), std::move(value));
    else if (argument->is_list)
      given->second += ',' + value;
    else
      throw bad_parameter(name, given->second, "is given more than once");
  }
  request.query = std::move(query);
}

void read_members(Request& request, const Route& route) {
  const Json given = request.body.empty() ? Json::object() : read_json(request.body);
  if (!given.is_object()) throw invalid("request", given.dump(), "it must be a JSON object");
  std::optional<Problem> problem;
  const auto refuse = [&](const std::string& name, const std::string& value, const char* message) {
    const Problem one = invalid(name, value, message);
    if (!problem)
      problem = one;
    else if (problem->members["errors"].size() < 1000)  // as in class Validation
      problem->members["errors"].push_back(one.members["errors"][0]);
  };
  for (const auto& [name, value] : given.items()) {
    const Argument* argument = route.argument(Source::member, name);
    const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    if (const char* wrong = argument ? argument->wrong(value) : "there is no such field")
      refuse(name, shown, wrong);
    else if (!value.is_null())
      request.members.emplace_back(name, shown);
  }
  for (const Argument& argument : route.arguments)
    if (argument.source == Source::member && argument.is_required && !given.contains(argument.name))
      refuse(std::string(argument.name), "NULL", "it is required");
  if (problem) throw *problem;
}

}  // namespace jb::gateway
