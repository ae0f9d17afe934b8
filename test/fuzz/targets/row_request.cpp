// SPDX-License-Identifier: PostgreSQL
//
// Promise: for any arguments of a trigger and any contents of its row, the trigger makes a request that is read or
// refused like any other, or the arguments are refused one by one.
//
// Input: arguments, columns (one per line), and the row as JSON, separated by lines "%%".
#include "core/adapters/row_request.hpp"
#include "../intervals.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "core/event/fields.hpp"

namespace jb::fuzz::of_row_request {
namespace {

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

void request_of(const RowMapping& mapping, const std::string& said) {
  const std::string request = mapping.request(said, "Row", std::nullopt);
  const auto json = nlohmann::json::parse(request, nullptr, false);
  promise(json.is_object() && json.contains("event_name"), "a row makes a request with a name");
  accepted([&](Validation& validation) { return read_requests(validation, request, read_interval); });
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const auto [arguments, columns, said] = parts<3>(data, size);
  if (!is_text(arguments) || !is_text(columns) || !is_text(said)) return -1;
  const auto row = nlohmann::json::parse(said, nullptr, false);
  accepted([&](Validation&) {
    const RowMapping mapping(lines(arguments), lines(columns));
    for (const auto& [field, column] : mapping.wished())
      promise(mapping.column(field) && *mapping.column(field) == column, "a wish comes from its column");
    if (row.is_object()) request_of(mapping, said);  // the trigger itself makes the row an object
    return true;
  });
  return 0;
}

const Target target{"row_request", read_input};

}  // namespace
}  // namespace jb::fuzz::of_row_request
