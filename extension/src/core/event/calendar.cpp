// SPDX-License-Identifier: PostgreSQL
#include "calendar.hpp"

#include <set>

#include "../values/folding.hpp"
#include "../values/validation.hpp"

namespace jb {

namespace {

constexpr const char* kNoSuchCalendar = "there is no such calendar";

}  // namespace

bool is_calendar_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-";
  constexpr std::string_view feed = ".ics";
  const bool is_feed = name.size() >= feed.size() && is_same_name(name.substr(name.size() - feed.size()), feed);
  return !name.empty() && name.size() <= 200 && name.find_first_not_of(allowed) == std::string_view::npos && !is_feed;
}

std::string own_words(std::string name) {
  for (const auto word : {kCeo, kCoach, kClient, kProvider}) {
    const bool is_whole = word == kCeo;
    const auto begin = std::string_view(name).substr(0, is_whole ? name.size() : word.size());
    if (is_same_name(begin, word)) name.replace(0, word.size(), word);
  }
  return name;
}

void check_calendar_names(Validation& validation, const std::vector<std::string>& names) {
  if (names.empty() || names.size() > kMostCalendars) {
    validation.refuse("calendars", std::to_string(names.size()),
                      "there must be 1 to " + std::to_string(kMostCalendars));
    return;
  }
  std::set<std::string_view, FoldedLess> seen;
  for (const auto& name : names) {
    if (!is_calendar_name(name)) {
      validation.refuse("calendars", name, kNoCalendarName);
    } else if (!seen.insert(name).second) {
      validation.refuse("calendars", name, "it is named twice");
    }
  }
}

void refuse_zone(Validation& validation, std::string_view given, const std::string& of_first) {
  validation.refuse("time_zone", given, "the first calendar is in " + of_first,
                    "Read the calendar again: there date and start_time are another time.");
}

void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name) {
  validation.refuse(argument, name, kNoSuchCalendar);
}

Failure unknown_calendar(std::string_view argument, std::string_view name) {
  return invalid(argument, name, kNoSuchCalendar);
}

Failure no_such_calendar(std::string_view name) {
  return {Error::not_found, "calendar \"" + shorten(name, 200) + "\" does not exist", "",
          "jb_calendars() lists those that exist; jb_calendar_set() makes one."};
}

}  // namespace jb
