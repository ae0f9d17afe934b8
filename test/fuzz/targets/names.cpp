// SPDX-License-Identifier: PostgreSQL
//
// Promise: a calendar's name is a plain word, a cursor is one that a listing gave, and every list of names is accepted
// whole or refused name by name.
//
// Input: one text, as a name, as a cursor, and its lines as a list of names.
#include <algorithm>

#include "../promise.hpp"
#include "core/calendar.hpp"
#include "core/cursor.hpp"

namespace jb::fuzz {
namespace {

void check_name(std::string_view text) {
  if (!is_calendar_name(text)) return;
  promise(text.size() <= 200, "a name has at most 200 characters");
  promise(gateway::percent_decode(gateway::percent_encode(text), false) == text, "a name can stand in an address");
  promise(text.find_first_of(" /?#%\"\\,{}") == std::string_view::npos, "a name means nothing anywhere");
}

void check_names(std::string_view text) {
  std::vector<std::string> names;
  for (bool more = true; more;) {
    const auto end = text.find('\n');
    names.emplace_back(text.substr(0, end));
    more = end != std::string_view::npos;
    if (more) text.remove_prefix(end + 1);
  }
  const auto fine = accepted([&](Validation& validation) {
    check_calendar_names(validation, names);
    return true;
  });
  std::sort(names.begin(), names.end());
  const bool are_names =
      std::all_of(names.begin(), names.end(), [](const auto& name) { return is_calendar_name(name); });
  const bool are_different = std::adjacent_find(names.begin(), names.end()) == names.end();
  promise(fine.has_value() == (are_names && are_different && names.size() <= kMostCalendars),
          "names are accepted exactly where each is one and stands once");
}

void check_cursor(const std::string& text) {
  const auto cursor = parse_cursor(text);
  if (!cursor) return;
  const std::string written = (cursor->start ? std::to_string(cursor->start->time_since_epoch().count()) : "") + "," +
                              std::to_string(cursor->id);
  const auto again = parse_cursor(written);
  promise(again && again->start == cursor->start && again->id == cursor->id, "a cursor is read as it is written");
  promise(!cursor->start || kRepresentable.contains({*cursor->start, *cursor->start}), "a cursor lies in the years");
}

}  // namespace
}  // namespace jb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  jb::fuzz::check_cursor(text);
  if (!jb::fuzz::is_text(text)) return -1;
  jb::fuzz::check_name(text);
  jb::fuzz::check_names(text);
  return 0;
}
