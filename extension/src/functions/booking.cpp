// SPDX-License-Identifier: PostgreSQL
#include <map>

#include "core/scheduling/due.hpp"
#include "core/scheduling/place.hpp"
#include "core/values/time.hpp"
#include "pg/server.hpp"
#include "writing.hpp"

namespace jb::functions {

namespace {

/// One argument of a call.
struct Argument {
  const Arguments& all;
  std::string_view name;
  Validation& validation;
};

// For each kind of extension/fields.def: read_KIND reads an argument from SQL. core/values/json.hpp has the readers of
// JSON under the same names.
auto read_text(const Argument& from) { return from.all.text(from.name); }
auto read_texts(const Argument& from) { return from.all.texts(from.validation, from.name); }
auto read_date(const Argument& from) { return from.all.date(from.name); }
auto read_time_of_day(const Argument& from) { return from.all.time_of_day(from.name); }
auto read_timestamp(const Argument& from) { return from.all.instant(from.name); }
auto read_duration(const Argument& from) { return from.all.duration(from.validation, from.name); }
auto read_int(const Argument& from) { return from.all.integer(from.name); }
auto read_days(const Argument& from) { return read_int(from); }
auto read_count(const Argument& from) { return read_int(from); }
auto read_bool(const Argument& from) { return from.all.boolean(from.name); }
auto read_long_text(const Argument& from) { return from.all.text(from.name); }
auto read_json(const Argument& from) { return read_metadata(from.validation, from.name, from.all.json(from.name)); }
auto read_within(const Argument& from) { return jb::read_within(from.validation, from.name, from.all.json(from.name)); }
auto read_lists(const Argument& from) { return jb::read_lists(from.validation, from.name, from.all.json(from.name)); }

void read_option(const Argument& from, bool& option) { option = from.all.flag(from.name); }

void read_option(const Argument& from, OnNoSlot& option) {
  if (const auto word = from.all.text(from.name)) option = read_on_no_slot(from.validation, *word);
}

void read_argument(const Argument& from, Fields& fields) {
#define JB_FIELD(field, kind, member, column, argument, left_out) \
  if (from.name == #argument) return fields.field.set_if_given(read_##kind(from));
#define JB_OPTION(option, type, otherwise) \
  if (from.name == #option) return read_option(from, fields.option);
#include "../../fields.def"
  if (from.name == "recurrence") {
    if (const auto text = read_text(from)) fields.recurrence = parse_recurrence(*text, from.validation);
  } else if (from.name == "attachments") {
    fields.attachments = from.all.attachments(from.validation, from.name);
    fields.attached_bytes = bytes_of(fields.attachments);
  }
}

}  // namespace

Fields read_arguments(const Arguments& arguments, Validation& validation) {
  Fields fields;
  for (const std::string_view name : arguments.names())
    if (!arguments.is_null(name)) read_argument({arguments, name, validation}, fields);
  return fields;
}

void raise_all(Validation& validation, std::span<const Fields> requests) {
  constexpr std::size_t most = 1000;
  const bool is_ok = validation.ok();
  const auto has_lists = [](const Fields& fields) { return fields.one_of.has_value(); };
  if (is_ok && std::ranges::none_of(requests, has_lists)) return;
  pg::SpiConnection spi;
  std::map<std::string, bool, FoldedLess> known{{std::string(kCeo), true}};  // ceo is made by its first booking
  const auto is_known = [&](const std::string& name) {
    if (known.size() > most) return true;
    const auto [found, is_new] = known.try_emplace(name, true);
    if (is_new) found->second = find_seen_calendar(name).has_value();
    return found->second;
  };
  for (const auto& fields : requests) {
    if (is_ok && !has_lists(fields)) continue;
    if (fields.item) validation.at_index(*fields.item);
    if (fields.calendars.has_value() && !validation.has_refused("calendars")) {
      for (const auto& name : *fields.calendars.value)
        if (!is_known(name)) refuse_unknown_calendar(validation, "calendars", name);
    }
    if (has_lists(fields)) check_candidates(validation, *fields.one_of.value, is_known);
  }
  spi.finish();
  validation.raise();
}

Fields schedule_arguments(const Arguments& arguments) {
  Validation validation;
  auto fields = read_arguments(arguments, validation);
  fields.event_name.named = true;
  // Its default cannot be told from a priority that the caller gives, and is lowered to what is granted (rule 13.14).
  if (fields.priority.value == Wish().priority) fields.priority.drop();
  check_values(validation, fields, kArgumentNames);
  check_new(validation, fields, kArgumentNames);
  raise_all(validation, {&fields, 1});
  return fields;
}

// Booking: one event, or many in one call; and the lock that keeps their order.

namespace {

/// Stores the attachments with the new event, or with each event of a new series. A rejected request, or a dry run,
/// has no event id and gets no attachments.
void attach_all(Outcome& outcome, const std::vector<Attachment>& attachments) {
  if (!outcome.event_id || attachments.empty()) return;
  outcome.event->attachments.reset();
  auto events = outcome.events;
  if (events.empty()) events.push_back(*outcome.event_id);
  for (const auto event : events) {
    for (const auto& attachment : attachments) insert_attachment(event, attachment, "attachments");
  }
}

}  // namespace

JB_CALL(jb_schedule, Datum) {
  auto fields = schedule_arguments(arguments);
  const auto attachments = std::exchange(fields.attachments, {});
  return keyed_outcome(arguments, fields.dry_run, [&](Scheduler& scheduler) {
    auto outcome = scheduler.schedule(fields);
    attach_all(outcome, attachments);
    return outcome;
  });
}

JB_CALL_ROWS(jb_schedule_all) {
  if (arguments.is_null("requests")) return;
  Validation validation;
  auto requests = arguments.requests(validation, "requests");
  raise_all(validation, requests);
  std::vector<std::vector<Attachment>> attachments;
  for (auto& fields : requests) attachments.push_back(std::exchange(fields.attachments, {}));
  const bool all_are_tried =
      !requests.empty() && std::ranges::all_of(requests, [](const Fields& fields) { return fields.dry_run; });
  if (all_are_tried)
    for (auto& fields : requests) fields.dry_run = false;  // not each alone, but the batch as a whole
  const bool dry_run = all_are_tried || arguments.flag("dry_run");
  const bool all_or_none = arguments.flag("all_or_none");
  keyed_outcomes(arguments, dry_run, rows, [&](Scheduler& scheduler) {
    auto placed = scheduler.schedule_all(requests, all_or_none);
    for (std::size_t i = 0; i < placed.size(); ++i) attach_all(placed[i], attachments[i]);
    return placed;
  });
}

JB_CALL(jb_lock, void) {
  Validation validation;
  const auto names = arguments.texts(validation, "calendars").value_or(std::vector<std::string>{});
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    scheduler.lock(names);
    return 0;
  });
}

// The end of a hold: confirmed, denied, or given up because its time has passed; and when held and waiting events fall
// due.

namespace {

// When the first held or waiting event falls due, for each calendar that such an event names first. With :until, only
// what falls due by then, and one more row, for what falls due next after :until. An event whose due time cannot be
// computed, for instance because the server does not know its calendar's zone, is due at once, so that a writer tries
// the event and the error is reported. Read without a lock: a writer that acts on the answer reads again under the
// locks. Cost: linear in the held and waiting events that fall due by :until, whatever else is stored. Each subquery
// begins at an index, however many due rows the planner expects.
constexpr sql::Text kNamedFirst =
    "LATERAL (SELECT calendars[1] AS calendar FROM jb_event WHERE id = w.event_id OFFSET 0) e";
constinit auto due_statement = pg::Statement<R"(
    SELECT d.calendar, d.due_at
      FROM (SELECT 1 AS part, e.calendar, min(w.due_at) AS due_at
              FROM (SELECT event_id, due_at FROM jb_watched
                     WHERE due_at <= coalesce(:until::timestamptz, 'infinity') OFFSET 0) w,
                   )" + kNamedFirst + R"(
             GROUP BY e.calendar
             UNION ALL
            SELECT 2, e.calendar, w.due_at
              FROM (SELECT event_id, due_at FROM jb_watched WHERE due_at > :until ORDER BY due_at LIMIT 1) w,
                   )" + kNamedFirst + R"() d
     ORDER BY d.part, d.calendar COLLATE "C")">();

/// The calendars on which something is due. The function also announces when something falls due next, since after a
/// restore no backend has announced this time yet.
std::vector<std::string> due_on(Instant now) {
  std::vector<std::string> names;
  const auto rows = due_statement.run("until"_arg = now);
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    const auto name = pg::to_text(*rows.at(i, 1));
    const auto due = pg::to_instant(*rows.at(i, 2));
    pg::announce_due(pg::machine_time(due));
    if (due <= now && rights_on(name).has(Right::book)) names.push_back(name);
  }
  return names;
}

}  // namespace

JB_CALL(jb_confirm, Datum) {
  const auto id = arguments.event_id();
  const bool if_still_free = arguments.flag("if_still_free");
  return keyed_becoming(arguments, id,
                        {.status = Status::scheduled, .scope = arguments.scope(), .if_still_free = if_still_free});
}

JB_CALL(jb_deny, Datum) {
  const auto id = arguments.event_id();
  return keyed_becoming(arguments, id, {.status = Status::denied, .scope = arguments.scope()});
}

JB_CONNECTED_ROWS(jb_due) {
  require_operator();
  rows.add(due_statement.run(pg::Snapshot::callers, "until"_arg = arguments.instant("until")));
}

JB_CALL(jb_expire, std::int32_t) {
  Validation validation;
  const auto named = arguments.texts(validation, "calendars");
  validation.raise();
  return with_scheduler(arguments, [&](Scheduler& scheduler) {
    return static_cast<std::int32_t>(named ? scheduler.tend(*named) : scheduler.tend_due(due_on));
  });
}

// Changing booked events: moved, given other fields, cancelled, deleted, one or many.

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

/// Reads the changes that the object in `changes` makes to `current`.
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

/// The edits of a list of changes, read against the events that the list names.
std::vector<Edit> edits_of(const std::vector<ListedChange>& list, const std::vector<Event>& current, Instant now) {
  Validation validation;
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < list.size(); ++i) {
    step();
    validation.at_index(i);
    auto& fields = edits.emplace_back(Edit{.fields = read_fields(validation, list[i].fields, current[i], now)}).fields;
    if (list[i].cancels) fields.status.set(Status::cancelled);
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
  const bool dry_run = arguments.flag("dry_run") || asks_for_dry_run(parse_json(changes));
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
  return keyed_becoming(arguments, id, {.status = Status::cancelled, .scope = arguments.scope()});
}

JB_CALL(jb_delete, bool) {
  const auto id = arguments.event_id();
  auto key = call_key(arguments, false);
  if (key && take_key(*key)) return true;
  return with_scheduler(arguments, [&](Scheduler& scheduler) {
    scheduler.remove(id, arguments.bigint("expected_version"));
    return true;
  });
}

// Replanning a calendar's automatic events, and following a zone whose rules have changed.

namespace {

constinit auto wished_statement = pg::Statement<"SELECT " + kEventColumns + R"(, e.calendars[1]
      FROM jb_event e
     WHERE e.start_timestamp > :now AND num_nonnulls(e.start_time, e.days, e.wished_wall) > 0
       AND e.status IN ('scheduled', 'held') ORDER BY e.id)">();

}  // namespace

JB_CALL_ROWS(jb_replan) {
  const auto name = arguments.word("calendar");
  Basis basis(arguments, arguments.flag("dry_run"));
  const auto moves = basis.run([&](Scheduler& scheduler) { return scheduler.replan(name); });
  for (const auto& move : moves) rows.add(move, {basis.made() ? pg::Param(*basis.made()) : pg::Param()});
}

JB_CALL_ROWS(jb_rezone) {
  const auto name = arguments.word("calendar");
  for (const auto& move : with_scheduler(arguments, arguments.flag("dry_run"),
                                         [&](Scheduler& scheduler) { return scheduler.rezone(name); }))
    rows.add(move);
}

JB_CONNECTED_ROWS(jb_wall_clock_problems) {
  require_operator();
  std::map<std::string, Calendar> calendars;
  for (auto& calendar : all_calendars(pg::Snapshot::callers, [](auto&&...) {}))  // jb_tree_problems() names the refused
    calendars.emplace(calendar.name, std::move(calendar));
  const auto events = wished_statement.run(pg::Snapshot::callers, "now"_arg = pg::now());
  for (std::uint64_t i = 0; i < events.size(); ++i) {
    try {
      const auto event = read_event(events, i);
      const auto calendar = calendars.find(event.calendars.front());
      if (calendar == calendars.end() || !has_left_wall_clock(event, calendar->second.zone())) continue;
      const auto& zone = calendar->second.zone();
      const auto wished = wished_time(wall_clock_wish(event), zone);
      const auto told = [&](Instant Span::* at, const char* stands) {
        return stands + format_timestamp((*event.time).*at, zone) + ", its wish is " +
               format_timestamp(wished.*at, zone) + ".";
      };
      rows.add(
          {event.wished_wall ? "wall clock is the calendar's" : "wall clock is kept", calendar->first, event.id,
           wished.start != event.time->start ? told(&Span::start, "It stands at ") : told(&Span::end, "It ends at ")});
    } catch (const Failure& failure) {
      rows.add({"values in range", events.param(i, kEventColumnCount + 1), events.param(i, 1),
                "It cannot be read: " + failure.message + "."});
    }
  }
}

// Explanations: why a request would be placed where it would, or refused.

namespace {

/// The result of `work` with a scheduler that only tries, in the caller's snapshot.
template <class Work>
auto tried(const Arguments& arguments, Work work) {
  return connected([&] {
    SnapshotStore store(pg::principal(arguments.principal()));
    Scheduler scheduler(store, true);
    return work(scheduler);
  });
}

/// Explains where the fields would go, without the event that the argument `aside` names.
void explain_to(const Arguments& arguments, RowSet& rows, const Fields& fields) {
  const auto most = static_cast<std::size_t>(arguments.max_rows());
  const auto aside = arguments.bigint("aside");
  for (const auto& row : tried(arguments, [&](Scheduler& on) { return on.explain(fields, most, aside); }))
    rows.add(row);
}

/// The one request in a JSON object.
Fields only_request(Validation& validation, std::vector<Fields> requests) {
  raise_all(validation, requests);
  if (requests.size() != 1)
    throw invalid("request", std::to_string(requests.size()) + " requests", "it must be one JSON object");
  return std::move(requests.front());
}

constinit auto change_seq_statement = pg::Statement<
    "SELECT k.change_seq FROM jb_calendar c JOIN jb_calendar_lock k USING (id) WHERE c.name = :calendar">();
// What was wished then, and the event of that wish, unless it has been deleted.
constinit auto wish_statement = pg::Statement<R"(
    SELECT r.request, e.id
      FROM jb_rejections(:id - 1, 1, NULL, :principal) r LEFT JOIN jb_event e ON e.id = r.event_id
     WHERE r.id = :id AND r.at IS NOT NULL)">();

Failure no_such_rejection(std::int64_t id) {
  return {Error::not_found, "rejection " + std::to_string(id) + " does not exist", "",
          "The list of rejections has those that the caller may read."};
}

/// The proof that `prove` gets from the scheduler.
template <class Prove>
std::string proved(const Arguments& arguments, Prove prove) {
  return tried(arguments, [&](Scheduler& scheduler) {
    return proof_json(prove(scheduler), [](const std::string& calendar) {
      const auto found = change_seq_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar);
      return found.empty() ? std::int64_t{0} : pg::to_id(*found.at(0, 1));
    });
  });
}

}  // namespace

JB_CALL_ROWS(jb_explain) { explain_to(arguments, rows, schedule_arguments(arguments)); }

JB_CALL_ROWS(jb_explain_request) {
  if (arguments.is_null("request")) return;
  Validation validation;
  auto requests = arguments.requests(validation, "request");
  explain_to(arguments, rows, only_request(validation, std::move(requests)));
}

JB_CALL_ROWS(jb_explain_event) {
  const auto id = arguments.event_id();
  const auto most = static_cast<std::size_t>(arguments.max_rows());
  for (const auto& row : tried(arguments, [&](Scheduler& on) { return on.explain_event(id, most); })) rows.add(row);
}

JB_CALL(jb_proof_request, std::string) {
  Validation validation;
  if (arguments.is_null("request")) throw invalid("request", "NULL", "it is required");
  auto requests = arguments.requests(validation, "request");
  const auto fields = only_request(validation, std::move(requests));
  const auto aside = arguments.bigint("aside");
  return proved(arguments, [&](Scheduler& scheduler) { return scheduler.prove(fields, aside); });
}

JB_CALL(jb_proof_event, std::string) {
  const auto id = arguments.event_id();
  return proved(arguments, [&](Scheduler& scheduler) { return scheduler.prove_event(id); });
}

JB_CALL(jb_proof, std::string) {
  const auto id = arguments.bigint("rejection_id");
  if (!id) throw invalid("rejection_id", "NULL", "it is required");
  std::string request;
  std::optional<EventId> aside;
  connected([&] {
    const auto found =
        wish_statement.run(pg::Snapshot::callers, "id"_arg = *id, "principal"_arg = arguments.param("principal"));
    if (found.empty()) throw no_such_rejection(*id);
    request = pg::jsonb_text(*found.at(0, 1));
    if (const auto event = found.at(0, 2)) aside = pg::to_id(*event);
  });
  Validation validation;
  auto requests = read_requests(validation, request, pg::parse_interval);
  const auto fields = only_request(validation, std::move(requests));
  return proved(arguments, [&](Scheduler& scheduler) { return scheduler.prove(fields, aside); });
}

}  // namespace jb::functions
