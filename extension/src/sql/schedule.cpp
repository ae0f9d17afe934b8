// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"
#include "call.hpp"
#include "core/fields_json.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constexpr FieldNames kNames{.date = "event_date"};

/// jb_schedule's arguments; a null one is not named, but for the name.
Fields new_event(const Arguments& arguments) {
  Validation validation;
  Fields fields;
  const auto set = [](auto& field, auto value) {
    if (value) field.set(std::move(value));
  };
  fields.event_name.set(arguments.text(0));
  set(fields.duration, arguments.duration(validation, 1, "duration"));
  set(fields.date, arguments.date(2));
  set(fields.start_time, arguments.time_of_day(3));
  set(fields.start_timestamp, arguments.instant(4));
  set(fields.attendees, arguments.texts(validation, 5, "attendees"));
  set(fields.event_location, arguments.text(6));
  set(fields.calendars, arguments.texts(validation, 7, "calendars"));
  set(fields.not_before, arguments.instant(8));
  set(fields.not_after, arguments.instant(9));
  set(fields.priority, arguments.integer(10));
  fields.allow_past = arguments.flag(11);
  fields.dry_run = arguments.flag(12);
  check_values(validation, fields, kNames);
  check_new(validation, fields, kNames);
  validation.raise();
  return fields;
}

Datum schedule_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto fields = new_event(arguments);
  return outcome_datum(
      info, with_scheduler(arguments.text(13), [&](Scheduler& scheduler) { return scheduler.schedule(fields); }));
}

Datum schedule_all_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  if (arguments.is_null(0)) return rows.done();
  Validation validation;
  const auto requests = read_requests(validation, pg::jsonb_text(arguments.datum(0)), pg::parse_interval);
  validation.raise();
  const auto outcomes = with_scheduler(
      arguments.text(2), [&](Scheduler& scheduler) { return scheduler.schedule_all(requests, arguments.flag(1)); });
  for (const auto& outcome : outcomes) rows.add(outcome);
  return rows.done();
}

Datum lock_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  const auto names = arguments.texts(validation, 0, "calendars").value_or(std::vector<std::string>{});
  validation.raise();
  return with_scheduler(std::nullopt, [&](Scheduler& scheduler) {
    scheduler.lock(names);
    return Datum{0};
  });
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_schedule, jb::sql::schedule_body)
JB_FUNCTION(jb_schedule_all, jb::sql::schedule_all_body)
JB_FUNCTION(jb_lock, jb::sql::lock_body)
