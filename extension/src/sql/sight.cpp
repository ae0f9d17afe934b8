// SPDX-License-Identifier: PostgreSQL
//
// What the views ask of each row (rule 13.4): what the caller may see of it. Where nobody is granted anything the
// answer is one comparison.
#include "arguments.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

void add_names(std::vector<std::string>& names, const Arguments& arguments, int i) {
  if (arguments.is_null(i)) return;
  for (auto& name : pg::to_texts(arguments.datum(i))) {
    if (!name.empty()) names.push_back(std::move(name));
  }
}

Datum sight_body(FunctionCallInfo info) {
  if (may_everything()) return pg::from_text("read");
  const Arguments arguments(info);
  std::vector<std::string> names;
  add_names(names, arguments, 0);
  if (may_any(Right::read, names)) return pg::from_text("read");
  add_names(names, arguments, 1);
  return may_any(Right::busy, names) ? pg::from_text("busy") : pg::null_result(info);
}

Datum may_body(FunctionCallInfo info) {
  if (rights_are_open()) return pg::from_bool(true);
  const Arguments arguments(info);
  const auto right = right_from(arguments.text(1).value_or(""));
  return pg::from_bool(right && rights_on(arguments.text(0).value_or("")).has(*right));
}

Datum seen_body(FunctionCallInfo info) {
  std::vector<std::string> names;
  add_names(names, Arguments(info), 0);
  std::erase_if(names, [](const std::string& name) { return !rights_on(name).any(); });
  return pg::from_texts(names);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_sight, jb::sql::sight_body)
JB_FUNCTION(jb_may, jb::sql::may_body)
JB_FUNCTION(jb_seen, jb::sql::seen_body)
