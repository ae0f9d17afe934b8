// SPDX-License-Identifier: PostgreSQL
#include "parameters.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include "problem.hpp"

namespace jb::gateway {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A decimal without sign or leading zero that fits `long long`.
std::optional<long long> whole_number(std::string_view text) {
  long long value = 0;
  if (!all_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The fixed fields of an RFC 3339 date-time: digits where `shape` has 0, else the same character.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
  return true;
}

int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  std::from_chars(text.data() + at, text.data() + at + count, value);
  return value;
}

bool is_day(std::string_view date) {
  using namespace std::chrono;
  const int year_number = digits(date, 0, 4);
  return year_number >= 1 && year_month_day{year{year_number}, month(static_cast<unsigned>(digits(date, 5, 2))),
                                            day(static_cast<unsigned>(digits(date, 8, 2)))}
                                 .ok();
}

bool is_date(std::string_view text) { return has_shape(text, "0000-00-00") && is_day(text); }

bool is_offset(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  // PostgreSQL knows no offset beyond 15:59; the widest in use is 14:00.
  return (has_shape(text, "+00:00") || has_shape(text, "-00:00")) && digits(text, 1, 2) <= 15 &&
         digits(text, 4, 2) <= 59;
}

}  // namespace

bool is_timestamp(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  std::string start(text.substr(0, shape.size()));
  if (start.size() > 10 && (start[10] == 't' || start[10] == ' ')) start[10] = 'T';
  if (!has_shape(start, shape) || !is_day(start)) return false;
  if (digits(start, 11, 2) > 23 || digits(start, 14, 2) > 59 || digits(start, 17, 2) > 59) return false;
  text.remove_prefix(shape.size());
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (end == 1 || end > 10) return false;
    text.remove_prefix(end);
  }
  return is_offset(text);
}

namespace {

const std::string* find(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.query)
    if (key == name) return &value;
  return nullptr;
}

/// All values of a parameter that is a list, with commas between them.
std::string joined_values(const Request& request, std::string_view name) {
  std::string values;
  bool is_first = true;
  for (const auto& [key, value] : request.query)
    if (key == name) values += (std::exchange(is_first, false) ? "" : ",") + value;
  return values;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> items;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    items.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return items;
}

/// sign? digits ("." digits)?
bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  return text.size() <= 40 && all_digits(text.substr(0, point)) &&
         (point == text.size() || all_digits(text.substr(point + 1)));
}

std::string id_in_path(const Request& request, std::string_view kind) {
  const std::string& text = request.parameter;
  const auto id = whole_number(text);
  if (!id || *id < 1)
    throw not_found("No " + std::string(kind) + " has the id \"" + text.substr(0, 200) +
                    "\": an id is a whole number from 1 to " + std::to_string(std::numeric_limits<long long>::max()) +
                    ".");
  return text;
}

std::string required_duration(const Request& request) {
  const auto value = text_parameter(request, "duration");
  if (!value) throw bad_parameter("duration", "", "is missing: a length of time in seconds");
  return *value;
}

}  // namespace

std::string event_id_of(const Request& request) { return id_in_path(request, "event"); }

std::string poll_id_of(const Request& request) { return id_in_path(request, "poll"); }

std::string number_in_path(const Request& request) {
  const auto number = whole_number(request.item);
  if (!number || *number < 1 || *number > std::numeric_limits<int>::max())
    throw not_found("Nothing here has the number \"" + request.item.substr(0, 200) +
                    "\": it is a whole number from 1 on.");
  return request.item;
}

std::optional<std::string> text_parameter(const Request& request, std::string_view name) {
  const std::string* value = find(request, name);
  if (!value) return std::nullopt;
  if (value->empty()) throw bad_parameter(name, *value, "is empty");
  return *value;
}

std::optional<std::string> calendar_parameter(const Request& request, std::string_view name) {
  auto value = text_parameter(request, name);
  if (value) std::replace(value->begin(), value->end(), ' ', '+');
  return value;
}

std::optional<std::string> list_parameter(const Request& request, std::string_view name) {
  if (!text_parameter(request, name)) return std::nullopt;
  auto value = joined_values(request, name);
  std::replace(value.begin(), value.end(), ' ', '+');
  const auto items = split(value);
  if (std::find(items.begin(), items.end(), "") != items.end())
    throw bad_parameter(name, value, "holds an empty name between its commas");
  return array_literal(items);
}

std::optional<std::string> json_parameter(const Request& request, std::string_view name) {
  auto value = text_parameter(request, name);
  const bool is_object = value && value->find_first_not_of(" \t\r\n") == value->find('{') && Json::accept(*value);
  if (value && !is_object) throw bad_parameter(name, *value, R"(must be a JSON object such as {"order":"A-17"})");
  return value;
}

std::optional<std::string> time_parameter(const Request& request, std::string_view name) {
  auto value = text_parameter(request, name);
  if (!value) return std::nullopt;
  const std::string given = *value;
  if (value->size() > 6 && (*value)[value->size() - 6] == ' ') (*value)[value->size() - 6] = '+';
  if (!is_date(*value) && !is_timestamp(*value))
    throw bad_parameter(name, given,
                        "must be an RFC 3339 time with offset, such as 2026-11-20T09:00:00+01:00, or a date");
  return value;
}

std::optional<std::string> date_parameter(const Request& request, std::string_view name) {
  auto value = text_parameter(request, name);
  if (value && !is_date(*value)) throw bad_parameter(name, *value, "is no existing date written YYYY-MM-DD");
  return value;
}

std::string date_in_path(const Request& request) {
  if (is_date(request.item)) return request.item;
  throw not_found("\"" + request.item.substr(0, 200) + "\" is no date: one is written YYYY-MM-DD.");
}

std::optional<std::string> number_parameter(const Request& request, std::string_view name, long long least,
                                            long long most) {
  auto value = text_parameter(request, name);
  if (!value) return value;
  const auto number = whole_number(*value);
  if (!number || *number < least || *number > most)
    throw bad_parameter(name, *value,
                        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

const char* flag_parameter(const Request& request, std::string_view name) {
  for (const auto& [given, value] : request.query) {
    if (given != name) continue;
    if (value.empty() || value == "true") return "true";
    if (value != "false") throw bad_parameter(name, value, "must be true or false, or stand alone for true");
  }
  return "false";
}

std::string duration_parameter(const Request& request) {
  const auto value = required_duration(request);
  if (!is_number(value)) throw bad_parameter("duration", value, "must be a number of seconds, such as 1800");
  return value;
}

std::string durations_parameter(const Request& request) {
  required_duration(request);
  const auto value = joined_values(request, "duration");
  const auto items = split(value);
  if (!std::all_of(items.begin(), items.end(), is_number))
    throw bad_parameter("duration", value, "must be numbers of seconds separated by commas, such as 1800,3600");
  return array_literal(items);
}

std::string array_literal(std::span<const std::string> items) {
  std::string text = "{";
  for (const std::string& item : items) {
    if (text.size() > 1) text += ',';
    text += '"';
    for (char c : item) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

std::string next_link(const Request& request, std::string_view after) {
  std::string link = "<";
  for (const std::string& segment : request.path) link += "/" + percent_encode(segment);
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "after" || name == "last") continue;
    link += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  }
  return link + separator + "after=" + percent_encode(after) + ">; rel=\"next\"";
}

}  // namespace jb::gateway
