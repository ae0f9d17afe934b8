// SPDX-License-Identifier: PostgreSQL
#include "scheduler.hpp"

#include <algorithm>
#include <utility>

namespace jb {

namespace {

const Calendar* find_calendar(const std::vector<Calendar>& calendars, const std::string& name) {
  const auto found =
      std::find_if(calendars.begin(), calendars.end(), [&](const Calendar& c) { return c.name == name; });
  return found == calendars.end() ? nullptr : &*found;
}

/// Its end, and a wall clock time's instant, may lie outside the years that a wish alone was checked for.
void check_representable(Validation& validation, const Wish& wish, Span span) {
  if (kRepresentable.contains(span)) return;
  validation.refuse(wish.date ? "date" : "start_timestamp",
                    wish.date ? format_date(*wish.date) : format_utc(span.start),
                    "the event must begin and end in the years 0001 to 9999");
}

Failure not_allowed_now(const Event& event, Instant now, const std::string& wanted) {
  return {Error::invalid_transition,
          "event " + std::to_string(event.id) + " is " + std::string(status_at(event, now)) + " and cannot " + wanted,
          "", "What has ended or been cancelled stays as it is; book a new event instead."};
}

void check_version(const Event& event, std::optional<std::int64_t> expected) {
  if (!expected || *expected == event.version) return;
  throw Failure(Error::version_mismatch,
                "event " + std::to_string(event.id) + " has version " + std::to_string(event.version) + ", not " +
                    std::to_string(*expected),
                "It was changed after it was read.", "Read the event again and repeat the change on what it is now.");
}

template <class T>
std::string_view changed_name(const T& before, const T& after, std::string_view name) {
  return before == after ? std::string_view{} : name;
}

std::vector<std::string> changed_fields(const Event& a, const Event& b) {
  std::vector<std::string> names;
  for (const auto name : {
           changed_name(a.event_name, b.event_name, "event_name"),
           changed_name(a.attendees, b.attendees, "attendees"),
           changed_name(a.event_location, b.event_location, "event_location"),
           changed_name(a.calendars, b.calendars, "calendars"),
           changed_name(a.wish.date, b.wish.date, "date"),
           changed_name(a.wish.start_time, b.wish.start_time, "start_time"),
           changed_name(a.wish.wished_start, b.wish.wished_start, "wished_start"),
           changed_name(a.wish.duration, b.wish.duration, "duration"),
           changed_name(a.wish.not_before, b.wish.not_before, "not_before"),
           changed_name(a.wish.not_after, b.wish.not_after, "not_after"),
           changed_name(a.wish.priority, b.wish.priority, "priority"),
       }) {
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after) {
  if (!before || !after || before->start != after->start) names.emplace_back("start_timestamp");
  if (!before || !after || before->end != after->end) names.emplace_back("end_timestamp");
}

bool wishes_other_time(const Event& a, Event b) {
  b.wish.priority = a.wish.priority;
  return a.wish != b.wish || a.calendars != b.calendars;
}

Outcome answer(std::string_view what, const Event& event, const Calendar& calendar) {
  Outcome outcome;
  outcome.outcome = what;
  if (event.id != 0) outcome.event_id = event.id;
  outcome.time = event.time;
  if (event.version != 0) outcome.version = event.version;
  outcome.time_zone = calendar.time_zone;
  return outcome;
}

/// A date alone moves a fixed event to the same wall time on that date, a start_time alone to that time on its date;
/// one wished as an instant has the other half on the wall of its calendar.
void complete_wall_clock(Fields& fields, const Wish& wish, const Zone& zone) {
  if (!wish.wished_start || fields.start_timestamp.named) return;
  const auto wall = zone.to_wall(*wish.wished_start);
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  if (fields.date.has_value() && !fields.start_time.named) fields.start_time.set(wall - day);
  if (fields.start_time.has_value() && !fields.date.named) fields.date.set(day);
}

/// Runs `work` so that nothing of it stays when it is a dry run.
template <class Work>
auto run(Store& store, bool dry_run, Work&& work) {
  if (!dry_run) return work();
  const bool records = std::exchange(store.records_rejections, false);
  const auto scope = store.scope();
  auto result = work();
  store.records_rejections = records;
  return result;
}

}  // namespace

const Calendar& Scheduler::Locked::calendar(const std::string& name) const {
  const auto* found = find_calendar(calendars, name);
  if (!found) throw unknown_calendar("calendars", name);
  return *found;
}

Calendar Scheduler::lock_calendar(const std::string& name) {
  auto locked = store_.lock({name});
  if (locked.empty()) throw unknown_calendar("calendars", name);
  return std::move(locked.front());
}

Outcome Scheduler::schedule(const Fields& fields) {
  return run(store_, fields.dry_run, [&] {
    auto named = fields;
    if (!named.calendars.has_value()) named.calendars.set({{std::string(kCeo)}});
    if (!named.duration.has_value()) named.duration.set(std::nullopt);
    const auto calendar = lock_calendar(named.calendars.value->front());
    auto event = apply(named, {}, calendar.default_duration);
    const auto now = store_.now();
    const auto timeline = store_.timeline(calendar);
    const auto placement = place(calendar, *timeline, event, now, {.allow_past = fields.allow_past});
    if (!placement.time) return reject(calendar, event, placement);
    const auto moves = plan_moves(calendar, *timeline, placement, now);
    event.time = placement.time;
    event.created_at = event.updated_at = now;
    event.version = 1;
    for (const auto& moved : moves) store_.unclaim(moved.event.id);
    event.id = store_.add(event);
    store_.claim(calendar, event.id, *event.time);
    store_.record(calendar, {.event_id = event.id,
                             .version = event.version,
                             .kind = "placed",
                             .old_range = {},
                             .new_range = event.time,
                             .old_status = {},
                             .new_status = event.status,
                             .fields = {}});
    auto outcome = answer("placed", event, calendar);
    outcome.moves = write_moves(calendar, moves, now);
    if (!store_.records_rejections) outcome.event_id.reset(), outcome.version.reset();
    return outcome;
  });
}

std::vector<Outcome> Scheduler::schedule_all(const std::vector<Fields>& requests, bool dry_run) {
  return run(store_, dry_run, [&] {
    std::vector<std::string> names;
    for (const auto& fields : requests) {
      names.push_back(fields.calendars.has_value() ? fields.calendars.value->front() : std::string(kCeo));
    }
    const auto calendars = store_.lock(names);
    Validation validation;
    for (std::size_t i = 0; i < names.size(); ++i) {
      validation.at_index(i);
      if (!find_calendar(calendars, names[i])) refuse_unknown_calendar(validation, "calendars", names[i]);
    }
    validation.raise();
    std::vector<Outcome> outcomes;
    for (item_ = 0; *item_ < requests.size(); ++*item_) outcomes.push_back(schedule(requests[*item_]));
    return outcomes;
  });
}

void Scheduler::lock(const std::vector<std::string>& names) {
  const auto calendars = store_.lock(names);
  for (const auto& name : names) {
    if (!find_calendar(calendars, name)) throw unknown_calendar("calendars", name);
  }
}

Placement Scheduler::place(const Calendar& calendar, Timeline& timeline, const Event& wanted, Instant now,
                           FixedOptions options) {
  if (!wanted.wish.is_fixed() && !options.has_begun) return place_automatic(calendar, timeline, wanted.wish, now);
  const auto start = options.has_begun ? wanted.time->start : wished_start(wanted.wish, calendar.zone());
  const Span wished{start, start + wanted.wish.duration};
  Validation validation;
  if (item_) validation.at_index(*item_);
  check_representable(validation, wanted.wish, wished);
  validation.raise();
  return place_fixed(calendar, timeline, wished, others(calendar, wished, wanted.id), now, options);
}

std::vector<Event> Scheduler::others(const Calendar& calendar, Span within, EventId own) {
  auto occupants = store_.occupants(calendar, within);
  std::erase_if(occupants, [&](const Event& event) { return event.id == own; });
  return occupants;
}

std::vector<Scheduler::Replaced> Scheduler::plan_moves(const Calendar& calendar, Timeline& timeline,
                                                       const Placement& placement, Instant now) {
  std::vector<Replaced> moves;
  if (placement.displaced.empty()) return moves;
  for (const auto& event : placement.displaced) timeline.give(*event.time);
  timeline.take(*placement.time);
  for (const auto& event : placement.displaced) {
    const auto found = place_automatic(calendar, timeline, event.wish, now);
    if (found.time) timeline.take(*found.time);
    moves.push_back({event, found.time});
  }
  return moves;
}

std::vector<Move> Scheduler::write_moves(const Calendar& calendar, const std::vector<Replaced>& moves, Instant now) {
  std::vector<Move> told;
  for (const auto& [before, to] : moves) {
    auto event = before;
    event.time = to;
    event.status = to ? Status::scheduled : Status::waiting;
    event.updated_at = now;
    ++event.version;
    store_.change(event);
    if (to) store_.claim(calendar, event.id, *to);
    std::vector<std::string> fields;
    add_time_fields(fields, before.time, to);
    if (!to) fields.emplace_back("status");
    store_.record(calendar, {.event_id = event.id,
                             .version = event.version,
                             .kind = to ? "moved" : "waiting",
                             .old_range = before.time,
                             .new_range = to,
                             .old_status = before.status,
                             .new_status = event.status,
                             .fields = fields});
    if (!to && store_.records_rejections) {
      store_.reject({event.id, event.calendars, "displaced",
                     "A fixed event took its time and no other slot is open to it.", event});
    }
    told.push_back({event.id, *before.time, to});
  }
  return told;
}

Outcome Scheduler::reject(const Calendar& calendar, const Event& wanted, const Placement& placement) {
  auto outcome = answer("rejected", wanted, calendar);
  outcome.time.reset();
  outcome.reason = placement.reason;
  outcome.detail = placement.detail;
  outcome.conflicts = placement.conflicts;
  outcome.alternatives = placement.alternatives;
  if (store_.records_rejections) {
    outcome.rejection_id =
        store_.reject({outcome.event_id, wanted.calendars, placement.reason, placement.detail, wanted});
  }
  return outcome;
}

Scheduler::Locked Scheduler::lock_event(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version) {
  for (;;) {
    auto seen = store_.find(id);
    if (!seen) throw no_such_event(id);
    check_version(*seen, expected_version);  // before what is wrong with a change of an older version
    auto names = seen->calendars;
    const auto planned = edit(*seen, store_.now()).fields.calendars;
    if (planned.has_value()) names.insert(names.end(), planned.value->begin(), planned.value->end());
    // The event may move to other calendars before its locks are held. Those taken in vain are given back by leaving
    // the scope: keeping them while taking others could deadlock.
    const auto scope = store_.scope();
    Locked locked{.event = {}, .edit = {}, .calendars = store_.lock(names), .now = store_.now()};
    auto event = store_.find(id);
    if (!event) throw no_such_event(id);
    if (event->calendars != seen->calendars) continue;
    scope->keep();
    check_version(*event, expected_version);
    locked.edit = edit(*event, locked.now);
    locked.event = std::move(*event);
    return locked;
  }
}

Outcome Scheduler::update(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version, bool dry_run) {
  return run(store_, dry_run, [&] { return apply_edit(lock_event(id, edit, expected_version)); });
}

Outcome Scheduler::cancel(EventId id, std::optional<std::int64_t> expected_version, bool dry_run) {
  const Editor to_cancelled = [](const Event&, Instant) {
    Edit edit;
    edit.fields.status.set("cancelled");
    return edit;
  };
  return update(id, to_cancelled, expected_version, dry_run);
}

Outcome Scheduler::apply_edit(const Locked& locked) {
  const auto& [event, edit, calendars, now] = locked;
  const auto target_calendar =
      edit.fields.calendars.has_value() ? edit.fields.calendars.value->front() : event.calendars.front();
  const auto& calendar = locked.calendar(target_calendar);
  auto fields = edit.fields;
  complete_wall_clock(fields, event.wish, calendar.zone());
  const auto wanted = apply(fields, event, calendar.default_duration);
  Validation validation;
  check_wish(validation, fields, wanted.wish, edit.names);
  const bool other_time = wishes_other_time(event, wanted);
  const auto& status = fields.status;
  const bool other_status = status.has_value() && *status.value != status_at(event, now);
  if (other_time && other_status) {
    validation.refuse("status", *status.value, "status and time cannot change in one call");
  }
  validation.raise();
  auto changed = changed_fields(event, wanted);
  if (other_status) return transition(locked, wanted, *status.value, std::move(changed));
  if (other_time || (edit.place_waiting && event.status == Status::waiting)) {
    return move(locked, wanted, std::move(changed));
  }
  if (changed.empty()) return answer("unchanged", event, calendar);
  auto written = wanted;
  write(locked, written, "updated", changed);
  return answer("updated", written, calendar);
}

Outcome Scheduler::move(const Locked& locked, Event wanted, std::vector<std::string> changed) {
  const auto& before = locked.event;
  const auto now = locked.now;
  const bool has_begun = before.has_begun(now);
  if ((!before.is_claiming() && before.status != Status::waiting) || before.has_ended(now)) {
    throw not_allowed_now(before, now, "be moved");
  }
  if (has_begun) {
    auto longer = before;
    longer.wish.duration = wanted.wish.duration;
    if (wishes_other_time(longer, wanted)) throw not_allowed_now(before, now, "be moved; only its duration may change");
    if (before.time->start + wanted.wish.duration <= now) {
      throw not_allowed_now(before, now, "end in the past; set its status to completed instead");
    }
  }
  const auto& calendar = locked.calendar(wanted.calendars.front());
  const auto timeline = store_.timeline(calendar);
  if (before.is_claiming() && before.calendars == wanted.calendars) timeline->give(*before.time);
  const auto placement =
      place(calendar, *timeline, wanted, now, {.allow_past = locked.edit.fields.allow_past, .has_begun = has_begun});
  if (!placement.time) return reject(calendar, wanted, placement);
  const auto moves = plan_moves(calendar, *timeline, placement, now);
  wanted.time = placement.time;
  wanted.status = Status::scheduled;
  if (before.time != wanted.time) add_time_fields(changed, before.time, wanted.time);
  if (before.status != wanted.status) changed.emplace_back("status");
  const bool was_waiting = before.status == Status::waiting;
  const bool moves_away = before.time != wanted.time || before.calendars != wanted.calendars;
  if (changed.empty()) return answer("unchanged", before, calendar);
  for (const auto& moved : moves) store_.unclaim(moved.event.id);
  write(locked, wanted, was_waiting ? "placed" : moves_away ? "moved" : "updated", changed);
  auto outcome = answer(was_waiting ? "placed" : "updated", wanted, calendar);
  outcome.moves = write_moves(calendar, moves, now);
  return outcome;
}

Outcome Scheduler::transition(const Locked& locked, Event wanted, const std::string& target,
                              std::vector<std::string> changed) {
  const auto& before = locked.event;
  const auto now = locked.now;
  const auto& calendar = locked.calendar(before.calendars.front());
  const auto from = status_at(before, now);
  std::string_view kind;
  if (target == "cancelled" && (from == "pending" || from == "in_progress" || from == "waiting" || from == "held")) {
    wanted.status = Status::cancelled;
    changed.emplace_back("status");
    kind = "cancelled";
  } else if (target == "in_progress" && from == "pending") {
    const Span sooner{now, before.time->end};
    const auto occupants = others(calendar, {now, before.time->start}, before.id);
    if (!occupants.empty()) {
      Placement refused;
      refused.reason = "conflict";
      for (const auto& event : occupants) refused.conflicts.push_back(event.id);
      refused.detail = "The time between now and its start is not free.";
      return reject(calendar, wanted, refused);
    }
    wanted.time = sooner;
    kind = "started";
  } else if (target == "completed" && from == "in_progress") {
    wanted.time->end = std::max(now, before.time->start + kShortest);  // an empty range would be no event
    kind = "completed";
  } else {
    throw not_allowed_now(before, now, "become " + target);
  }
  if (before.time != wanted.time) add_time_fields(changed, before.time, wanted.time);
  write(locked, wanted, kind, changed);
  return answer(kind == "cancelled" ? "cancelled" : "updated", wanted, calendar);
}

void Scheduler::write(const Locked& locked, Event& wanted, std::string_view kind,
                      const std::vector<std::string>& changed) {
  const auto& before = locked.event;
  const bool moves_claims = before.is_claiming() != wanted.is_claiming() || before.time != wanted.time ||
                            before.calendars != wanted.calendars;
  wanted.updated_at = locked.now;
  ++wanted.version;
  if (moves_claims && before.is_claiming()) store_.unclaim(before.id);
  store_.change(wanted);
  for (const auto& name : wanted.calendars) {
    const auto& calendar = locked.calendar(name);
    if (moves_claims && wanted.is_claiming()) store_.claim(calendar, wanted.id, *wanted.time);
    const bool was_here = std::find(before.calendars.begin(), before.calendars.end(), name) != before.calendars.end();
    store_.record(calendar, {.event_id = wanted.id,
                             .version = wanted.version,
                             .kind = kind,
                             .old_range = was_here ? before.time : std::nullopt,
                             .new_range = wanted.time,
                             .old_status = was_here ? std::optional{before.status} : std::nullopt,
                             .new_status = wanted.status,
                             .fields = changed});
  }
  for (const auto& name : before.calendars) {
    if (std::find(wanted.calendars.begin(), wanted.calendars.end(), name) != wanted.calendars.end()) continue;
    store_.record(locked.calendar(name), {.event_id = wanted.id,
                                          .version = wanted.version,
                                          .kind = kind,
                                          .old_range = before.time,
                                          .new_range = {},
                                          .old_status = before.status,
                                          .new_status = {},
                                          .fields = changed});
  }
}

Outcome Scheduler::amend(EventId id, const std::string& field, std::optional<std::int64_t> expected_version,
                         const std::function<void()>& work) {
  const Editor nothing = [](const Event&, Instant) { return Edit{}; };
  const auto locked = lock_event(id, nothing, expected_version);
  work();
  auto written = locked.event;
  write(locked, written, "updated", {field});
  return answer("updated", written, locked.calendar(written.calendars.front()));
}

void Scheduler::remove(EventId id, std::optional<std::int64_t> expected_version) {
  const Editor nothing = [](const Event&, Instant) { return Edit{}; };
  const auto locked = lock_event(id, nothing, expected_version);
  for (const auto& name : locked.event.calendars) {
    store_.record(locked.calendar(name), {.event_id = id,
                                          .version = locked.event.version + 1,
                                          .kind = "deleted",
                                          .old_range = locked.event.time,
                                          .new_range = {},
                                          .old_status = locked.event.status,
                                          .new_status = {},
                                          .fields = {},
                                          .keeps_image = true});
  }
  store_.unclaim(id);
  store_.erase(id);
}

}  // namespace jb
