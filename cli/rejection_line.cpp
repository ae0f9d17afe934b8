// SPDX-License-Identifier: PostgreSQL
#include "rejection_line.hpp"

#include <limits>

#include <nlohmann/json.hpp>

#include "terminal.hpp"

namespace jb::cli {

namespace {

using Json = nlohmann::json;

/// JSON escapes the controls below U+0020 alone.
std::string quoted(const Json& text) { return plain(text.dump(-1, ' ', false, Json::error_handler_t::replace)); }

std::string bare(const Json& text) {
  const std::string result = quoted(text);
  return text.is_string() ? result.substr(1, result.size() - 2) : result;
}

std::string names(const Json& list) {
  std::string text;
  for (const Json& name : list) text += (text.empty() ? "" : ", ") + bare(name);
  return text;
}

}  // namespace

std::string detail_of(const Json& refused) {
  const auto detail = refused.find("detail");
  return detail != refused.end() && detail->is_string() ? plain(detail->get<std::string>()) : std::string();
}

std::string rejection_line(std::string_view json) {
  const Json row = Json::parse(json);
  std::string line = bare(row.at("at")) + " rejection " + row.at("id").dump() + ": " + bare(row.at("reason"));
  const Json& request = row.at("request");
  if (request.is_object() && request.contains("event_name")) line += ", " + quoted(request.at("event_name"));
  if (!row.at("event_id").is_null()) line += " (event " + row.at("event_id").dump() + ")";
  line += " on " + names(row.at("calendars"));
  const std::string why = detail_of(row);
  return why.empty() ? line : line + ": " + why;
}

long long announced_id(std::string_view payload) {
  const Json json = Json::parse(payload, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("rejection_id")) return 0;
  if (!json["rejection_id"].is_number_unsigned()) return 0;
  const auto id = json["rejection_id"].get<unsigned long long>();
  return id <= std::numeric_limits<long long>::max() ? static_cast<long long>(id) : 0;
}

}  // namespace jb::cli
