// SPDX-License-Identifier: PostgreSQL
#include "edits.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "../values/input.hpp"
#include "../values/time.hpp"
#include "place.hpp"
#include "powers.hpp"
#include "series.hpp"

namespace jb {

namespace {

void check_repeated(const Intent& named, const Edit& edit, Instant now) {
  const auto& event = named.before;
  const auto& fields = edit.fields;
  Validation validation;
  if (event.series && fields.scope == Scope::one)
    validation.refuse("scope", "one", "another rule is for several events: it must be following or all");
  if (named.status)
    validation.refuse("status", name_of(*named.status), "status and recurrence cannot change in one call");
  if (event.status == Status::held && !event.offer.empty())
    validation.refuse(kRecurrenceField, fields.recurrence->text, "what is offered is no series");
  if (!named.wanted.wish.is_fixed())
    validation.refuse(kRecurrenceField, fields.recurrence->text,
                      "a series needs a start: date and start_time, or start_timestamp");
  validation.raise();
  if (!event.is_ahead(now)) throw not_allowed_now(event, now, "get another rule");
}

/// The edit of the event with which the rule begins, and its intent. With scope all, the rule begins with the first
/// event of the series that has not begun. This event moves as the named one does (rule 2.14.7).
std::pair<Edit, Intent> beginning_of(Plan& plan, const Intent& named, const Edit& edit) {
  const auto& event = named.before;
  if (!event.series || edit.fields.scope != Scope::all) return {edit, named};
  const auto events = in_scope(plan, event, Scope::all);
  const auto first = std::find_if(events.begin(), events.end(),
                                  [&](const Event& each) { return each.id == event.id || each.is_ahead(plan.now()); });
  if (first->id == event.id) return {edit, named};
  const auto of_first = transposed(plan, edit, named, *first);
  return {of_first, intent_of(plan, *first, of_first)};
}

/// The series that the edit asks for, as a request whose occurrences are like the event.
Requested requested_of(Plan& plan, const Intent& first, const Recurrence& rule) {
  auto requested = requested_again(first.wanted, plan.now());
  requested.rule = rule;
  requested.options = first.options;
  auto& wanted = requested.wanted;
  wanted.series.reset();
  wanted.wished_wall.reset();
  wanted.time.reset();
  wanted.status = Status::scheduled;
  wanted.offer.clear();
  resolve_hold(plan, wanted);
  return requested;
}

/// An occurrence of the rule: an existing event that becomes it, or a new one.
struct Occurring {
  Event wanted;
  std::optional<Intent> intent{};
};

/// What a rule makes of the events of a series.
struct Assigned {
  std::vector<Occurring> occurring;  ///< by start
  std::vector<Intent> ends;          ///< of the events for which the rule has no start
};

/// The edit of an event that takes the occurrence; `occurrence` none: the event keeps its time.
Edit edit_to(Edit edit, const Event* occurrence) {
  auto& fields = edit.fields;
  fields.date.drop();
  fields.start_time.drop();
  fields.start_timestamp.drop();
  if (occurrence == nullptr) return edit;
  fields.date.set(occurrence->wish.date);
  fields.start_time.set(occurrence->wish.start_time);
  return edit;
}

/// The later events of the series that may get other times, by start.
std::vector<Event> followers(Plan& plan, const Intent& named) {
  if (!named.before.series) return {};
  auto events = in_scope(plan, named.before, Scope::following);
  std::erase_if(events, [&](const Event& other) { return other.id == named.before.id || !other.is_ahead(plan.now()); });
  return events;
}

Assigned assigned(Plan& plan, const Intent& named, const Edit& edit, std::vector<Event> occurrences) {
  const auto& zone = plan.first_of(named.wanted).zone();
  Assigned all;
  std::map<WallTime, std::size_t> free;
  for (auto& wanted : occurrences) {
    free.emplace(*wanted.wish.date + *wanted.wish.start_time, all.occurring.size());
    all.occurring.push_back({std::move(wanted)});
  }
  all.occurring.front().intent = named;
  free.erase(free.begin());
  std::vector<Event> left;
  for (auto& event : followers(plan, named)) {
    step();
    const auto start = wall_start(event, zone);
    const auto found = start ? free.find(*start) : free.end();
    if (found == free.end()) {
      left.push_back(std::move(event));
      continue;
    }
    all.occurring[found->second].intent = intent_of(plan, event, edit_to(edit, nullptr));
    free.erase(found);
  }
  for (const auto& event : left) {
    step();
    if (free.empty()) {
      all.ends.push_back(intent_of(plan, event, cancelling()));
      continue;
    }
    auto& occurring = all.occurring[free.begin()->second];
    occurring.intent = intent_of(plan, event, edit_to(edit, &occurring.wanted));
    free.erase(free.begin());
  }
  return all;
}

/// The stored events of the series that become no occurrence of the rule.
std::vector<Event> left_of(Plan& plan, EventId series, const Assigned& all) {
  std::set<EventId> taken;
  for (const auto& each : all.occurring) {
    if (each.intent) taken.insert(each.intent->before.id);
  }
  auto left = plan.series(series);
  std::erase_if(left, [&](const Event& event) { return taken.contains(event.id) || plan.is_new(event.id); });
  return left;
}

/// The id of the series that follows the rule: that of its first event. Events left behind in a series of this id would
/// show the new rule, so the id is a new one if any of them stands or the caller may not change it.
EventId id_of_series(Plan& plan, EventId first, const Assigned& all) {
  const auto left = left_of(plan, first, all);
  const bool is_free = std::all_of(
      left.begin(), left.end(), [&](const Event& event) { return !event.stands() && may_change(plan.store(), event); });
  return is_free ? first : plan.store().new_event_id();
}

/// Makes all occurrences members of the series, and charges the budgets of the call for them.
void join(Assigned& all, EventId series, const std::string& rule) {
  for (auto& each : all.occurring) {
    if (each.intent) {
      each.intent->wanted.series = series;
      each.intent->wanted.recurrence_id = each.wanted.recurrence_id;
      each.intent->changed.emplace_back(kRecurrenceField);
    }
    each.wanted.series = series;
    order(each.intent ? each.intent->wanted : each.wanted);
  }
  all.occurring.front().intent->wanted.recurrence = rule;
}

/// Changes or books the event of the occurrence.
Outcome make(Plan& plan, const Occurring& occurring, const PlacingOptions& options) {
  if (occurring.intent) return carry_out(plan, *occurring.intent);
  require_right_on_each(plan.store(), occurring.wanted.attendee_calendars, Right::book);
  auto wanted = occurring.wanted;
  bind(plan, wanted, options);
  if (wanted.hold_for) wanted.held_by = plan.store().principal();
  const auto decision = place(plan, wanted, options);
  if (!decision.time) return reject(plan, wanted, decision);
  const auto event = book(plan, wanted, decision);
  return answer(plan, placing_kind(event), event);
}

/// Makes all occurrences, in order of time. Events that stay go first, since an automatic event of the series may have
/// to give way to the others. Result: the index of the first occurrence without a place. `outcomes` is filled with
/// those of the occurrences.
std::optional<std::size_t> make_all(Plan& plan, const Assigned& all, const PlacingOptions& options,
                                    std::vector<Outcome>& outcomes) {
  outcomes.resize(all.occurring.size());
  for (const bool stays : {true, false}) {
    for (std::size_t i = 0; i < all.occurring.size(); ++i) {
      const auto& occurring = all.occurring[i];
      if (stays != (occurring.intent && !occurring.intent->moves)) continue;
      step();
      outcomes[i] = make(plan, occurring, options);
      if (outcomes[i].outcome != Verb::rejected) continue;
      tell_clock_change(plan, occurring.wanted, *outcomes[i].refusal);
      return i;
    }
  }
  return std::nullopt;
}

/// The outcome of a call with an occurrence that has no place, after the plan was taken back. `shown` is what the
/// rejection shows as the request.
Outcome failed_outcome(Plan& plan, const Event& shown, const Assigned& all, std::size_t index, const Outcome& failed) {
  const auto& wish = all.occurring[index].wanted.wish;
  Decision decision{.refusal = failed.refusal, .options = failed.rejection->options};
  auto& refusal = *decision.refusal;
  refusal.occurrence = Occurrence{index + 1, all.occurring.size(), *wish.date + *wish.start_time};
  std::erase_if(refusal.conflicts, [&](EventId id) { return !plan.find(id); });  // new events no longer have an id
  decision.failed = wished_time(wish, plan.first_of(shown).zone());
  return reject(plan, shown, decision);
}

void check_begins(Plan& plan, const Event& occurrence, const Event& first, const std::string& rule) {
  const auto& zone = plan.first_of(first).zone();
  if (wished_start(occurrence.wish, zone) == wished_start(first.wish, zone)) return;
  throw invalid(kRecurrenceField, rule, "the event that the rule begins with is among its exceptions");
}

/// The rule of the series `former` after the events of `all` have left it, without the occurrences that it no longer
/// has (rule 2.14.9). Empty if nothing is left of the series, whose rule then stays as it is.
std::string former_rule(Plan& plan, EventId former, const std::vector<Event>& left, const Assigned& all) {
  const auto rule = plan.rule(former);
  std::optional<Instant> last;
  for (const auto& event : left) {
    if (event.stands() && event.recurrence_id)
      last = std::max(last.value_or(*event.recurrence_id), *event.recurrence_id);
  }
  if (!rule || !last) return {};
  std::vector<Instant> without;
  for (const auto& each : all.occurring) {
    const auto was =
        each.intent && each.intent->before.series == former ? each.intent->before.recurrence_id : std::nullopt;
    if (was) without.push_back(*was);
  }
  std::sort(without.begin(), without.end());
  return ended_at(*rule, *last, without, plan.calendar(left.front().calendars.front()).zone());
}

/// Updates the rule shown by the events that the events of `all` leave behind: the former rule, ended, or the new one
/// if the series keeps its id. Each shows this rule, and so gets a new version. If the caller may not change one of
/// them, all of them and their rule stay as they are.
void leave_behind(Plan& plan, EventId former, EventId series, const Assigned& all) {
  auto left = left_of(plan, former, all);
  if (!std::ranges::all_of(left, [&](const Event& event) { return may_change(plan.store(), event); })) return;
  plan.need_all_of(left);
  left = left_of(plan, former, all);  // the plan may have ended holds among them
  auto ended = former == series ? std::string() : former_rule(plan, former, left, all);
  if (former != series && ended.empty()) return;
  for (const auto& event : left) {
    step();
    order(event);
    auto shown = event;
    shown.recurrence = std::exchange(ended, {});
    plan.change(event, std::move(shown), Verb::updated, {std::string(kRecurrenceField)});
  }
}

/// The outcome of the event that the call names, which need not be the first of the rule.
Outcome own_outcome(Plan& plan, const Assigned& all, std::vector<Outcome>& outcomes, EventId id) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& intent = all.occurring[i].intent;
    if (intent && intent->before.id == id) return std::move(outcomes[i]);
  }
  return answer(plan, Verb::cancelled, *plan.find(id));
}

}  // namespace

Outcome repeat_from(Plan& plan, const Event& event, const Edit& edit) {
  const auto named = intent_of(plan, event, edit);
  check_repeated(named, edit, plan.now());
  const auto [of_first, first] = beginning_of(plan, named, edit);
  const auto requested = requested_of(plan, first, *edit.fields.recurrence);
  auto asked = occurrences_of(plan, requested);
  auto shown = named.wanted;
  shown.recurrence = requested.rule->text;
  if (asked.refused) return reject(plan, shown, *asked.refused);
  check_begins(plan, asked.events.front(), first.wanted, shown.recurrence);
  auto all = assigned(plan, first, of_first, std::move(asked.events));

  const auto before = plan.mark();
  for (const auto& intent : all.ends) plan.set_aside(intent.before);
  for (const auto& each : all.occurring) {
    if (each.intent && each.intent->moves) plan.set_aside(each.intent->before);
  }
  std::vector<EventId> changed;
  for (const auto& intent : all.ends) {
    order(intent.wanted);
    changed.push_back(*carry_out(plan, intent).event_id);
  }
  const auto series = id_of_series(plan, first.before.id, all);
  join(all, series, shown.recurrence);
  std::vector<Outcome> outcomes;
  if (const auto failed = make_all(plan, all, requested.options, outcomes)) {
    plan.back_to(before);
    return failed_outcome(plan, shown, all, *failed, outcomes[*failed]);
  }
  for (const auto& outcome : outcomes) changed.push_back(*outcome.event_id);
  auto own = own_outcome(plan, all, outcomes, event.id);
  own.events = std::move(changed);
  own.moves = place_displaced(plan);
  if (const auto former = first.before.series) leave_behind(plan, *former, series, all);
  return own;
}

}  // namespace jb
