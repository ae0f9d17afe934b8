// SPDX-License-Identifier: PostgreSQL
//
// Changing booked events: moved, given other fields, cancelled, deleted, one or many.
#include "core/event/change_list.hpp"
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
  raise_all(validation, {&fields, 1});
  return fields;
}

Datum reschedule_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(named_principal(info));
  const auto id = arguments.event_id(0);
  const auto fields = new_time(arguments);
  const Editor edit = [&](const Event&, Instant) {
    return Edit{.fields = fields, .place_waiting = true, .names = kArgumentNames};
  };
  return keyed_outcome(info, arguments.flag(9), 8,
                       [&](Scheduler& scheduler) { return scheduler.update(id, edit, arguments.bigint(8)); });
}

/// Reads what the object in `changes` changes on `current`.
Fields read_fields(Validation& validation, const std::string& changes, const Event& current, Instant now,
                   bool replace = false) {
  const auto calendar = find_calendar(current.calendars.front());
  return read_changes(validation, changes, current,
                      {.replace = replace,
                       .time_zone = calendar ? calendar->time_zone : "",
                       .now = now,
                       .attachments = [&] { return attachments_json(current.id); },
                       .recurrence = [&] { return recurrence_of(current); }},
                      pg::parse_interval);
}

Datum update_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto changes = arguments.is_null(1) ? std::string("{}") : pg::jsonb_text(arguments.datum(1));
  const bool replace = arguments.flag(3);
  const Editor edit = [&](const Event& current, Instant now) {
    Validation validation;
    Edit wanted{.fields = read_fields(validation, changes, current, now, replace)};
    raise_all(validation, {&wanted.fields, 1});
    return wanted;
  };
  const bool dry_run = arguments.flag(4) || asks_for_dry_run(changes);
  return keyed_outcome(info, dry_run, 2,
                       [&](Scheduler& scheduler) { return scheduler.update(id, edit, arguments.bigint(2)); });
}

/// The edits of a list of changes, read beside the events that the list names.
std::vector<Edit> edits_of(const std::vector<ListedChange>& list, const std::vector<Event>& current, Instant now) {
  Validation validation;
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < list.size(); ++i) {
    step();
    validation.at_index(i);
    auto& fields = edits.emplace_back(Edit{.fields = read_fields(validation, list[i].fields, current[i], now)}).fields;
    if (list[i].cancels) fields.status.set("cancelled");
    if (fields.recurrence)
      validation.refuse("recurrence", fields.recurrence->text, "a series gets another rule by a change of its own");
    fields.item = i;
  }
  std::vector<Fields> all;
  if (!validation.ok())
    for (const auto& edit : edits) all.push_back(edit.fields);
  raise_all(validation, all);
  return edits;
}

Datum update_all_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  if (arguments.is_null(0)) return rows.done();
  Validation validation;
  std::vector<ListedChange> list;
  if (!too_many_items(validation, "changes", pg::jsonb_size(arguments.datum(0))))
    list = read_change_list(validation, pg::jsonb_text(arguments.datum(0)));
  validation.raise();
  std::vector<Changing> changing;
  for (const auto& item : list) changing.push_back({item.id, item.expected_version});
  const EditorOfAll edit = [&](const std::vector<Event>& current, Instant now) { return edits_of(list, current, now); };
  const bool dry_run = arguments.flag(1) || (!list.empty() && list.front().dry_run);
  keyed_outcomes(info, dry_run, rows, [&](Scheduler& scheduler) { return scheduler.update_all(changing, edit); });
  return rows.done();
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
JB_FUNCTION(jb_update_all, jb::sql::update_all_body)
JB_FUNCTION(jb_cancel, jb::sql::cancel_body)
JB_FUNCTION(jb_delete, jb::sql::delete_body)
