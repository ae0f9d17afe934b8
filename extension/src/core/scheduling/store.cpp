// SPDX-License-Identifier: PostgreSQL
#include "store.hpp"

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

void require_booking(Store& store, const std::vector<std::string>& names) {
  if (!store.is_open()) require_booking({{{}, names}}, [&](const auto& name) { return store.rights(name); });
}

void require_reading(Store& store, const Event& event) {
  if (!store.may_read(event)) throw no_such_event(event.id);
}

bool has_right_on_each(Store& store, const std::vector<std::string>& names, Right right) {
  return store.is_open() ||
         std::all_of(names.begin(), names.end(), [&](const auto& name) { return store.rights(name).has(right); });
}

void require_right_on_each(Store& store, const std::vector<std::string>& names, Right right) {
  if (store.is_open()) return;
  for (const auto& name : names) {
    if (!store.rights(name).has(right)) throw right_wanted(name, right);
  }
}

bool manages_one(Store& store, const Event& event) {
  const auto& names = event.calendars;
  return store.is_open() || std::any_of(names.begin(), names.end(),
                                        [&](const auto& name) { return store.rights(name).has(Right::manage); });
}

void require_changing(Store& store, const Event& event) {
  require_reading(store, event);
  require_right_on_each(store, event.calendars, Right::book);
}

bool may_change(Store& store, const Event& event) {
  return store.may_read(event) && has_right_on_each(store, event.calendars, Right::book);
}

void require_cancelling(Store& store, const Event& event) {
  manages_one(store, event) ? require_reading(store, event) : require_changing(store, event);
}

void require_deleting(Store& store, const Event& event) {
  require_reading(store, event);
  require_right_on_each(store, event.calendars, Right::manage);
}

Failure file_changes_hidden() {
  return {Error::not_allowed, "the file changes an event that the caller may not read", "", right_hint(Right::read)};
}

void require_right_on(Store& store, const std::string& calendar, Right right) {
  if (store.is_open()) return;
  const auto rights = store.rights(calendar);
  if (!rights.any()) throw no_such_calendar(calendar);
  if (!rights.has(right)) throw right_wanted(calendar, right);
}

}  // namespace jb
