// SPDX-License-Identifier: PostgreSQL
#include "fields.hpp"

#include <algorithm>

#include "../values/time_text.hpp"

namespace jb {

namespace {

constexpr std::size_t kNameLength = 500;
constexpr std::size_t kLocationLength = 1000;
constexpr std::size_t kAttendees = 1000;
constexpr std::size_t kAttendeeLength = 200;

void check_name(Validation& validation, const Field<std::string>& name) {
  if (!name.named) return;
  const auto text = name.value.value_or("");
  const auto is_blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (is_blank) validation.refuse("event_name", text, "it must not be empty");
  if (characters(text) > kNameLength) validation.refuse("event_name", text, "it must be at most 500 characters long");
}

void check_attendees(Validation& validation, const Field<Shared<std::vector<std::string>>>& field) {
  if (!field.has_value()) return;
  const auto attendees = field.value->get();
  if (attendees->size() > kAttendees) {
    validation.refuse("attendees", std::to_string(attendees->size()), "there must be at most 1000");
  }
  for (std::size_t i = 0; i < std::min(attendees->size(), kAttendees); ++i) {
    const auto& attendee = (*attendees)[i];
    if (!attendee.empty() && characters(attendee) <= kAttendeeLength) continue;
    validation.refuse("attendees[" + std::to_string(i) + "]", attendee, "it must be 1 to 200 characters long");
  }
}

void check_calendars(Validation& validation, const Field<std::vector<std::string>>& calendars) {
  if (calendars.named) check_calendar_names(validation, calendars.value.value_or(std::vector<std::string>{}));
}

bool is_representable(Instant instant) { return kRepresentable.start <= instant && instant < kRepresentable.end; }

void check_instant(Validation& validation, std::string_view field, const Field<Instant>& instant) {
  if (!instant.has_value() || is_representable(*instant.value)) return;
  validation.refuse(field, format_utc(*instant.value), "it must lie in the years 0001 to 9999");
}

/// rule 2.14: a series has a fixed start. It does not wait, since what waits takes a place of its own in time.
void check_series(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names) {
  if (!fields.recurrence) {
    if (fields.on_no_slot == OnNoSlot::skip)
      validation.refuse("on_no_slot", "skip", "it leaves out occurrences of a series, and recurrence names none");
    return;
  }
  if (fields.on_no_slot == OnNoSlot::wait)
    validation.refuse("on_no_slot", "wait", "a series does not wait: reject it, or skip what has no place");
  if (!wish.is_fixed() && !validation.has_refused("start_time") && !validation.has_refused("start_timestamp")) {
    validation.refuse("recurrence", fields.recurrence->text,
                      "a series needs a start: " + std::string(names.date) + " and start_time, or start_timestamp");
  }
}

}  // namespace

std::optional<OnNoSlot> on_no_slot_from(std::string_view word) {
  if (word == "reject") return OnNoSlot::reject;
  if (word == "wait") return OnNoSlot::wait;
  if (word == "skip") return OnNoSlot::skip;
  return std::nullopt;
}

std::optional<Scope> scope_from(std::string_view word) {
  if (word == "one") return Scope::one;
  if (word == "following") return Scope::following;
  if (word == "all") return Scope::all;
  return std::nullopt;
}

void check_values(Validation& validation, const Fields& fields, const FieldNames& names) {
  check_name(validation, fields.event_name);
  check_attendees(validation, fields.attendees);
  if (fields.event_location.has_value() && characters(*fields.event_location.value) > kLocationLength) {
    validation.refuse("event_location", *fields.event_location.value, "it must be at most 1000 characters long");
  }
  check_calendars(validation, fields.calendars);
  if (fields.date.has_value()) {
    const Instant midnight{fields.date.value->time_since_epoch()};
    if (!is_representable(midnight))
      validation.refuse(names.date, format_utc(midnight), "it must lie in the years 0001 to 9999");
  }
  if (fields.start_time.has_value() && (*fields.start_time.value < Seconds{0} || *fields.start_time.value >= kDay)) {
    validation.refuse("start_time", format_time_of_day(*fields.start_time.value),
                      "it must be from 00:00:00 to 23:59:59");
  }
  check_instant(validation, "start_timestamp", fields.start_timestamp);
  check_instant(validation, "not_before", fields.not_before);
  check_instant(validation, "not_after", fields.not_after);
  if (fields.priority.has_value() && (*fields.priority.value < 0 || *fields.priority.value > 100)) {
    validation.refuse("priority", std::to_string(*fields.priority.value), "it must be from 0 to 100");
  }
}

void check_new(Validation& validation, const Fields& fields, const FieldNames& names) {
  if (!fields.event_name.named && !validation.has_refused("event_name"))
    validation.refuse("event_name", "", "it is required");
  const auto wish = apply(fields, {}, kShortest).wish;
  check_wish(validation, fields, wish, names);
  check_series(validation, fields, wish, names);
}

Event apply(const Fields& fields, Event event, Seconds default_duration) {
  const auto lay = [](const auto& field, auto& target) {
    if (field.named) target = field.value.value_or(std::decay_t<decltype(target)>{});
  };
  lay(fields.event_name, event.event_name);
  lay(fields.attendees, event.attendees);
  lay(fields.event_location, event.event_location);
  if (fields.calendars.has_value()) event.calendars = *fields.calendars.value;
  if (fields.check_attendees.named) event.check_attendees = fields.check_attendees.value;
  if (fields.hold_for.named) event.hold_for = fields.hold_for.value;
  auto& wish = event.wish;
  if (fields.start_timestamp.has_value()) wish.date.reset(), wish.start_time.reset();
  if (fields.date.has_value() || fields.start_time.has_value()) wish.wished_start.reset();
  if (fields.date.named) wish.date = fields.date.value;
  if (fields.start_time.named) wish.start_time = fields.start_time.value;
  if (fields.start_timestamp.named) wish.wished_start = fields.start_timestamp.value;
  if (fields.duration.named) wish.duration = fields.duration.value.value_or(default_duration);
  if (fields.not_before.named) wish.not_before = fields.not_before.value;
  if (fields.not_after.named) wish.not_after = fields.not_after.value;
  if (fields.priority.named) wish.priority = fields.priority.value.value_or(Wish{}.priority);
  return event;
}

void check_wish(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names) {
  if (wish.start_time && !wish.date && !validation.has_refused(names.date)) {
    validation.refuse("start_time", format_time_of_day(*wish.start_time),
                      "it needs " + std::string(names.date) + " beside it");
  }
  if (wish.wished_start && (wish.date || wish.start_time)) {
    validation.refuse("start_timestamp", format_utc(*wish.wished_start),
                      "it contradicts " + std::string(names.date) + " and start_time");
  }
  if (wish.is_fixed()) {
    for (const auto& [name, field] :
         {std::pair{"not_before", &fields.not_before}, std::pair{"not_after", &fields.not_after}}) {
      if (field->has_value())
        validation.refuse(name, format_utc(*field->value), "a window narrows automatic events only");
    }
  }
  if (wish.not_before && wish.not_after && *wish.not_after <= *wish.not_before) {
    validation.refuse("not_after", format_utc(*wish.not_after), "it must be after not_before");
  }
}

}  // namespace jb
