// SPDX-License-Identifier: PostgreSQL
#include "calendar.hpp"

#include "validation.hpp"

namespace jb {

bool is_calendar_name(std::string_view name) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-";
  return !name.empty() && name.size() <= 200 && name.find_first_not_of(allowed) == std::string_view::npos;
}

void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name) {
  validation.refuse(argument, name, "there is no such calendar");
}

Failure unknown_calendar(std::string_view argument, std::string_view name) {
  Validation validation;
  refuse_unknown_calendar(validation, argument, name);
  return validation.failure();
}

Failure no_such_calendar(std::string_view name) {
  return {Error::not_found, "calendar \"" + shorten(name, 200) + "\" does not exist", "",
          "jb_calendars() and GET /calendars list them; jb_calendar_set() and PUT /calendars/:name make one."};
}

}  // namespace jb
