// SPDX-License-Identifier: PostgreSQL
#include "scoping.hpp"

#include <algorithm>
#include <tuple>

#include "booking.hpp"
#include "series.hpp"
#include "wish_time.hpp"

namespace jb {

namespace {

using std::chrono::days;

/// The instant by which the events of a series are ordered: the event's start; for a waiting event its wished start,
/// or the beginning of its date. A waiting event without a date comes last.
Instant start_in_series(const Event& event, const Zone& zone) {
  if (event.time) return event.time->start;
  if (event.wish.is_fixed()) return wished_start(event.wish, zone);
  return event.wish.date ? zone.day(*event.wish.date).start : kRepresentable.end;
}

}  // namespace

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

std::optional<WallTime> wall_start(const Event& event, const Zone& zone) {
  const auto& wish = event.wish;
  if (wish.start_time) return *wish.date + *wish.start_time;
  if (wish.wished_start) return zone.to_wall(*wish.wished_start);
  if (event.time) return zone.to_wall(event.time->start);
  return wish.date ? std::optional<WallTime>(*wish.date) : std::nullopt;
}

bool joins(const Intent& intent, Instant now) {
  const auto& event = intent.before;
  if (intent.status.empty()) {
    return event.status == Status::waiting || (event.is_claiming() && !event.has_begun(now));
  }
  if (!is_possible(intent, now)) return false;
  return intent.status != "in_progress" && intent.status != "completed" && event.status != Status::expired;
}

namespace {

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

}  // namespace

Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit) {
  const bool reaches_others = event.series && edit.fields.scope != Scope::one;
  auto outcome = reaches_others ? apply_to_series(plan, event, edit) : carry_out(plan, intent_of(plan, event, edit));
  outcome.moves = place_displaced(plan);
  return outcome;
}

}  // namespace jb
