// SPDX-License-Identifier: PostgreSQL
#include "core/faces/import.hpp"
#include "core/event/refusal_text.hpp"

#include "arguments.hpp"
#include "idempotency.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/imported_rows.hpp"

namespace jb::sql {

namespace {

/// The part of the file that the call imports: all items, or `max_rows` items after item number `after`.
ImportSlice slice_of(std::optional<int> after, std::optional<int> max_rows) {
  Validation validation;
  if (after && *after < 0) validation.refuse("after", std::to_string(*after), "it must not be below 0");
  if (max_rows && (*max_rows < 1 || *max_rows > static_cast<int>(kMostImported)))
    validation.refuse("max_rows", std::to_string(*max_rows), "it must be from 1 to 1000");
  validation.raise();
  ImportSlice slice{.after = static_cast<std::size_t>(after.value_or(0))};
  if (max_rows) slice.max_rows = static_cast<std::size_t>(*max_rows);
  return slice;
}

/// The items of the slice, read in the calendar's zone. Errors: P0002 when there is no such calendar; 22023.
std::vector<ImportItem> read_file(const std::string& name, const std::string& text, const ImportSlice& slice) {
  pg::Session session;
  const auto calendar = require_named_calendar(name);
  auto items = read_icalendar(
      text, {calendar.name, calendar.time_zone, calendar.grid().zone, pg::now() + calendar.horizon, pg::find_zone},
      slice);
  session.finish();
  return items;
}

ImportedName name_of(const ImportItem& item) { return {item.uid, item.recurrence_id, item.replaced}; }

/// The outcome of an item that the call does not try to place.
Outcome untried(const ImportItem& item, const std::string& time_zone) {
  Outcome outcome;
  outcome.outcome = item.left_out == "invalid" ? "invalid" : "ignored";
  outcome.remark = item.detail;
  outcome.time = item.time;
  outcome.time_zone = time_zone;
  return outcome;
}

void tell(Outcome& outcome, const ImportItem& item) {
  if (outcome.outcome == "unchanged") {
    const bool stands_elsewhere = !item.fields.recurrence && outcome.time != item.time;
    outcome.remark = "It was imported before, as event " + std::to_string(*outcome.event_id) +
                     (stands_elsewhere ? ", which stands at another time here." : ".");
  } else if (!outcome.refusal) {
    outcome.remark = item.detail;
  } else if (!outcome.time) {
    outcome.time = item.time;
  }
}

/// Records the name under which the event was imported and, for a whole series, the names of its occurrences. An item
/// with a recurrence_id is one changed occurrence, not a series: it has no occurrences of its own.
void keep(const std::string& calendar, const ImportItem& item, EventId event) {
  store_imported(calendar, name_of(item), event);
  if (item.fields.recurrence && item.recurrence_id.empty()) store_imported_occurrences(calendar, item.uid, event);
}

/// On a dry run one event of the file may stand in the way of another. The outcome's remark then names the event in
/// the way by its name and line; the refusal's facts give the event's number in the file.
void name_lines(Outcome& outcome, const std::vector<const ImportItem*>& asking) {
  if (!outcome.refusal || outcome.refusal->requests.empty()) return;
  outcome.remark = sentence(*outcome.refusal, *outcome.zone, [&](std::size_t i) {
    return "\"" + shorten(asking[i]->event_name, 100) + "\" in line " + std::to_string(asking[i]->line) +
           " of this file";
  });
  for (auto& place : outcome.refusal->requests) place = asking[place]->number;
}

/// Places the items that are to be placed. Result: the outcome of each item.
std::vector<Outcome> place_items(Scheduler& scheduler, const std::string& calendar,
                                 const std::vector<ImportItem>& items, const std::string& time_zone) {
  std::vector<Fields> requests;
  std::vector<const ImportItem*> asking;
  for (const auto& item : items) {
    if (!item.left_out.empty()) continue;
    requests.push_back(item.fields);
    requests.back().item = asking.size();
    asking.push_back(&item);
  }
  const auto known = [&](std::size_t i) { return find_imported(calendar, name_of(*asking[i])); };
  auto placed = requests.empty() ? std::vector<Outcome>{} : scheduler.schedule_all(requests, known);
  std::vector<Outcome> outcomes;
  std::size_t next = 0;
  for (const auto& item : items) {
    outcomes.push_back(item.left_out.empty() ? std::move(placed[next++]) : untried(item, time_zone));
    auto& outcome = outcomes.back();
    outcome.event.reset();  // the rows of an import show no events
    if (!item.left_out.empty()) continue;
    const bool is_new = outcome.event_id && (outcome.outcome == "placed" || outcome.outcome == "held");
    if (is_new) keep(calendar, item, *outcome.event_id);
    tell(outcome, item);
    name_lines(outcome, asking);
  }
  return outcomes;
}

void add(RowSet& rows, const ImportItem& item, const auto& outcome) {
  rows.add_with(
      {pg::from_int(static_cast<std::int32_t>(item.number)), pg::from_int(static_cast<std::int32_t>(item.line)),
       pg::from_text(item.uid), item.recurrence_id.empty() ? pg::Param() : pg::Param(pg::from_text(item.recurrence_id)),
       pg::from_text(item.event_name)},
      outcome);
}

Datum import_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(0).value_or("");
  const bool dry_run = arguments.flag(4);
  RowSet rows(info);
  const auto slice = slice_of(arguments.integer(2), arguments.integer(3));
  const auto items = read_file(name, arguments.text(1).value_or(""), slice);
  const auto key = dry_run ? std::nullopt : call_key(info, -1);
  if (const auto kept = key ? take_outcomes(*key) : std::nullopt) {
    for (std::size_t i = 0; i < items.size(); ++i) add(rows, items[i], *kept->at(i));
    return rows.done();
  }
  const auto outcomes = with_scheduler(named_principal(info), dry_run, [&](Scheduler& scheduler) {
    return place_items(scheduler, name, items, require_named_calendar(name).time_zone);
  });
  if (key) keep_answer(*key, outcomes);
  for (std::size_t i = 0; i < items.size(); ++i) add(rows, items[i], outcomes[i]);
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_import, jb::sql::import_body)
