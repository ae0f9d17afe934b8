// SPDX-License-Identifier: PostgreSQL
//
// Booking the events of an iCalendar text, or trying it; each event of the text is answered by a row.
#include "core/adapters/import.hpp"
#include "core/event/refusal_text.hpp"

#include "call.hpp"
#include "idempotency.hpp"
#include "mirror.hpp"
#include "pg/clock.hpp"
#include "pg/windows_zone.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement imported_names_statement{
    "SELECT coalesce((SELECT i.uid FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar"
    "  WHERE i.event_id = $2 AND c.name = $1 LIMIT 1), ''),"
    " coalesce((SELECT e.event_name FROM jb_event e WHERE e.id = $2), '')"};

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

/// How the call reads its file: the arguments sync, cancel_missing and on_no_slot. What is missing is
/// cancelled with the first part of the file.
ImportWish wish_of(const Arguments& arguments, const ImportSlice& slice) {
  Validation validation;
  ImportWish wish{.follows = arguments.flag("sync")};
  const bool cancels = arguments.flag("cancel_missing");
  const auto word = arguments.text("on_no_slot").value_or("reject");
  if (cancels && !wish.follows) validation.refuse("cancel_missing", "true", "it goes with sync only");
  if (word != "reject" && word != "skip") validation.refuse("on_no_slot", word, "it must be reject or skip");
  validation.raise();
  wish.cancels_missing = cancels && slice.after == 0;
  if (word == "skip") wish.on_no_slot = OnNoSlot::leave_out;
  return wish;
}

/// A file as it was read.
struct ReadFile {
  std::string calendar;   ///< its own name
  std::string time_zone;  ///< that of the calendar, in which the file was read
  std::shared_ptr<const Zone> zone;
  std::vector<ImportItem> items;
  std::vector<ImportIdentity> all;  ///< also where the call imports a part of the file
};

/// The items of the slice, read in the calendar's zone. Errors: 22023.
ReadFile read_file(const Calendar& calendar, const std::string& text, const ImportSlice& slice,
                   const ImportWish& wish) {
  ReadFile file;
  const auto now = pg::now();
  const ImportContext context{.calendar = calendar.name,
                              .time_zone = calendar.time_zone,
                              .zone = calendar.grid().zone,
                              .latest = now + calendar.horizon,
                              .find_zone = pg::find_zone,
                              .windows_names = pg::windows_names,
                              .may_cancel = wish.follows && !wish.cancels_missing,
                              .now = now};
  file.calendar = calendar.name;
  file.time_zone = calendar.time_zone;
  file.zone = calendar.grid().zone;
  file.items = read_icalendar(text, context, slice, &file.all);
  return file;
}

/// The outcome of an item that the call does not try to place.
Outcome untried(const ImportItem& item, const std::string& time_zone) {
  Outcome outcome;
  outcome.outcome = item.left_out == "invalid" ? "invalid" : "ignored";
  outcome.remark = item.detail;
  outcome.time = item.time;
  outcome.time_zone = time_zone;
  return outcome;
}

/// Completes the outcome of an item: with the remark, and of what was refused with its time.
void tell(Outcome& outcome, const MirroredItem& mirrored) {
  const auto& item = *mirrored.item;
  if (outcome.refusal) {
    if (!outcome.time) outcome.time = item.time;
  } else if (!outcome.remark.empty()) {
    if (item.left_out.empty() && !item.detail.empty()) outcome.remark += " " + item.detail;
  } else if (mirrored.is_older) {
    outcome.remark = "The file has an older state of it than was imported before.";
  } else if (outcome.outcome == "unchanged" && item.left_out.empty()) {
    const bool stands_elsewhere = !item.fields.recurrence && outcome.time != item.time;
    outcome.remark = "It was imported before, as event " + std::to_string(*outcome.event_id) +
                     (stands_elsewhere ? ", which stands at another time here." : ".");
  } else {
    outcome.remark = item.detail;
  }
}

/// On a dry run one event of the file may stand in the way of another. The outcome's remark then names the event in
/// the way by its name and line; the refusal's facts give the event's number in the file.
void name_lines(Outcome& outcome, const std::vector<MirroredItem>& asking) {
  if (!outcome.refusal || outcome.refusal->requests.empty()) return;
  outcome.remark = sentence(*outcome.refusal, *outcome.zone, [&](std::size_t i) {
    return "\"" + shorten(asking[i].item->event_name, 100) + "\" in line " + std::to_string(asking[i].item->line) +
           " of this file";
  });
  for (auto& place : outcome.refusal->requests) place = asking[place].item->number;
}

/// Carries out what the file asks for. Result: the outcome of each item, then those of the events that the file does
/// not have and that were cancelled.
std::vector<Outcome> import_items(Scheduler& scheduler, ReadFile& file, const std::string& text,
                                  const ImportSlice& slice, const ImportWish& wish, bool dry_run) {
  const auto calendar = file.calendar;
  // The report of an import that follows its source shows how the file differs from the calendar, so it needs the right
  // to read. The call asks before it waits for the calendar, and again once it has it (rule 13.5).
  const auto require_reading = [&] {
    if (wish.follows) require_right(calendar, Right::read);
  };
  require_reading();
  std::vector<MirroredItem> asking;
  auto followed = scheduler.follow(calendar, [&] {
    require_reading();
    // While the call waited for the calendar, somebody may have given it another zone.
    const auto locked = find_calendar(calendar, pg::Snapshot::fresh);
    if (locked && locked->time_zone != file.time_zone) file = read_file(*locked, text, slice, wish);
    asking = mirrored_items(calendar, *file.zone, file.items, file.all, wish);
    std::vector<SourceEvent> sources;
    for (const auto& each : asking) sources.push_back(each.source);
    return sources;
  });
  std::vector<Outcome> outcomes;
  std::size_t next = 0;
  for (const auto& item : file.items) {
    const bool is_asking = next < asking.size() && asking[next].item == &item;
    if (!is_asking) {
      outcomes.push_back(untried(item, file.time_zone));
      continue;
    }
    auto& outcome = followed[next].outcome;
    if (!dry_run) keep_names(calendar, asking[next], followed[next]);
    if (asking[next].was_never_booked()) outcome = untried(item, file.time_zone);
    tell(outcome, asking[next]);
    name_lines(outcome, asking);
    outcomes.push_back(std::move(outcome));
    ++next;
  }
  for (; next < asking.size(); ++next) {
    if (!dry_run) keep_names(calendar, asking[next], followed[next]);
    if (followed[next].outcome.outcome != "cancelled") continue;
    followed[next].outcome.remark = "The file does not have it.";
    outcomes.push_back(std::move(followed[next].outcome));
  }
  return outcomes;
}

/// The columns of an item before those of its outcome.
void add(RowSet& rows, const ImportItem& item, const auto& outcome) {
  rows.add_with({static_cast<std::int32_t>(item.number), static_cast<std::int32_t>(item.line), item.uid,
                 item.recurrence_id.empty() ? pg::Param() : pg::Param(item.recurrence_id), item.event_name},
                outcome);
}

/// The rows of an answer: the items, then the events that the file does not have, of which the calendar knows UID and,
/// as long as they are stored, name.
void add_all(RowSet& rows, const std::string& calendar, const ReadFile& file, const auto& outcomes, auto event_of) {
  pg::SpiConnection spi;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (i < file.items.size()) {
      add(rows, file.items[i], outcomes[i]);
      continue;
    }
    const auto names = imported_names_statement.run({calendar, event_of(outcomes[i])});
    rows.add_with({pg::Param(), pg::Param(), names.param(0, 1), pg::Param(), names.param(0, 2)}, outcomes[i]);
  }
  spi.finish();
}

}  // namespace

JB_CALL_ROWS(jb_import) {
  const bool dry_run = arguments.flag("dry_run");
  const auto slice = slice_of(arguments.integer("after"), arguments.integer("max_rows"));
  const auto wish = wish_of(arguments, slice);
  const auto text = arguments.word("ics");
  pg::SpiConnection spi;
  auto file = read_file(require_named_calendar(arguments.word("calendar")), text, slice, wish);
  spi.finish();
  const auto& name = file.calendar;
  const auto key = call_key(arguments, dry_run);
  if (const auto kept = key ? take_outcomes(*key) : std::nullopt) {
    std::vector<Datum> outcomes;
    for (const auto& each : *kept) outcomes.push_back(*each);
    const pg::RowType type("jb_outcome");
    add_all(rows, name, file, outcomes, [&](Datum outcome) { return pg::to_id(type.columns_of(outcome)[1].value); });
    return;
  }
  const auto outcomes = with_scheduler(arguments, dry_run, [&](Scheduler& scheduler) {
    return import_items(scheduler, file, text, slice, wish, dry_run);
  });
  if (key) keep_answer(*key, outcomes);
  add_all(rows, name, file, outcomes, [](const Outcome& outcome) { return *outcome.event_id; });
}

}  // namespace jb::functions
