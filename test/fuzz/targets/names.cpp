// SPDX-License-Identifier: PostgreSQL
//
// Promise: a calendar's name is a plain word. An accepted cursor is one that a listing could give, and an accepted UID
// of the scheduler one that it could give. Every list of names is accepted whole or refused name by name.
//
// Input: one text, as a name, as a cursor, as a UID and as single words, and its lines as a list of names.
#include <algorithm>

#include "../promise.hpp"
#include "../target.hpp"
#include "core/adapters/appointment.hpp"
#include "core/adapters/icalendar.hpp"
#include "core/event/calendar.hpp"
#include "core/event/shown.hpp"

namespace jb::fuzz::of_names {
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

void check_uid(std::string_view text) {
  const auto own = parse_own_uid(text);
  if (!own) return;
  promise(own_uid(*own) == text, "a UID of ours is written as it is read");
}

void check_words(std::string_view text) {
  promise(!feed_detail_from(text) || text == "events" || text == "busy", "a feed tells of events or of busy times");
  promise(!wished_status(text) || is_appointment_status(text), "a decision on an appointment is a status of it");
  promise(!is_mail_address(text) || text.find_first_of(" \t\r\n") == std::string_view::npos,
          "a mail address is one word");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_cursor(text);
  if (!is_text(text)) return -1;
  check_name(text);
  check_names(text);
  check_uid(text);
  check_words(text);
  return 0;
}

const Target target{"names", read_input};

}  // namespace
}  // namespace jb::fuzz::of_names
