// SPDX-License-Identifier: PostgreSQL
#include "edits.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "../values/budget.hpp"
#include "series.hpp"

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
  std::erase_if(events, [&](const Event& other) {
    return !plan.store().may_read(other) || (scope == Scope::following && key(other) < key(event));
  });
  plan.need_all_of(events);
  for (auto& each : events) {
    if (plan.has_changed(each.id)) each = *plan.find(each.id);  // the plan has ended its hold
  }
  std::sort(events.begin(), events.end(), [&](const Event& a, const Event& b) { return key(a) < key(b); });
  return events;
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

}  // namespace

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

namespace {

/// Whether a sibling takes part in the edit. A sibling takes part if it waits or has not begun, or if its status
/// allows the new status. `in_progress`, `completed` and the confirmation of an ended hold are for the named event
/// alone.
bool takes_part(const Intent& intent, Instant now) {
  if (intent.status.empty()) return intent.before.is_ahead(now);
  return is_possible(intent, now) && intent.status != "in_progress" && intent.status != "completed" &&
         intent.before.status != Status::expired;
}

std::vector<Intent> intents_of(Plan& plan, const Event& event, const Edit& edit) {
  const auto named = intent_of(plan, event, edit);
  const auto& zone = plan.calendar(event.calendars.front()).zone();
  std::vector<Intent> intents;
  for (const auto& sibling : in_scope(plan, event, edit.fields.scope)) {
    auto intent = sibling.id == event.id ? named : intent_of(plan, sibling, transposed(edit, named, sibling, zone));
    if (sibling.id != event.id && !takes_part(intent, plan.now())) continue;
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
    const auto time = wished_time(wanted.wish, plan.calendar(wanted.calendars.front()).zone());
    if (time.end > horizon_of(plan, wanted)) return reject(plan, wanted, beyond_horizon(plan, wanted, time));
  }
  return carry_out(plan, intent);
}

bool reaches_others(const EditOf& asked) { return asked.event.series && asked.edit.fields.scope != Scope::one; }

/// An edit of the list, laid over the events that it reaches.
struct ListItem {
  EditOf asked;
  std::vector<Intent> intents{};               ///< by start; of the named event alone, where the scope is `one`
  std::vector<std::optional<Outcome>> done{};  ///< of each intent that was carried out
  std::optional<Outcome> rejected{};           ///< of the first intent that was rejected
  std::vector<Move> moves{};                   ///< of the events that gave way to this item

  /// The order in which items move their events: fixed events before automatic ones, which would have to give way; then
  /// the order of rule 2.4.2.
  auto turn(Instant now) const {
    const auto& event = asked.event;
    const auto named = std::find_if(intents.begin(), intents.end(),
                                    [&](const Intent& intent) { return intent.before.id == event.id; });
    const auto& wish = named->wanted.wish;
    const bool is_automatic = !wish.is_fixed() && !event.has_begun(now);
    return std::tuple(is_automatic, -wish.priority, event.time ? event.time->start : kRepresentable.end, event.id);
  }
};

/// One intent of one item: the index of the item, and the intent's place among those of the item.
using ListStep = std::pair<std::size_t, std::size_t>;

/// Lays the edits over their events. Errors: 22023 for an event that two edits reach.
std::vector<ListItem> items_of(Plan& plan, const std::vector<EditOf>& edits) {
  std::vector<ListItem> items;
  std::map<EventId, std::size_t> reached;
  for (const auto& asked : edits) {
    step();
    const auto& index = asked.edit.fields.item;
    const OfItem of_item(index);
    ListItem item{asked};
    if (reaches_others(asked)) {
      item.intents = intents_of(plan, asked.event, asked.edit);
    } else {
      item.intents.push_back(intent_of(plan, asked.event, asked.edit));
      if (edits.size() > 1) order(item.intents.front().wanted);
    }
    for (const auto& intent : item.intents) {
      const auto [other, is_new] = reached.emplace(intent.before.id, items.size());
      if (is_new) continue;
      throw invalid("id", std::to_string(intent.before.id),
                    "item " + std::to_string(other->second) + " of the list changes this event already", index);
    }
    item.done.resize(item.intents.size());
    items.push_back(std::move(item));
  }
  return items;
}

/// The order of carrying out: first what stays where it is, an early start last of it, since other items may end what
/// is in its way; then what moves.
std::vector<ListStep> steps_of(const std::vector<ListItem>& items, Instant now) {
  std::vector<std::size_t> turns(items.size());
  std::iota(turns.begin(), turns.end(), std::size_t{0});
  std::sort(turns.begin(), turns.end(), [&](auto a, auto b) { return items[a].turn(now) < items[b].turn(now); });
  std::vector<ListStep> steps;
  for (const auto item : turns) {
    for (std::size_t place = 0; place < items[item].intents.size(); ++place) steps.emplace_back(item, place);
  }
  const auto phase = [&](const ListStep& step) {
    const auto& intent = items[step.first].intents[step.second];
    return intent.moves ? 2 : intent.status == "in_progress" ? 1 : 0;
  };
  std::stable_sort(steps.begin(), steps.end(),
                   [&](const ListStep& a, const ListStep& b) { return phase(a) < phase(b); });
  return steps;
}

/// Carries out one intent of the item. Of a series, a rejection names the occurrence, and offers no alternatives: they
/// would move this occurrence alone.
void carry_out_step(Plan& plan, ListItem& item, std::size_t place) {
  const auto& intent = item.intents[place];
  const bool is_of_series = reaches_others(item.asked);
  auto outcome = is_of_series ? carry_out_one(plan, intent) : carry_out(plan, intent);
  if (outcome.outcome != "rejected") {
    item.done[place] = std::move(outcome);
    return;
  }
  if (is_of_series) {
    tell_clock_change(plan, intent.wanted, *outcome.refusal);
    const auto start = wall_start(intent.wanted, *outcome.zone);
    if (start) outcome.refusal->occurrence = Occurrence{place + 1, item.intents.size(), *start};
    outcome.alternatives.clear();
  }
  item.rejected = std::move(outcome);
}

/// Carries out all items. Result: the index of the item to which each displaced event gives way.
std::map<EventId, std::size_t> carry_out_all(Plan& plan, std::vector<ListItem>& items) {
  for (const auto& item : items) {
    for (const auto& intent : item.intents) {
      if (intent.moves && intent.before.is_claiming()) plan.set_aside(intent.before);
    }
  }
  std::map<EventId, std::size_t> gives_way;
  for (const auto& [at, place] : steps_of(items, plan.now())) {
    step();
    auto& item = items[at];
    if (item.rejected) continue;
    const auto before = plan.displaced().size();
    carry_out_step(plan, item, place);
    for (auto i = before; i < plan.displaced().size(); ++i) gives_way.emplace(plan.displaced()[i].id, at);
  }
  return gives_way;
}

/// The outcome of the event that the item names.
Outcome outcome_of(const ListItem& item) {
  if (item.rejected) return *item.rejected;
  Outcome own;
  std::vector<EventId> changed;
  for (std::size_t i = 0; i < item.intents.size(); ++i) {
    const auto id = item.intents[i].before.id;
    if (item.done[i]->outcome != "unchanged") changed.push_back(id);
    if (id == item.asked.event.id) own = *item.done[i];
  }
  if (reaches_others(item.asked)) own.events = std::move(changed);
  return own;
}

}  // namespace

bool has_rejection(const std::vector<Outcome>& outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return outcome.rejection; });
}

void take_back(Plan& plan, const Plan::Mark& before, std::vector<Outcome>& outcomes) {
  // Beside all other items, not only those before it (rule 4.18).
  for (auto& outcome : outcomes) {
    if (!outcome.rejection || outcome.alternatives.empty() || outcome.failed) continue;
    outcome.alternatives = place(plan, outcome.rejection->request, outcome.rejection->options).alternatives;
  }
  plan.back_to(before);
  for (auto& outcome : outcomes) {
    if (outcome.rejection) {
      const auto undone = outcome.rejection;
      outcome.rejection = plan.reject(undone->request, *outcome.refusal, outcome.alternatives, undone->options);
    } else if (outcome.event_id) {
      const auto event = plan.find(*outcome.event_id);
      Outcome undone;
      undone.outcome = "undone";
      undone.time_zone = outcome.time_zone;
      undone.zone = outcome.zone;
      outcome = event ? answer(plan, "undone", *event) : undone;
    }
  }
}

std::vector<Outcome> apply_all(Plan& plan, const std::vector<EditOf>& edits) {
  const auto before = plan.mark();
  auto items = items_of(plan, edits);
  const auto gives_way = carry_out_all(plan, items);
  std::vector<Outcome> outcomes;
  for (const auto& item : items) outcomes.push_back(outcome_of(item));
  if (has_rejection(outcomes)) {
    take_back(plan, before, outcomes);
    return outcomes;
  }
  for (const auto& move : place_displaced(plan)) outcomes[gives_way.at(move.event_id)].moves.push_back(move);
  return outcomes;
}

Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit) {
  const EditOf asked{event, edit};
  if (reaches_others(asked)) return std::move(apply_all(plan, {asked}).front());
  auto outcome = carry_out(plan, intent_of(plan, event, edit));
  outcome.moves = place_displaced(plan);
  return outcome;
}

}  // namespace jb
