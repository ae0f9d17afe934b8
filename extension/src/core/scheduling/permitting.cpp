// SPDX-License-Identifier: PostgreSQL
#include "permitting.hpp"

#include <algorithm>

namespace jb {

bool may_book(Plan& plan, Validation& validation, const std::string& name) {
  const auto rights = plan.find_calendar(name) == nullptr ? Rights::none() : plan.rights(name);
  if (!rights.any()) refuse_unknown_calendar(validation, "calendars", name);
  return !rights.any() || rights.has(Right::book);
}

void require_booking(Plan& plan, const std::vector<std::string>& names) {
  if (plan.is_open()) return;
  Validation validation;
  std::optional<std::string> unbookable;
  for (const auto& name : names) {
    if (!may_book(plan, validation, name) && !unbookable) unbookable = name;
  }
  validation.raise();
  if (unbookable) throw right_wanted(*unbookable, Right::book);
}

void require_reading(Store& store, const Event& event) {
  if (!store.may_read(event)) throw no_such_event(event.id);
}

void require_changing(Store& store, const Event& event) {
  require_reading(store, event);
  require_book(store, event.calendars);
}

bool may_change(Plan& plan, const Event& event) {
  if (plan.is_open()) return true;
  const auto may_book = [&](const auto& name) { return plan.rights(name).has(Right::book); };
  return plan.may_read(event) && std::all_of(event.calendars.begin(), event.calendars.end(), may_book);
}

void require_managing_one(Store& store, const Event& event) {
  require_changing(store, event);
  if (store.is_open()) return;
  const auto& names = event.calendars;
  const bool manages =
      std::any_of(names.begin(), names.end(), [&](const auto& name) { return store.rights(name).has(Right::manage); });
  if (!manages) throw right_wanted(names.front(), Right::manage);
}

void require_right_on(Store& store, const std::string& calendar, Right right) {
  if (store.is_open()) return;
  const auto rights = store.rights(calendar);
  if (!rights.any()) throw no_such_calendar(calendar);
  if (!rights.has(right)) throw right_wanted(calendar, right);
}

}  // namespace jb
