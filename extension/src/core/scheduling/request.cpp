// SPDX-License-Identifier: PostgreSQL
#include "request.hpp"

#include <algorithm>
#include <set>

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
  return {Error::not_allowed, "the file changes an event that the caller may not read", "",
          "Ask whoever manages the calendar for the right read."};
}

void require_right_on(Store& store, const std::string& calendar, Right right) {
  if (store.is_open()) return;
  const auto rights = store.rights(calendar);
  if (!rights.any()) throw no_such_calendar(calendar);
  if (!rights.has(right)) throw right_wanted(calendar, right);
}

namespace {

using NameSet = std::set<std::string_view, FoldedLess>;

NameSet set_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

/// Refuses a request whose date and start_time are meant in a zone other than its first calendar's (rule 5.22).
void check_zone(const Fields& fields, const Calendar& first) {
  if (!fields.meant_in || *fields.meant_in == first.time_zone) return;
  Validation validation;
  if (fields.item) validation.at_index(*fields.item);
  refuse_zone(validation, *fields.meant_in, first.time_zone);
  validation.raise();
}

}  // namespace

std::vector<std::string> named_calendars(const Fields& fields) {
  return fields.calendars.has_value() ? *fields.calendars.value : std::vector{std::string(kCeo)};
}

Requested resolve(Plan& plan, const Fields& fields) {
  auto named = fields;
  named.calendars.set(named_calendars(fields));
  if (!named.is_permitted) require_booking(plan.store(), *named.calendars.value);
  named.calendars.set(plan.own_names(*named.calendars.value));
  const auto& first = plan.calendar(named.calendars.value->front());
  check_zone(fields, first);
  Requested requested{
      .wanted = apply(named, {}, first.default_duration),
      .options = {.allow_past = fields.allow_past, .preempt = fields.preempt, .only_slots = fields.only_slots},
      .on_no_slot = fields.on_no_slot,
      .rule = fields.recurrence,
      .item = fields.item};
  requested.options.alternatives_in = fields.alternatives_in;
  if (fields.recurrence) requested.wanted.recurrence = fields.recurrence->text;
  resolve_attendees(plan, requested.wanted);
  resolve_hold(plan, requested.wanted);
  return requested;
}

Requested requested_again(Event event, Instant now) {
  if (event.has_begun(now)) {
    event.wish = {};
    event.wish.wished_start = event.time->start;
    event.wish.duration = event.time->length();
  }
  // A scheduled event is no longer a hold. The deadline of a waiting event shows that it was confirmed before.
  if (event.status == Status::scheduled) event.hold_for.reset();
  if (event.status != Status::waiting) event.expires_at.reset();
  event.id = 0;
  return {.wanted = std::move(event)};
}

void resolve_attendees(Plan& plan, Event& event, const Event* before) {
  plan.need(event.calendars);
  const bool checks =
      event.check_attendees.value_or(std::any_of(event.calendars.begin(), event.calendars.end(), [&](const auto& name) {
        return plan.calendar(name).check_attendees;
      }));
  event.attendee_calendars.clear();
  if (!checks) return;
  std::vector<std::string> names;
  const auto attendees = event.attendees.get(), guests = event.guests.value_or(std::vector<std::string>{}).get();
  NameSet known = set_of(event.calendars);
  known.insert(guests->begin(), guests->end());
  for (const auto& attendee : *attendees) {
    if (is_calendar_name(attendee) && known.insert(attendee).second) names.push_back(attendee);
  }
  // To a caller without any right on it, a calendar of this name does not exist, and it must not be locked.
  const bool is_as_before = before != nullptr && before->check_attendees == event.check_attendees;
  const auto old_attendees = before != nullptr ? before->attendees.get() : nullptr;
  const auto claimed = before != nullptr ? set_of(before->attendee_calendars) : NameSet();
  const auto attending = is_as_before ? set_of(*old_attendees) : NameSet();
  std::erase_if(names, [&](const auto& name) {
    const bool is_claimed = claimed.contains(name);
    const auto rights = plan.store().is_open() || is_claimed ? Rights::all() : plan.store().rights(name);
    const bool may_stay_out = !rights.any() || attending.contains(name);
    if (!rights.has(Right::book) && !may_stay_out) throw right_wanted(name, Right::book);
    return !rights.has(Right::book);
  });
  plan.need(names);
  for (const auto& name : names) {
    if (const auto* calendar = plan.find_calendar(name)) event.attendee_calendars.push_back(calendar->name);
  }
}

void resolve_hold(Plan& plan, Event& event) {
  if (event.hold_for) return;
  for (const auto& name : event.calendars) {
    const auto asked = plan.calendar(name).confirm_within;
    if (asked) event.hold_for = std::min(event.hold_for.value_or(*asked), *asked);
  }
}

}  // namespace jb
