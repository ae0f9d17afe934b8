// SPDX-License-Identifier: PostgreSQL
//
// What a call says about an event. A new event and a change to one are the same thing here: fields laid over what is
// there, which for a new event is nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calendar.hpp"
#include "duration.hpp"
#include "event.hpp"
#include "validation.hpp"

namespace jb {

/// One field of a change. Not named: it stays. Named without a value: it is cleared. Named with one: it is set.
template <class T>
struct Field {
  bool named = false;
  std::optional<T> value;

  void set(std::optional<T> to) {
    named = true;
    value = std::move(to);
  }
  void drop() { *this = {}; }
  bool has_value() const { return named && value.has_value(); }
};

struct Fields {
  Field<std::string> event_name;
  Field<std::vector<std::string>> attendees;
  Field<std::string> event_location;
  Field<std::vector<std::string>> calendars;
  Field<Date> date;
  Field<Seconds> start_time;
  Field<Instant> start_timestamp;  ///< as a wish
  Field<Seconds> duration;         ///< cleared: the calendar's default
  Field<Instant> not_before;
  Field<Instant> not_after;
  Field<int> priority;
  Field<std::string> status;  ///< by the clock: pending, in_progress, completed; or cancelled, waiting
  bool allow_past = false;
  bool dry_run = false;
};

/// What SQL calls the date argument differs from what JSON does.
struct FieldNames {
  std::string_view date = "date";
};

/// Refuses values out of their range, one by one: lengths, counts, names, representable times, priority.
void check_values(Validation& validation, const Fields& fields, const FieldNames& names = {});

/// Refuses what is missing or contradictory in a new event.
void check_new(Validation& validation, const Fields& fields, const FieldNames& names = {});

/// `fields` laid over `event`. A start_timestamp replaces date and start_time, and the other way round.
Event apply(const Fields& fields, Event event, Seconds default_duration);

/// Refuses a wish that contradicts itself once `fields` have been applied: a start_time without a date, a start
/// wished twice, a window that is empty or that was named for a fixed event.
void check_wish(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names = {});

}  // namespace jb
