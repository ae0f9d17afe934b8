// SPDX-License-Identifier: PostgreSQL
#include "permitting.hpp"

#include <algorithm>

namespace jb {

void require_booking(const std::vector<NamedBy>& all, const std::function<Rights(const std::string&)>& rights_on) {
  Validation validation;
  std::optional<std::string> unbookable;
  for (const auto& [item, names] : all) {
    if (item) validation.at_index(*item);
    for (const auto& name : names) {
      const auto rights = rights_on(name);
      if (!rights.any())
        refuse_unknown_calendar(validation, "calendars", name);
      else if (!rights.has(Right::book) && !unbookable)
        unbookable = name;
    }
  }
  validation.raise();
  if (unbookable) throw right_wanted(*unbookable, Right::book);
}

void require_reading(Store& store, const Event& event) {
  if (!store.may_read(event)) throw no_such_event(event.id);
}

void require_changing(Store& store, const Event& event) {
  require_reading(store, event);
  require_right_on_each(store, event.calendars, Right::book);
}

void require_cancelling(Store& store, const Event& event) {
  manages_one(store, event) ? require_reading(store, event) : require_changing(store, event);
}

void require_deleting(Store& store, const Event& event) {
  require_reading(store, event);
  require_right_on_each(store, event.calendars, Right::manage);
}

bool may_change(Plan& plan, const Event& event) {
  return plan.may_read(event) && has_right_on_each(plan, event.calendars, Right::book);
}

Failure file_changes_hidden() {
  return {Error::not_allowed, "the file changes an event that the caller may not read", "",
          "Ask whoever manages the calendar for the right read."};
}

void require_right_on(Store& store, const std::string& calendar, Right right) {
  if (store.is_open()) return;
  const auto rights = store.rights(calendar);
  if (!rights.any()) throw no_such_calendar(calendar);
  if (!rights.has(right)) throw right_wanted(calendar, right);
}

}  // namespace jb
