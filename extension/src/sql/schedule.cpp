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
  fields.event_name.set(arguments.text(0));
  fields.duration.set_if_given(arguments.duration(validation, 1, "duration"));
  fields.date.set_if_given(arguments.date(2));
  fields.start_time.set_if_given(arguments.time_of_day(3));
  fields.start_timestamp.set_if_given(arguments.instant(4));
  fields.attendees.set_if_given(arguments.texts(validation, 5, "attendees"));
  fields.event_location.set_if_given(arguments.text(6));
  fields.calendars.set_if_given(arguments.texts(validation, 7, "calendars"));
  fields.not_before.set_if_given(arguments.instant(8));
  fields.not_after.set_if_given(arguments.instant(9));
  fields.priority.set_if_given(arguments.integer(10));
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
