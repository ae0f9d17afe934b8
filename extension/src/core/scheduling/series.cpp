// SPDX-License-Identifier: PostgreSQL
#include "series.hpp"

#include <algorithm>
#include <tuple>

#include "../values/budget.hpp"
#include "../values/time_text.hpp"
#include "../values/validation.hpp"
#include "booking.hpp"
#include "watching.hpp"

namespace jb {

namespace {

using std::chrono::days;

/// How many occurrences are tried at most to find alternatives (rule 2.5.4).
constexpr std::size_t kTried = 5000;

/// The rule of a series with the calendar and the bound that its occurrences depend on.
struct Starts {
  const Recurrence& rule;
  const Calendar& first;
  Instant latest;  ///< the latest start of an occurrence: a later one would end after the horizon (rule 2.14.3)

  Occurrences from(WallTime start, Validation& validation) const {
    return occurrences(rule, start, first.zone(), first.time_zone, latest, validation);
  }

  /// The event of the occurrence at `start`: `wanted` at that wall clock time, with the duration that it has there.
  Event occurrence(Event wanted, WallTime start) const {
    const auto day = std::chrono::floor<days>(start);
    wanted.wish.wished_start.reset();
    wanted.wish.date = day;
    wanted.wish.start_time = start - day;
    wanted.wish.duration = duration_at(rule, start, first.zone(), wanted.wish.duration);
    return wanted;
  }

  /// The time of the occurrence, by its wish.
  Span time_of(const Event& occurrence) const {
    const auto at = wished_start(occurrence.wish, first.zone());
    return {at, at + occurrence.wish.duration};
  }
};

/// The nearest horizon of the event's calendars, as an instant: the event may end no later (rule 2.3.6).
Instant horizon_of(Plan& plan, const Event& wanted) {
  return plan.now() + nearest_horizon(wanted, plan.calendar_of_name());
}

Starts starts_of(Plan& plan, const Recurrence& rule, const Event& wanted) {
  const auto& first = plan.calendar(wanted.calendars.front());
  return {rule, first, latest_start(rule, horizon_of(plan, wanted), first.zone(), wanted.wish.duration)};
}

/// The wall clock time at which the series begins. Refused is an instant in the second of two equal hours: its wall
/// clock time means the first of them (rule 2.1.5).
WallTime first_start(const Event& wanted, const Zone& zone, Validation& validation) {
  const auto& wish = wanted.wish;
  if (wish.start_time) return *wish.date + *wish.start_time;
  const auto wall = zone.to_wall(*wish.wished_start);
  if (zone.to_instant(wall) != *wish.wished_start) {
    validation.refuse("start_timestamp", format_timestamp(*wish.wished_start, zone),
                      "a series begins at a time of the wall clock, and this one is shown for the second time");
  }
  return wall;
}

/// An occurrence without a place.
struct Failed {
  std::size_t place = 0;  ///< among the occurrences
  Decision decision;
};

/// Whether all of the series would be open to automatic events if the series began at `start`; none where `tries` or
/// the budget of the call does not allow the trial (rule 2.5.4). The plan is unchanged afterwards.
std::optional<bool> is_open_from(Plan& plan, const Starts& starts, const Event& wanted, WallTime start,
                                 std::size_t& tries) {
  if (!has_left(Budget::rule_steps, 2 * spent(Budget::rule_steps))) return std::nullopt;
  Validation validation;
  const auto found = starts.from(start, validation);
  // An empty expansion is work too, and counts as one try. Running out of tries ends the search, not the call.
  const auto cost = std::max<std::size_t>(found.starts.size(), 1);
  if (cost > tries) return std::nullopt;
  tries -= cost;
  const bool is_cut = found.beyond && !starts.rule.is_endless();
  if (!validation.ok() || is_cut || found.starts.empty()) return false;
  EventId trial = 0;
  const auto before = plan.mark();
  const bool all = std::all_of(found.starts.begin(), found.starts.end(), [&](WallTime each) {
    step();
    auto event = starts.occurrence(wanted, each);
    event.id = --trial;
    event.time = starts.time_of(event);
    auto search = plan.search(event.booked_on());
    if (search.first_fit(event.wish.duration, *event.time, plan.now()) != event.time->start) return false;
    plan.add(std::move(event), "placed");
    return true;
  });
  plan.back_to(before);
  return all;
}

/// Alternatives of a series: starts on the same date from which all of the series is open (rule 2.5.4).
std::vector<Span> alternatives(Plan& plan, const Starts& starts, Event wanted, WallTime start) {
  wanted.recurrence.clear();  // a trial copies the event and needs no text of the rule
  const auto& zone = starts.first.zone();
  auto search = plan.search(wanted.booked_on());
  const auto wished = starts.time_of(starts.occurrence(wanted, start));
  const auto within = intersection(search.bounds(plan.now()), zone.day_at(wished.start));
  std::size_t tries = kTried;
  return nearest_open(search, wished, within, [&](Instant candidate) {
    const auto wall = zone.to_wall(candidate);
    return zone.to_instant(wall) == candidate ? is_open_from(plan, starts, wanted, wall, tries) : false;
  });
}

/// Removes the earlier occurrences of the series from the events in the way. Their ids mean nothing to the caller,
/// since a rejected series stores no occurrence.
void forget_siblings(Refusal& refusal, const std::vector<Event>& placed) {
  std::erase_if(refusal.conflicts, [&](EventId id) {
    return std::any_of(placed.begin(), placed.end(), [&](const Event& sibling) { return sibling.id == id; });
  });
}

/// The refusal of an occurrence at `time`, which ends after the horizon. The horizon binds a series on every calendar,
/// strict or not (rule 2.14.3).
Refusal beyond_horizon(Plan& plan, const Event& wanted, Span time) {
  return {.reason = Reason::beyond_horizon, .span = time, .limit = horizon_of(plan, wanted)};
}

/// The outcome `rejected` of a series whose occurrence at `start` has no place.
Outcome failed_at(const Starts& starts, const Event& wanted, WallTime start, Outcome rejected) {
  rejected.failed = starts.time_of(starts.occurrence(wanted, start));
  return rejected;
}

/// The occurrences that were placed and those that were not, each in order of time.
struct Run {
  std::vector<Event> placed;
  std::vector<Skipped> skipped;
  std::optional<Failed> failed;  ///< the first occurrence without a place
};

Run place_all(Plan& plan, const Requested& requested, const Starts& series, const std::vector<WallTime>& starts) {
  auto wanted = requested.wanted;
  Run run;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    step();
    auto event = series.occurrence(wanted, starts[i]);
    const auto wished = series.time_of(event);
    auto decision = place(plan, event, {.allow_past = requested.options.allow_past}, requested.item);
    if (decision.time) {
      run.placed.push_back(book(plan, std::move(event), decision));
      wanted.series = run.placed.front().id;
      wanted.recurrence.clear();
      continue;
    }
    forget_siblings(*decision.refusal, run.placed);
    run.skipped.push_back({wished, *decision.refusal});
    if (!run.failed) run.failed = Failed{i, std::move(decision)};
    if (!skips(requested.on_no_slot)) break;
  }
  return run;
}

/// The instant by which the events of a series are ordered: the event's start; for a waiting event its wished start,
/// or the beginning of its date. A waiting event without a date comes last.
Instant start_in_series(const Event& event, const Zone& zone) {
  if (event.time) return event.time->start;
  if (event.wish.is_fixed()) return wished_start(event.wish, zone);
  return event.wish.date ? zone.day(*event.wish.date).start : kRepresentable.end;
}

/// The events of `event`'s series that the scope reaches, by start, with `event` among them (rule 2.14.6).
std::vector<Event> in_scope(Plan& plan, const Event& event, Scope scope) {
  const auto& zone = plan.calendar(event.calendars.front()).zone();
  const auto key = [&](const Event& e) { return std::tuple(start_in_series(e, zone), e.id); };
  auto events = plan.series(*event.series);
  std::erase_if(events, [&](const Event& other) { return !plan.may_read(other); });
  if (scope == Scope::following) {
    std::erase_if(events, [&](const Event& other) { return key(other) < key(event); });
  }
  std::sort(events.begin(), events.end(), [&](const Event& a, const Event& b) { return key(a) < key(b); });
  return events;
}

/// The wall clock time of the event's wish, or else of its start, or else midnight of its date; none: it waits for any
/// day.
std::optional<WallTime> wall_start(const Event& event, const Zone& zone) {
  const auto& wish = event.wish;
  if (wish.start_time) return *wish.date + *wish.start_time;
  if (wish.wished_start) return zone.to_wall(*wish.wished_start);
  if (event.time) return zone.to_wall(event.time->start);
  return wish.date ? std::optional<WallTime>(*wish.date) : std::nullopt;
}

/// The date of the event, or the date that it waits for; none: it waits for any day.
std::optional<Date> wall_date(const Event& event, const Zone& zone) {
  if (event.wish.date) return event.wish.date;
  const auto start = wall_start(event, zone);
  return start ? std::optional(std::chrono::floor<days>(*start)) : std::nullopt;
}

/// The time of day that the event's wish names; none: the event is automatic.
std::optional<Seconds> wall_time(const Event& event, const Zone& zone) {
  if (!event.wish.is_fixed()) return std::nullopt;
  const auto start = *wall_start(event, zone);
  return start - std::chrono::floor<days>(start);
}

/// By how many days the edit moves the event that the call names; `intent` is the edit laid over this event.
days days_moved(const Fields& fields, const Intent& intent, const Zone& zone) {
  const auto from = wall_date(intent.before, zone);
  const bool names_day = fields.date.has_value() || fields.start_timestamp.has_value();
  return from && names_day ? *wall_date(intent.wanted, zone) - *from : days{0};
}

/// Whether the edit gives the event back to the scheduler (rule 2.9.5): the edit clears the event's start.
bool gives_back(const Fields& fields, const Intent& intent) {
  const auto clears = [](const auto& field) { return field.named && !field.value; };
  return !intent.wanted.wish.is_fixed() &&
         (clears(fields.start_time) || (clears(fields.start_timestamp) && intent.before.wish.wished_start));
}

/// The time of day that the edit gives the sibling; none: the sibling becomes, or stays, automatic. The sibling keeps
/// its own time of day unless the edit changes that of the event that the call names.
std::optional<Seconds> transposed_time(const Fields& fields, const Intent& intent, const Event& sibling,
                                       const Zone& zone) {
  if (gives_back(fields, intent)) return std::nullopt;
  const auto named = wall_time(intent.wanted, zone);
  return named && named != wall_time(intent.before, zone) ? named : wall_time(sibling, zone);
}

/// The edit for a sibling (rule 2.14.7): the sibling moves by as many days as the event that the call names, and to
/// the same time of day if that changed. A sibling that waits for any day has no date to move from, and keeps its
/// wish.
Edit transposed(Edit edit, const Intent& intent, const Event& sibling, const Zone& zone) {
  auto& fields = edit.fields;
  if (!fields.date.named && !fields.start_time.named && !fields.start_timestamp.named) return edit;
  const auto own_date = wall_date(sibling, zone);
  const auto own_time = wall_time(sibling, zone);
  const auto by = days_moved(fields, intent, zone);
  const auto time = transposed_time(fields, intent, sibling, zone);
  fields.date.drop();
  fields.start_time.drop();
  fields.start_timestamp.drop();
  if (!own_date || (by == days{0} && time == own_time)) return edit;
  fields.date.set(*own_date + by);
  if (time || own_time) fields.start_time.set(time);
  if (!time && own_time) fields.start_timestamp.set(std::nullopt);
  return edit;
}

/// Whether a sibling takes part in the edit. A sibling takes part if it waits or has not begun, or if its status
/// allows the new status. `in_progress`, `completed` and the confirmation of an ended hold are for the named event
/// alone.
bool joins(const Intent& intent, Instant now) {
  const auto& event = intent.before;
  if (intent.status.empty()) {
    return event.status == Status::waiting || (event.is_claiming() && !event.has_begun(now));
  }
  if (!is_possible(intent, now)) return false;
  return intent.status != "in_progress" && intent.status != "completed" && event.status != Status::expired;
}

std::vector<Intent> intents_of(Plan& plan, const Event& event, const Edit& edit) {
  const auto named = intent_of(plan, event, edit);
  const auto& zone = plan.calendar(event.calendars.front()).zone();
  std::vector<Intent> intents;
  for (const auto& sibling : in_scope(plan, event, edit.fields.scope)) {
    auto intent = sibling.id == event.id ? named : intent_of(plan, sibling, transposed(edit, named, sibling, zone));
    if (sibling.id != event.id && !joins(intent, plan.now())) continue;
    order(intent.wanted);
    intents.push_back(std::move(intent));
  }
  return intents;
}

/// Carries out the intent for one of the events that change together. A fixed event of a series must lie within the
/// horizon (rule 2.14.3).
Outcome carry_out_one(Plan& plan, const Intent& intent) {
  const auto& wanted = intent.wanted;
  if (intent.moves && is_possible(intent, plan.now()) && wanted.wish.is_fixed()) {
    const auto& zone = plan.calendar(wanted.calendars.front()).zone();
    const auto start = wished_start(wanted.wish, zone);
    const auto latest = horizon_of(plan, wanted) - wanted.wish.duration;
    if (start > latest)
      return reject(plan, wanted, beyond_horizon(plan, wanted, {start, start + wanted.wish.duration}));
  }
  return carry_out(plan, intent);
}

Outcome apply_to_series(Plan& plan, const Event& event, const Edit& edit) {
  const auto before = plan.mark();
  const auto intents = intents_of(plan, event, edit);
  for (const auto& intent : intents) {
    if (intent.moves && is_possible(intent, plan.now())) plan.set_aside(intent.before);
  }
  Outcome own;
  std::vector<EventId> changed;
  for (std::size_t i = 0; i < intents.size(); ++i) {
    auto outcome = carry_out_one(plan, intents[i]);
    if (outcome.outcome == "rejected") {
      const auto start = wall_start(intents[i].wanted, *outcome.zone);
      if (start) outcome.refusal->occurrence = Occurrence{i + 1, intents.size(), *start};
      const auto options = outcome.rejection->options;
      plan.back_to(before);
      outcome.alternatives.clear();
      outcome.rejection = plan.reject(intents[i].wanted, *outcome.refusal, {}, options);
      return outcome;
    }
    if (outcome.outcome != "unchanged") changed.push_back(intents[i].before.id);
    if (intents[i].before.id == event.id) own = std::move(outcome);
  }
  own.events = std::move(changed);
  return own;
}

/// The rule of a request, expanded.
struct Expanded {
  WallTime start;
  Occurrences found;
  std::optional<Decision> refused{};  ///< where the series does not end within the horizon
};

Expanded expand(Plan& plan, const Requested& requested, const Starts& starts) {
  const auto& wanted = requested.wanted;
  Validation validation;
  if (requested.item) validation.at_index(*requested.item);
  const auto start = first_start(wanted, starts.first.zone(), validation);
  Expanded expanded{start, starts.from(start, validation)};
  validation.raise();
  const auto& found = expanded.found;
  if (found.beyond && (found.starts.empty() || !starts.rule.is_endless())) {
    auto& refusal = expanded.refused.emplace().refusal;
    refusal = beyond_horizon(plan, wanted, starts.time_of(starts.occurrence(wanted, *found.beyond)));
    refusal->occurrence = Occurrence{found.starts.size() + 1, 0, *found.beyond};
  }
  return expanded;
}

}  // namespace

Asked occurrences_of(Plan& plan, const Requested& requested) {
  const auto starts = starts_of(plan, *requested.rule, requested.wanted);
  auto expanded = expand(plan, requested, starts);
  Asked asked;
  if (expanded.refused) {
    asked.failed = expanded.refused->refusal->span;
    asked.refused = std::move(expanded.refused);
    return asked;
  }
  for (const auto start : expanded.found.starts) asked.events.push_back(starts.occurrence(requested.wanted, start));
  return asked;
}

Outcome request_series(Plan& plan, const Requested& requested) {
  const auto& wanted = requested.wanted;
  const auto starts = starts_of(plan, *requested.rule, wanted);
  const auto [start, found, refused] = expand(plan, requested, starts);
  if (refused) return failed_at(starts, wanted, *found.beyond, turn_down(plan, wanted, *refused, requested.on_no_slot));

  order(wanted, found.starts.size());
  const auto before = plan.mark();
  auto run = place_all(plan, requested, starts, found.starts);
  if (run.placed.empty() || (run.failed && !skips(requested.on_no_slot))) {
    plan.back_to(before);
    auto& [place, decision] = *run.failed;
    decision.refusal->occurrence = Occurrence{place + 1, found.starts.size(), found.starts[place]};
    decision.alternatives = alternatives(plan, starts, wanted, start);
    return failed_at(starts, wanted, found.starts[place], turn_down(plan, wanted, decision, requested.on_no_slot));
  }
  auto outcome = answer(plan, placing_kind(run.placed.front()), run.placed.front());
  for (const auto& event : run.placed) outcome.events.push_back(event.id);
  outcome.skipped = std::move(run.skipped);
  outcome.moves = place_displaced(plan);
  return outcome;
}

Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit) {
  const bool reaches_others = event.series && edit.fields.scope != Scope::one;
  auto outcome = reaches_others ? apply_to_series(plan, event, edit) : carry_out(plan, intent_of(plan, event, edit));
  outcome.moves = place_displaced(plan);
  return outcome;
}

}  // namespace jb
