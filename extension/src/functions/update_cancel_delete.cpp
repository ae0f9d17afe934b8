// SPDX-License-Identifier: PostgreSQL
//
// Changing booked events: moved, given other fields, cancelled, deleted, one or many.
#include "call.hpp"
#include "core/event/change_list.hpp"
#include "core/event/fields_json.hpp"
#include "fields.hpp"
#include "idempotency.hpp"
#include "reading.hpp"
#include "store/attachment_rows.hpp"
#include "store/calendar_row.hpp"
#include "store/event_row.hpp"

namespace jb::functions {

namespace {

/// The arguments of jb_reschedule. A null argument keeps the event's value (rule 2.9.4).
Fields new_time(const Arguments& arguments) {
  Validation validation;
  auto fields = read_arguments(arguments, validation);
  if (arguments.flag("make_automatic")) {
    if (fields.start_time.named || fields.start_timestamp.named) {
      validation.refuse("make_automatic", "true", "it contradicts a start");
    }
    fields.start_time.set(std::nullopt);
    fields.start_timestamp.set(std::nullopt);
  }
  fields.scope = arguments.scope(validation);
  check_values(validation, fields, kArgumentNames);
  raise_all(validation, {&fields, 1});
  return fields;
}

/// Reads what the object in `changes` changes on `current`.
Fields read_fields(Validation& validation, const std::string& changes, const Event& current, Instant now,
                   bool replace = false) {
  const auto zone_of = [](const std::string& name) {
    const auto zone = rights_to_read(name).any() ? zone_setting_of(name, pg::Snapshot::fresh) : std::nullopt;
    return zone ? zone->time_zone : std::string();
  };
  return read_changes(validation, changes, current,
                      {.replace = replace,
                       .zone_of = zone_of,
                       .now = now,
                       .attachments = [&] { return attachments_json(current.id); },
                       .recurrence = [&] { return recurrence_of(current); }},
                      pg::parse_interval);
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
      validation.refuse("recurrence", fields.recurrence->text, "a series gets another rule by a change of its own",
                        "Change the recurrence of this event alone, outside of a list.");
    fields.item = i;
  }
  std::vector<Fields> all;
  if (!validation.ok())
    for (const auto& edit : edits) all.push_back(edit.fields);
  raise_all(validation, all);
  return edits;
}

}  // namespace

JB_CALL(jb_reschedule, Datum) {
  const auto id = arguments.event_id();
  const auto fields = new_time(arguments);
  const Editor edit = [&](const Event&, Instant) {
    return Edit{.fields = fields, .place_waiting = true, .names = kArgumentNames};
  };
  return keyed_update(arguments, arguments.flag("dry_run"), id, edit);
}

JB_CALL(jb_update, Datum) {
  const auto id = arguments.event_id();
  const auto changes = arguments.json("changes", "{}");
  const bool replace = arguments.flag("replace");
  const Editor edit = [&](const Event& current, Instant now) {
    Validation validation;
    Edit wanted{.fields = read_fields(validation, changes, current, now, replace)};
    raise_all(validation, {&wanted.fields, 1});
    return wanted;
  };
  const bool dry_run = arguments.flag("dry_run") || asks_for_dry_run(changes);
  return keyed_update(arguments, dry_run, id, edit);
}

JB_CALL_ROWS(jb_update_all) {
  if (arguments.is_null("changes")) return;
  Validation validation;
  std::vector<ListedChange> list;
  if (!too_many_items(validation, "changes", pg::jsonb_size(arguments.datum("changes"))))
    list = read_change_list(validation, arguments.json("changes"));
  validation.raise();
  std::vector<Changing> changing;
  for (const auto& item : list) changing.push_back({item.id, item.expected_version});
  const EditorOfAll edit = [&](const std::vector<Event>& current, Instant now) { return edits_of(list, current, now); };
  const bool dry_run = arguments.flag("dry_run") || (!list.empty() && list.front().dry_run);
  keyed_outcomes(arguments, dry_run, rows, [&](Scheduler& scheduler) { return scheduler.update_all(changing, edit); });
}

JB_CALL(jb_cancel, Datum) {
  const auto id = arguments.event_id();
  return keyed_becoming(arguments, id, {.status = "cancelled", .scope = arguments.scope()});
}

JB_CALL(jb_delete, bool) {
  const auto id = arguments.event_id();
  const auto key = call_key(arguments, false);
  if (key && take_key(*key)) return true;
  return with_scheduler(arguments, [&](Scheduler& scheduler) {
    scheduler.remove(id, arguments.bigint("expected_version"));
    return true;
  });
}

}  // namespace jb::functions
