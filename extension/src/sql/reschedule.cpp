// SPDX-License-Identifier: PostgreSQL
#include "core/event/fields_json.hpp"
#include "fields.hpp"
#include "idempotency.hpp"
#include "results.hpp"
#include "store/attachment_rows.hpp"
#include "store/calendar_row.hpp"
#include "store/event_row.hpp"

namespace jb::sql {

namespace {

/// The arguments of jb_reschedule. A null argument keeps the event's value (rule 2.9.4).
Fields new_time(const Arguments& arguments) {
  Validation validation;
  auto fields = read_arguments(arguments, validation);
  if (arguments.flag(6)) {
    if (fields.start_time.named || fields.start_timestamp.named) {
      validation.refuse("make_automatic", "true", "it contradicts a start");
    }
    fields.start_time.set(std::nullopt);
    fields.start_timestamp.set(std::nullopt);
  }
  fields.scope = arguments.scope(validation, 7);
  check_values(validation, fields, kArgumentNames);
  validation.raise();
  return fields;
}

Datum reschedule_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto fields = new_time(arguments);
  const Editor edit = [&](const Event&, Instant) {
    return Edit{.fields = fields, .place_waiting = true, .names = kArgumentNames};
  };
  return keyed_outcome(info, arguments.flag(9), 8,
                       [&](Scheduler& scheduler) { return scheduler.update(id, edit, arguments.bigint(8)); });
}

Datum update_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto changes = arguments.is_null(1) ? std::string("{}") : pg::jsonb_text(arguments.datum(1));
  const bool replace = arguments.flag(3);
  const Editor edit = [&](const Event& current, Instant now) {
    const auto calendar = find_calendar(current.calendars.front());
    Validation validation;
    Edit wanted;
    wanted.fields = read_changes(validation, changes, current,
                                 {.replace = replace,
                                  .time_zone = calendar ? calendar->time_zone : "",
                                  .now = now,
                                  .attachments = [&] { return attachments_json(id); },
                                  .recurrence = [&] { return recurrence_of(current); }},
                                 pg::parse_interval);
    validation.raise();
    return wanted;
  };
  const bool dry_run = arguments.flag(4) || asks_for_dry_run(changes);
  return keyed_outcome(info, dry_run, 2,
                       [&](Scheduler& scheduler) { return scheduler.update(id, edit, arguments.bigint(2)); });
}

Datum cancel_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto scope = arguments.scope(1);
  return keyed_outcome(info, arguments.flag(3), 2, [&](Scheduler& scheduler) {
    return scheduler.become(id, {.status = "cancelled", .scope = scope}, arguments.bigint(2));
  });
}

Datum delete_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto key = call_key(info, false, 1);
  if (key && take_key(*key)) return pg::from_bool(true);
  return with_scheduler(named_principal(info), [&](Scheduler& scheduler) {
    scheduler.remove(id, arguments.bigint(1));
    return pg::from_bool(true);
  });
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_reschedule, jb::sql::reschedule_body)
JB_FUNCTION(jb_update, jb::sql::update_body)
JB_FUNCTION(jb_cancel, jb::sql::cancel_body)
JB_FUNCTION(jb_delete, jb::sql::delete_body)
