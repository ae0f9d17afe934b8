// SPDX-License-Identifier: PostgreSQL
#include "store.hpp"

namespace jb {

void require_booking(const std::vector<NamedBy>& all, const std::function<Rights(const std::string&)>& rights_on,
                     bool or_propose) {
  Validation validation;
  std::optional<std::string> unbookable;
  std::optional<Failure> ended;
  for (const auto& [item, names] : all) {
    if (item) validation.at_index(*item);
    for (const auto& name : names) {
      const auto rights = rights_on(name);
      const bool may_place = or_propose ? rights.may_place() : rights.has(Right::book);
      if (const auto at = rights.ended_at(); at && !ended) ended = grant_has_ended(name, *at);
      if (!rights.any() && !rights.ended_at())
        refuse_unknown_calendar(validation, "calendars", name);
      else if (!may_place && !unbookable)
        unbookable = name;
    }
  }
  validation.raise();
  if (ended) throw *std::move(ended);
  if (unbookable) throw right_wanted(*unbookable, Right::book);
}

void require_booking(Store& store, const std::vector<std::string>& names, bool or_propose) {
  if (!store.is_open())
    require_booking({{{}, names}}, [&](const auto& name) { return store.rights(name); }, or_propose);
}

void require_reading(Store& store, const Event& event) {
  if (!store.may_read(event)) throw no_such_event(event.id);
}

bool has_right_on_each(Store& store, const std::vector<std::string>& names, Right right) {
  return store.is_open() || std::ranges::all_of(names, [&](const auto& name) { return store.rights(name).has(right); });
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

void require_booking_of(Store& store, const Event& event) {
  require_right_on_each(store, event.calendars, Right::book);
  if (has_right_on_each(store, event.unanswered_on(), Right::book)) return;
  // It may be an attendee's calendar of which the caller does not know, so none is named.
  throw Failure(Error::not_allowed, "event " + std::to_string(event.id) + " is a proposal", "",
                "It is for those to change who may book on the calendars where it was proposed.");
}

void require_changing(Store& store, const Event& event) {
  require_reading(store, event);
  require_booking_of(store, event);
}

bool may_change(Store& store, const Event& event) {
  return store.may_read(event) && has_right_on_each(store, event.calendars, Right::book) &&
         has_right_on_each(store, event.unanswered_on(), Right::book);
}

bool may_answer(Store& store, const Event& event) {
  const auto names = event.unanswered_on();
  return !names.empty() && !store.has_proposed(event) && has_right_on_each(store, names, Right::book);
}

void require_withdrawing(Store& store, const Event& event) {
  if (!store.has_proposed(event)) require_cancelling(store, event);
}

void require_cancelling(Store& store, const Event& event) {
  manages_one(store, event) || may_answer(store, event) || store.has_proposed(event) ? require_reading(store, event)
                                                                                     : require_changing(store, event);
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
  if (const auto at = rights.ended_at()) throw grant_has_ended(calendar, *at);
  if (!rights.any()) throw no_such_calendar(calendar);
  if (!rights.has(right)) throw right_wanted(calendar, right);
}

}  // namespace jb
