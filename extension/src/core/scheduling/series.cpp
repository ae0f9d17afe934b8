// SPDX-License-Identifier: PostgreSQL
#include "series.hpp"

#include <algorithm>

#include "../values/input.hpp"
#include "../values/time.hpp"
#include "choice.hpp"
#include "powers.hpp"

namespace jb {

Instant horizon_of(Plan& plan, const Event& wanted) {
  return plan.now() + nearest_horizon(wanted, plan.calendar_of_name());
}

namespace {

using std::chrono::days;

/// The most occurrences that are tried to find alternatives (rule 2.5.4).
constexpr std::size_t kTried = 5000;

/// The rule of a series with the calendar and the bound that its occurrences depend on.
struct Starts {
  const Recurrence& rule;
  const Calendar& first;
  const Zone& clock;  ///< on which the occurrences are counted
  Instant latest;     ///< the latest start of an occurrence: a later one would end after the horizon (rule 2.14.3)

  Occurrences from(WallTime start, Validation& validation) const {
    return occurrences(rule, start, clock, first.time_zone, latest, validation);
  }

  /// The event of the occurrence that the rule puts at `start`: `wanted` at the wall clock time and with the length of
  /// this occurrence.
  Event occurrence(Event wanted, WallTime start) const {
    set_start(wanted.wish, place_of(rule, start, clock));
    wanted.recurrence_id = clock.to_instant(start);
    if (rule.periods.contains(*wanted.recurrence_id) || rule.zone) wanted.wish.days.reset();
    if (rule.length && !wanted.wish.days) wanted.wish.duration = duration_at(rule, start, clock);
    return wanted;
  }

 private:
  /// If the calendar's clock shows the time twice, date and start_time mean the first; the second is set as an instant.
  void set_start(Wish& wish, WallTime occurrence) const {
    const auto at = clock.to_instant(occurrence);
    const auto shown = rule.zone ? first.zone().to_wall(at) : occurrence;
    wish.date = date_of(shown);
    wish.start_time = since_midnight(shown);
    wish.wished_start.reset();
    if (first.zone().to_instant(shown) == at) return;
    wish.date.reset();
    wish.start_time.reset();
    wish.wished_start = at;
  }
};

Starts starts_of(Plan& plan, const Recurrence& rule, const Event& wanted) {
  const auto& first = plan.first_of(wanted);
  const auto& clock = rule.clock(first.zone());
  return {rule, first, clock, latest_start(rule, horizon_of(plan, wanted), clock, wanted.wish.length())};
}

/// The time on the series' clock at which it begins. Refuses an instant in the second of two equal hours, since its
/// wall clock time means the first (rule 2.1.5).
WallTime first_start(const Event& wanted, const Recurrence& rule, const Zone& zone, Validation& validation) {
  const auto& wish = wanted.wish;
  if (rule.start) return *rule.start;
  if (wish.start_time) return *wish.date + *wish.start_time;
  const auto wall = zone.to_wall(*wish.wished_start);
  if (zone.to_instant(wall) != *wish.wished_start) {
    validation.refuse("start_timestamp", format_timestamp(*wish.wished_start, zone),
                      "a series begins at a time of the wall clock, and this one is shown for the second time");
  }
  return wall;
}

/// Leaves the event on at most `most` candidates of the list, the first that are open at `time`. Result: whether these
/// are enough.
bool narrow(Plan& plan, Event& event, const OneOf& list, Span time, std::size_t most) {
  const auto pool = pool_of(event, list);
  std::size_t left = 0;
  std::erase_if(event.calendars, [&](const auto& name) {
    if (!contains(pool, name)) return false;
    const bool stays = left < most && plan.search({name}).first_fit(time.length(), time) == time.start;
    if (stays) ++left;
    return !stays;
  });
  return left >= static_cast<std::size_t>(list.count);
}

/// The same for all lists of which occurrences have the same candidates: any that are open to all of them may be these.
bool narrow_same(Plan& plan, Event& series, Span time) {
  return !series.one_of || std::ranges::all_of(*series.one_of, [&](const OneOf& list) {
    return !list.same || narrow(plan, series, list, time, list.calendars.size());
  });
}

/// The same for the other lists, of which each occurrence takes its own: as many as it needs.
bool narrow_others(Plan& plan, Event& occurrence) {
  return !occurrence.one_of || std::ranges::all_of(*occurrence.one_of, [&](const OneOf& list) {
    return list.same || narrow(plan, occurrence, list, *occurrence.time, static_cast<std::size_t>(list.count));
  });
}

/// Whether all of the series would be open to automatic events if the series began at `start`; none where `tries` or
/// the budget of the call does not allow the trial (rule 2.5.4). The plan is unchanged afterwards.
std::optional<bool> is_open_from(Plan& plan, const Starts& starts, const Event& wanted, WallTime start,
                                 std::size_t& tries) {
  if (!has_left(Budget::rule_steps, 2 * spent(Budget::rule_steps))) return std::nullopt;
  Validation validation;
  const auto found = starts.from(start, validation);
  // An empty expansion is work too, and counts as one try. Running out of tries ends the search, not the call.
  const auto cost = std::max<std::size_t>(found.starts.size(), 1) * (candidates_of(wanted).size() + 1);
  if (cost > tries) return std::nullopt;
  tries -= cost;
  const bool is_cut = found.beyond && !starts.rule.is_lenient;
  if (!validation.ok() || is_cut || found.starts.empty()) return false;
  EventId trial = 0;
  const auto before = plan.mark();
  auto series = wanted;
  const bool all = std::all_of(found.starts.begin(), found.starts.end(), [&](WallTime each) {
    step();
    auto event = starts.occurrence(wanted, each);
    event.id = --trial;
    event.time = wished_time(event.wish, starts.first.zone());
    if (!narrow_same(plan, series, *event.time)) return false;
    event.calendars = series.calendars;
    auto search = plan.search(needs_of(event));
    if (search.first_fit(event.time->length(), *event.time) != event.time->start) return false;
    if (!narrow_others(plan, event)) return false;
    plan.add(std::move(event), Verb::placed);
    return true;
  });
  plan.back_to(before);
  return all;
}

/// Alternatives of a series: starts on the same date from which all of the series is open (rule 2.5.4). Whole days have
/// no other start on their date.
std::vector<Span> alternatives(Plan& plan, const Requested& requested) {
  auto wanted = requested.wanted;
  if (wanted.wish.days) return {};
  wanted.recurrence.clear();  // a trial copies the event and needs no text of the rule
  const auto starts = starts_of(plan, *requested.rule, wanted);
  const auto& zone = starts.first.zone();
  auto search = plan.search(needs_of(wanted));
  Validation validation;
  const auto wished =
      wished_time(starts.occurrence(wanted, first_start(wanted, starts.rule, zone, validation)).wish, zone);
  const auto within = intersection(search.bounds(), zone.day_at(wished.start));
  std::size_t tries = kTried;
  return nearest_open(search, wished, {&within, 1}, [&](Instant candidate) {
    const auto wall = starts.clock.to_wall(candidate);
    return starts.clock.to_instant(wall) == candidate ? is_open_from(plan, starts, wanted, wall, tries) : false;
  });
}

/// Removes the earlier occurrences of the series from the events in the way. Their ids mean nothing to the caller,
/// since a rejected series stores no occurrence.
void forget_siblings(Refusal& refusal, const std::vector<Event>& placed) {
  std::erase_if(refusal.conflicts, [&](EventId id) {
    return std::any_of(placed.begin(), placed.end(), [&](const Event& sibling) { return sibling.id == id; });
  });
}

/// The occurrences that were placed and those that were not, each in order of time.
struct Run {
  std::vector<Event> placed;
  std::vector<Skipped> skipped;
  std::optional<Decision> failed;  ///< of the first occurrence without a place, or of the refused one
  bool is_refused = false;         ///< an occurrence that may not be left out has no place
};

Run place_all(Plan& plan, const Requested& requested, std::vector<Event> occurrences) {
  Run run;
  for (std::size_t i = 0; i < occurrences.size(); ++i) {
    step();
    auto& event = occurrences[i];
    if (run.placed.empty())
      event.recurrence = requested.wanted.recurrence;
    else
      event.series = run.placed.front().id;
    auto decision = place(plan, event, {.allow_past = requested.options.allow_past}, requested.item);
    if (decision.time) {
      run.placed.push_back(book(plan, std::move(event), decision));
      continue;
    }
    tell_clock_change(plan, event, *decision.refusal);
    forget_siblings(*decision.refusal, run.placed);
    const auto& zone = plan.first_of(event).zone();
    run.skipped.push_back({wished_time(event.wish, zone), *decision.refusal});
    const bool is_over = run.skipped.back().time.end <= plan.now();
    run.is_refused = !skips(requested.on_no_slot) && !(requested.may_be_over && is_over);
    if (!run.failed || run.is_refused) {
      decision.refusal->occurrence = Occurrence{i + 1, occurrences.size(), *wall_start(event, zone)};
      decision.failed = run.skipped.back().time;
      run.failed = std::move(decision);
    }
    if (run.is_refused) break;
  }
  return run;
}

Outcome request_series(Plan& plan, const Requested& requested) {
  auto asked = occurrences_of(plan, requested);
  if (asked.refused) return turn_down(plan, requested.wanted, *asked.refused, requested.on_no_slot);
  if (asked.events.empty()) throw std::logic_error("a series without occurrences was requested");

  if (requested.rule->later.empty()) order(requested.wanted, asked.events.size());
  for (std::size_t i = 0; !requested.rule->later.empty() && i < asked.events.size(); ++i) order(asked.events[i]);
  if (const auto& first = asked.events.front(); first.hold_for) {
    auto all = first;
    bind(plan, all, requested.options, asked.events.size());
  }
  const auto before = plan.mark();
  std::vector<Event*> occurrences;
  for (auto& event : asked.events) occurrences.push_back(&event);
  choose_same(plan, occurrences, {.allow_past = requested.options.allow_past});
  auto run = place_all(plan, requested, std::move(asked.events));
  if (run.placed.empty() || run.is_refused) {
    plan.back_to(before);
    run.failed->alternatives = alternatives(plan, requested);
    auto outcome = turn_down(plan, requested.wanted, *run.failed, requested.on_no_slot);
    if (requested.may_be_over && !run.is_refused) outcome.skipped = std::move(run.skipped);
    return outcome;
  }
  auto outcome = answer(plan, placing_kind(run.placed.front()), run.placed.front());
  for (const auto& event : run.placed) outcome.events.push_back(event.id);
  outcome.skipped = std::move(run.skipped);
  outcome.moves = place_displaced(plan);
  return outcome;
}

/// Whether an event without a place may wait (rules 2.6.13 and 2.11.1). A fixed wish for a time that has passed does
/// not wait, since the event would expire in the same call.
bool may_wait(Plan& plan, const Event& event, const Decision& decision) {
  if (!decision.may_wait()) return false;
  return !event.wish.is_fixed() || wished_start(event.wish, plan.first_of(event).zone()) >= plan.now();
}

Outcome wait(Plan& plan, Event event, const Decision& decision) {
  event.status = Status::waiting;
  return answer(plan, Verb::waiting, plan.add(std::move(event), Verb::waiting), decision);
}

/// That the window of the event has no further time for it.
Decision all_taken(Plan& plan, const Event& wanted) {
  return {.refusal = Refusal{.reason = Reason::no_open_slot,
                             .about = About::window,
                             .span = window_of(wanted.wish, plan.first_of(wanted)),
                             .duration = *wanted.wish.duration}};
}

/// Rule 3.12. Each event takes its time, so the next one is placed after it, or on a later date.
Outcome request_offer(Plan& plan, const Requested& requested) {
  const auto& options = requested.options;
  const auto& zone = plan.first_of(requested.wanted).zone();
  const auto before = plan.mark();
  auto wanted = requested.wanted;
  std::vector<Event> offered;
  order(wanted, static_cast<std::size_t>(options.offer));
  while (offered.size() < static_cast<std::size_t>(options.offer)) {
    const bool is_over = !offered.empty() && window_of(wanted.wish, plan.first_of(wanted)).empty();
    const auto decision = is_over ? all_taken(plan, requested.wanted) : place(plan, wanted, options, requested.item);
    if (!decision.time) {
      plan.back_to(before);
      return turn_down(plan, requested.wanted, decision, requested.on_no_slot);
    }
    offered.push_back(book(plan, requested.wanted, decision));
    if (options.apart == 0) {
      if (wanted.one_of) wanted.wish.not_before = decision.time->end;  // others may be free at the same time
      continue;
    }
    const auto date = date_of(zone.to_wall(decision.time->start)) + days{options.apart};
    const auto noon = zone.to_instant(date + std::chrono::hours{12});
    wanted.wish.not_before = std::max(wanted.wish.not_before.value_or(plan.now()), zone.day_at(noon).start);
  }
  auto outcome = answer(plan, placing_kind(offered.front()), offered.front());
  for (const auto& event : offered) outcome.events.push_back(event.id);
  plan.offer(outcome.events);
  for (std::size_t i = 1; i < offered.size(); ++i) outcome.alternatives.push_back(*offered[i].time);
  return outcome;
}

}  // namespace

void renew_alternatives(Plan& plan, const Fields& fields, Outcome& outcome) {
  if (outcome.failed && !outcome.alternatives.empty()) outcome.alternatives = alternatives(plan, resolve(plan, fields));
}

void tell_clock_change(Plan& plan, const Event& wanted, Refusal& refusal) {
  if (refusal.reason != Reason::conflict || refusal.conflicts.empty() || !wanted.series) return;
  const auto names = wanted.booked_on();
  const auto& zone = plan.calendar(names.front()).zone();
  Seconds buffers{0};
  for (const auto& name : names) {
    const auto& grid = plan.calendar(name).grid();
    buffers = std::max(buffers, grid.buffer_before + grid.buffer_after);
  }
  const auto shown = [&](const Event& event) { return *wall_start(event, zone); };
  const auto start = shown(wanted);
  const auto length = refusal.span->length();
  refusal.clock_change = std::all_of(refusal.conflicts.begin(), refusal.conflicts.end(), [&](EventId id) {
    const auto other = plan.find(id);
    if (other->series != wanted.series && id != *wanted.series) return false;
    const auto others = shown(*other);
    return others < start ? others + other->time->length() + buffers <= start : start + length + buffers <= others;
  });
}

Refusal beyond_horizon(Plan& plan, const Event& wanted, Span time) {
  return {.reason = Reason::beyond_horizon, .span = time, .limit = horizon_of(plan, wanted)};
}

Asked occurrences_of(Plan& plan, const Requested& requested) {
  auto wanted = requested.wanted;
  wanted.recurrence.clear();  // a thousand occurrences need not copy the text of their rule
  const auto starts = starts_of(plan, *requested.rule, wanted);
  Validation validation;
  if (requested.item) validation.at_index(*requested.item);
  const auto start = first_start(wanted, starts.rule, starts.first.zone(), validation);
  const auto found = starts.from(start, validation);
  validation.raise();
  Asked asked;
  if (found.beyond && (found.starts.empty() || !starts.rule.is_lenient)) {
    auto& refused = asked.refused.emplace();
    refused.failed = wished_time(starts.occurrence(wanted, *found.beyond).wish, starts.first.zone());
    refused.refusal = beyond_horizon(plan, wanted, *refused.failed);
    refused.refusal->occurrence = Occurrence{found.starts.size() + 1, 0, *found.beyond};
    return asked;
  }
  std::vector<Event> later;
  for (const auto& each : starts.rule.later) later.push_back(each.fields ? resolve(plan, *each.fields).wanted : wanted);
  for (const auto each : found.starts) {
    const auto* changed = later.empty() ? nullptr : starts.rule.later_at(starts.clock.to_instant(each));
    const auto& event =
        changed == nullptr ? wanted : later[static_cast<std::size_t>(changed - &starts.rule.later.front())];
    asked.events.push_back(starts.occurrence(event, each));
  }
  return asked;
}

Outcome request(Plan& plan, Requested requested) {
  if (requested.rule) return request_series(plan, requested);
  if (requested.options.offer > 0) return request_offer(plan, requested);
  auto& event = requested.wanted;
  order(event);
  const auto decision = place(plan, event, requested.options, requested.item);
  if (!decision.time) {
    const bool waits = requested.on_no_slot == OnNoSlot::wait && may_wait(plan, event, decision);
    return waits ? wait(plan, std::move(event), decision) : turn_down(plan, event, decision, requested.on_no_slot);
  }
  event = book(plan, std::move(event), decision);
  auto outcome = answer(plan, placing_kind(event), event);
  outcome.moves = place_displaced(plan);
  return outcome;
}

}  // namespace jb
