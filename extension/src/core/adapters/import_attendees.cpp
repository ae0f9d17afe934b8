// SPDX-License-Identifier: PostgreSQL
#include "import_attendees.hpp"

#include <algorithm>
#include <set>

#include "../values/folding.hpp"
#include "../values/validation.hpp"
#include "icalendar.hpp"

namespace jb {

void read_attendees(Fields& fields, const Block& block, const Fitting& fitting) {
  std::vector<std::string> names, declined;
  std::set<std::string, FoldedLess> coming;
  for (const auto& line : block.lines) {
    if (line.name != "ATTENDEE") continue;
    auto name = attendee_of_uri(line.value);
    const auto spoken = line.parameter("CN");
    if (name == line.value && !spoken.empty()) name = spoken;
    name = without_controls(name);
    if (has_visible(name)) name = fitting(line, name);
    if (!has_visible(name)) continue;
    names.push_back(name);
    if (same_word(line.parameter("PARTSTAT"), "DECLINED"))
      declined.push_back(std::move(name));
    else
      coming.insert(std::move(name));
  }
  std::erase_if(declined, [&](const auto& name) { return coming.contains(name); });
  fields.attendees.set(std::move(names));
  fields.guests = std::move(declined);
}

bool has_declined(const Fields& fields, const std::string& name) {
  return std::any_of(fields.guests->begin(), fields.guests->end(),
                     [&](const auto& guest) { return is_same_name(guest, name); });
}

}  // namespace jb
