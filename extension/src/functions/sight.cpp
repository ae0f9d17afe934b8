// SPDX-License-Identifier: PostgreSQL
//
// What the views ask of each row (rule 13.4): what the caller may see of it. Where nobody is granted anything the
// answer is one comparison.
#include "call.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

void add_names(std::vector<std::string>& names, const Arguments& arguments, std::string_view name) {
  if (arguments.is_null(name)) return;
  for (auto& text : pg::to_texts(arguments.datum(name))) {
    if (!text.empty()) names.push_back(std::move(text));
  }
}

}  // namespace

JB_PLAIN(jb_sight, std::optional<std::string>) {
  if (may_everything()) return "read";
  std::vector<std::string> names;
  add_names(names, arguments, "calendars");
  if (may_any(Right::read, names)) return "read";
  add_names(names, arguments, "attendee_calendars");
  return may_any(Right::busy, names) ? std::optional<std::string>("busy") : std::nullopt;
}

JB_PLAIN(jb_may, bool) {
  if (rights_are_open()) return true;
  const auto right = right_from(arguments.word("right"));
  return right && rights_to_read(arguments.word("calendar")).has(*right);
}

JB_PLAIN(jb_seen, std::vector<std::string>) {
  std::vector<std::string> names;
  add_names(names, arguments, "calendars");
  std::erase_if(names, [](const std::string& name) { return !rights_to_read(name).any(); });
  return names;
}

}  // namespace jb::functions
