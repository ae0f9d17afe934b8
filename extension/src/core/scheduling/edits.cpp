// SPDX-License-Identifier: PostgreSQL
#include "edits.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "../values/input.hpp"
#include "choice.hpp"
#include "due.hpp"
#include "powers.hpp"
#include "series.hpp"

namespace jb {

Failure not_allowed_now(const Event& event, Instant now, const std::string& wanted) {
  const auto hint = event.is_ahead(now) ? "An event that has not begun can be moved, confirmed, started or cancelled."
                    : event.has_begun(now) && !event.has_ended(now)
                        ? "An event that has begun can end earlier or later, or become completed."
                        : "What has ended or been cancelled stays as it is; book a new event instead.";
  return {Error::invalid_transition,
          "event " + std::to_string(event.id) + " is " + std::string(name_of(status_at(event, now))) + " and cannot " +
              wanted,
          "", hint};
}

namespace {

/// A change of the lists counts, even if the event stays on the same calendars: it may need fewer of them.
bool wishes_other_time(const Event& a, Event b) {
  b.wish.priority = a.wish.priority;
  return a.wish != b.wish || needs_of(a) != needs_of(b);
}

/// Rule 2.9.6: a date alone moves a fixed event to the same wall clock time on that date; a start_time alone moves it
/// to that time on its present date. For an event that was wished as an instant, the zone of its first calendar gives
/// the missing date or time.
void complete_wall_clock(Fields& fields, const Wish& wish, const Zone& zone) {
  if (!wish.wished_start || fields.start_timestamp.named) return;
  const auto wall = zone.to_wall(*wish.wished_start);
  if (fields.date.has_value() && !fields.start_time.named) fields.start_time.set(since_midnight(wall));
  if (fields.start_time.has_value() && !fields.date.named) fields.date.set(date_of(wall));
}

/// Why the event cannot become the wanted event: the end of a sentence after "cannot"; empty: it can.
std::string_view why_not_moved(const Event& before, const Event& wanted, const Zone& zone, Instant now) {
  if ((!before.is_claiming() && before.status != Status::waiting) || before.has_ended(now)) return "be moved";
  if (!before.has_begun(now)) return {};
  auto longer = before;
  longer.wish.duration = wanted.wish.duration;
  longer.wish.days = wanted.wish.days;
  if (wishes_other_time(longer, wanted)) return "be moved; only its duration may change";
  if (time_from(before.time->start, wanted.wish, zone).end <= now)
    return "end in the past; set its status to completed instead";
  return {};
}

/// Whether the edit keeps the event's start, so that its date and start_time are not reread by newer rules of the zone
/// (rule 2.17.1).
bool keeps_start(const Event& before, const Event& wanted) {
  return before.is_claiming() && wish_for_same_start(before, wanted);
}

bool may_be_held(const Event& event) { return event.status == Status::waiting || event.status == Status::held; }

/// A held or waiting event that gives up its own hold_for takes its calendars' confirm_within (rule 2.8.5). A held
/// event with another hold_for gets a new deadline, counted from now; with no hold_for at all it keeps the deadline
/// that it has. A waiting event with another hold_for is held once it has a place. Any other event is not held any
/// more, and takes no new hold_for: displaced, it would be held again.
void change_hold(Plan& plan, Intent& intent, Validation& validation) {
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  if (may_be_held(before)) resolve_hold(plan, wanted);
  if (!wanted.hold_for && before.is_proposal()) wanted.hold_for = kHeldByDefault;
  const bool is_other = wanted.hold_for && wanted.hold_for != before.hold_for;
  if (is_other && !before.offer.empty())
    validation.refuse("hold_for", format_duration(*wanted.hold_for), "the deadline is that of the event's offer");
  if (is_other && !may_be_held(before))
    validation.refuse("hold_for", format_duration(*wanted.hold_for), "the event is not held, and does not wait");
  if (!is_other || intent.status) return;
  if (before.status == Status::held) wanted.expires_at = plan.now() + *wanted.hold_for;
  if (before.status == Status::waiting) wanted.expires_at.reset();
}

/// Removes the calendars that the caller may not book, unless the event was on them `before`.
void keep_bookable(Plan& plan, Event& event, const std::vector<std::string>& before) {
  std::erase_if(event.calendars, [&](const auto& name) {
    return !contains(before, name) && !has_right_on_each(plan.store(), {name}, Right::book);
  });
  tell_chosen(event);
}

/// Lets an event that is to move choose anew, among the candidates on which the caller may book.
void widen_for_caller(Plan& plan, Event& event) {
  const auto before = event.calendars;
  widen(plan, event);
  keep_bookable(plan, event, before);
}

Outcome move(Plan& plan, Intent intent) {
  const auto now = plan.now();
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  auto& changed = intent.changed;
  const auto why = why_not_moved(before, wanted, plan.first_of(wanted).zone(), now);
  if (!why.empty()) throw not_allowed_now(before, now, std::string(why));
  // An event that the caller has set aside is put back by the caller, since its old time may have been taken.
  const bool is_to_go_back = before.is_claiming() && plan.set_aside(before);
  auto options = intent.options;
  options.has_begun = before.has_begun(now);
  options.keeps_start = keeps_start(before, wanted);
  options.keeps_end = options.keeps_start && before.wish.days && before.wish.days == wanted.wish.days;
  const auto decision = place(plan, wanted, options);
  if (!decision.time) {
    if (is_to_go_back) plan.put_back(before);
    return reject(plan, wanted, decision);
  }
  settle(wanted, decision);
  if (wanted.one_of) add_calendar_fields(changed, before, wanted);
  const bool was_waiting = before.status == Status::waiting;
  if (was_waiting) begin_status(wanted, now);
  if (before.time != wanted.time) add_time_fields(changed, before.time, wanted.time);
  if (before.status != wanted.status) changed.emplace_back("status");
  if (changed.empty()) {
    plan.put_back(before);
    return answer(plan, Verb::unchanged, before);
  }
  const bool moves_away = before.time != wanted.time || before.calendars != wanted.calendars;
  const auto placed = placing_kind(wanted);
  const auto kind = was_waiting ? placed : moves_away ? Verb::moved : Verb::updated;
  const auto event = rebook(plan, before, std::move(wanted), decision, kind, changed);
  return answer(plan, was_waiting ? placed : Verb::updated, event);
}

/// Rule 3.3.
Outcome start_now(Plan& plan, Intent intent) {
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  wanted.time->start = plan.now();
  auto conflicts = others_within(plan, plan.claims_of(before, *wanted.time));
  if (!conflicts.empty()) {
    const Span early{plan.now(), before.time->start};
    return reject(plan, wanted, {.reason = Reason::conflict, .span = early, .conflicts = std::move(conflicts)});
  }
  add_time_fields(intent.changed, before.time, wanted.time);
  return answer(plan, Verb::updated, plan.change(before, wanted, Verb::started, intent.changed));
}

/// Rule 3.11: why a hold that has ended cannot have its time back; none where it can. `conflicts`: the events in its
/// way; becomes the event that the hold's poll has instead, if there is one. `rivals`: the poll's other events.
std::optional<Reason> why_gone(Plan& plan, const Event& event, const std::vector<EventId>& rivals,
                               std::vector<EventId>& conflicts) {
  if (event.time->start < plan.now()) return Reason::in_the_past;
  for (const auto id : rivals) {
    const auto rival = plan.find(id);
    const bool stands = rival && rival->stands() && status_at(*rival, plan.now()) != Status::expired;
    const bool gives_way = stands && rival->status == Status::held && !rival->offer.empty() &&
                           rival->offer == event.offer;  // it is freed (rule 3.12)
    if (!stands || gives_way) continue;
    conflicts = {id};
    return Reason::displaced;
  }
  if (!conflicts.empty()) return Reason::conflict;
  const bool is_full = std::ranges::any_of(
      event.booked_on(), [&](const auto& name) { return plan.is_full(plan.calendar(name), event.time->start); });
  return is_full ? std::optional(Reason::over_limit) : std::nullopt;
}

/// Cancels what is still held of the event's offer (rule 3.12). Result: the ids that the caller may read.
std::vector<EventId> free_others(Plan& plan, const Event& chosen) {
  std::vector<EventId> freed;
  const auto held = [&] {
    std::vector<Event> others;
    for (const auto id : chosen.offer) {
      auto other = id == chosen.id ? std::nullopt : plan.find(id);
      if (other && other->status == Status::held) others.push_back(std::move(*other));
    }
    return others;
  };
  plan.need_all_of(held());  // taking their calendars in may end some of these holds, so they are looked up again
  for (const auto& other : held()) {
    auto cancelled = other;
    cancelled.status = Status::cancelled;
    plan.change(other, std::move(cancelled), Verb::cancelled, {"status"});
    if (plan.store().may_read(other)) freed.push_back(other.id);
  }
  return freed;
}

/// Removes from the event's lists the candidates that the caller may not book, unless the event is on them: nobody who
/// could has agreed to them (rule 2.18.10).
void leave_out_unasked(Store& store, Event& event) {
  if (!event.one_of) return;
  for (auto& list : *event.one_of) {
    const auto before = list;
    list.calendars.clear();
    list.weights.clear();
    for (std::size_t i = 0; i < before.calendars.size(); ++i) {
      const auto& name = before.calendars[i];
      if (!event.is_on(name) && !has_right_on_each(store, {name}, Right::book)) continue;
      list.calendars.push_back(name);
      if (!before.weights.empty()) list.weights.push_back(before.weight(i));
    }
  }
}

/// Confirms a held event (rule 3.6) or a hold that has ended (rule 3.11). A confirmed event is fixed at its time (rule
/// 2.5.5).
Outcome confirm(Plan& plan, Intent intent) {
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  auto& changed = intent.changed;
  if (before.status == Status::expired) {
    auto conflicts = others_within(plan, plan.claims_at(before, *before.time));
    auto rivals = plan.store().rivals(before.id);
    rivals.insert(rivals.end(), before.offer.begin(), before.offer.end());
    std::erase(rivals, before.id);
    const auto why = why_gone(plan, before, rivals, conflicts);
    if (why || !intent.if_still_free) {
      return reject(plan, wanted,
                    {.reason = Reason::hold_expired,
                     .span = before.time,
                     .limit = before.expires_at,
                     .conflicts = std::move(conflicts),
                     .cause = intent.if_still_free ? why : std::nullopt});
    }
    // Another ended hold of the poll or offer, on other calendars, must not be confirmed at the same time.
    for (const auto id : rivals) plan.exclude_changes_of(id);
  }
  wanted.status = Status::scheduled;
  wanted.proposed_on.clear();
  leave_out_unasked(plan.store(), wanted);
  add_calendar_fields(changed, before, wanted);
  changed.emplace_back("status");
  if (!wanted.wish.is_fixed()) {
    wanted.wish.date.reset();
    wanted.wish.wished_start = wanted.time->start;
    changed.emplace_back("wished_start");
    if (before.wish.date) changed.emplace_back("date");
  }
  auto outcome = answer(plan, Verb::confirmed, plan.change(before, wanted, Verb::confirmed, changed));
  outcome.events = free_others(plan, before);
  return outcome;
}

/// Cancels (rule 3.5) or denies (rule 3.6) the event.
Outcome end(Plan& plan, Intent intent) {
  intent.wanted.status = *intent.status;
  intent.changed.emplace_back("status");
  const auto verb = intent.wanted.status == Status::cancelled ? Verb::cancelled : Verb::denied;
  return answer(plan, verb, plan.change(intent.before, intent.wanted, verb, intent.changed));
}

/// Rule 3.4.
Outcome complete(Plan& plan, Intent intent) {
  auto& time = *intent.wanted.time;
  time.end = std::max(plan.now(), time.start + kShortest);
  add_time_fields(intent.changed, intent.before.time, time);
  return answer(plan, Verb::updated, plan.change(intent.before, intent.wanted, Verb::completed, intent.changed));
}

Outcome expire(Plan& plan, Intent intent) {
  return answer(plan, Verb::updated, expire_hold(plan, intent.before, intent.wanted, intent.changed));
}

/// The transition from the event's status to `target` (rules 3.3 to 3.6, and 3.11); nullptr where rule 3.8 allows
/// none. Callers confirm an event by asking for `scheduled`; for a held event `pending`, as a scheduled event shows
/// before its start, means the same.
using Transition = Outcome (*)(Plan&, Intent);
Transition transition(const Event& event, Status target, Instant now) {
  const auto from = status_at(event, now);
  const bool is_held = from == Status::held;
  switch (target) {
    case Status::scheduled:
      return is_held || event.is_ended_hold(now) ? confirm : nullptr;
    case Status::pending:
      return is_held ? confirm : nullptr;
    case Status::in_progress:
      return from == Status::pending ? start_now : nullptr;
    case Status::completed:
      return from == Status::in_progress ? complete : nullptr;
    case Status::cancelled:
      return event.stands() && from != Status::completed && from != Status::expired ? end : nullptr;
    case Status::denied:
      return is_held ? end : nullptr;
    case Status::expired:
      return is_held ? expire : nullptr;
    case Status::held:
    case Status::waiting:
      return nullptr;
  }
  return nullptr;
}

bool is_status(const Event& event, Status target, Instant now) {
  return target == Status::scheduled ? event.status == target : target == status_at(event, now);
}

/// A manager of one of its calendars may cancel an event, and change nothing else of it (rule 13.3). The maker of a
/// proposal may only withdraw it, and those who may answer it only confirm or deny it (rule 13.15).
void require_right_to(Store& store, const Intent& intent, const Field<Status>& status) {
  const auto& event = intent.before;
  const bool only_status = status.has_value() && intent.changed.empty();
  const bool cancels = only_status && *status.value == Status::cancelled;
  const bool confirms = status.has_value() && (*status.value == Status::scheduled || *status.value == Status::pending);
  if (confirms && !store.is_open() && store.has_proposed(event))
    throw Failure(Error::not_allowed, "whoever proposed event " + std::to_string(event.id) + " cannot confirm it", "",
                  "Ask somebody who may book on its calendars to confirm it.");
  const bool answers = only_status && (confirms || *status.value == Status::denied);
  if ((cancels && (manages_one(store, event) || store.has_proposed(event))) || (answers && may_answer(store, event)))
    return;
  require_booking_of(store, event);
}

}  // namespace

Intent intent_of(Plan& plan, const Event& event, const Edit& edit) {
  const auto names = names_calendars(edit.fields) ? *edit.fields.calendars.value : event.calendars;
  if (edit.fields.calendars.named) require_booking(plan.store(), names, false);
  if (edit.fields.one_of.has_value()) require_booking(plan.store(), named_calendars(edit.fields), false);
  const auto own_names = plan.own_names(names);  // an unknown calendar is refused before a forbidden transition
  const auto& first = plan.calendar(names.front());
  auto fields = edit.fields;
  if (names_calendars(fields)) fields.calendars.set(own_names);
  spell_lists(plan, fields, fields.calendars.named ? names_calendars(fields) : !named_of(event).empty());
  complete_wall_clock(fields, event.wish, first.zone());
  Intent intent{
      .before = event,
      .wanted = apply(fields, event, first.default_duration),
      .options = {.allow_past = fields.allow_past, .preempt = fields.preempt, .only_slots = fields.only_slots},
      .if_still_free = edit.if_still_free};
  if (intent.wanted.one_of && fields.calendars.named) keep_bookable(plan, intent.wanted, event.calendars);
  if (fields.calendars.named || fields.one_of.named || fields.attendees.named || fields.check_attendees.named ||
      fields.guests)
    resolve_attendees(plan, intent.wanted, &event);
  Validation validation;
  if (fields.item) validation.at_index(*fields.item);
  check_wish(validation, fields, intent.wanted.wish, edit.names);
  if (fields.one_of.named && !fields.one_of.value && !fields.calendars.has_value() && has_choice(event))
    validation.refuse("one_of", "null", "nothing is chosen yet: say in calendars on which it is to be");
  if (fields.one_of.has_value() && !fields.calendars.named)
    check_named(validation, *fields.one_of.value, named_of(event));
  check_seats(validation, fields, intent.wanted);
  if (fields.metadata.has_value()) check_metadata(validation, "metadata", intent.wanted.metadata->get()->text);
  const auto& status = fields.status;
  const bool other_time = wishes_other_time(event, intent.wanted);
  if (other_time && event.calendars == intent.wanted.calendars && !event.has_begun(plan.now()))
    widen_for_caller(plan, intent.wanted);
  if (status.has_value() && !is_status(event, *status.value, plan.now())) intent.status = *status.value;
  if (fields.hold_for.named) change_hold(plan, intent, validation);
  intent.moves = other_time || (edit.place_waiting && event.status == Status::waiting);
  if (other_time && intent.status) {
    validation.refuse("status", name_of(*intent.status), "status and time cannot change in one call");
  }
  validation.raise();
  intent.changed = changed_fields(event, intent.wanted);
  if (edit.recurrence_id && edit.recurrence_id != event.recurrence_id) {
    intent.wanted.recurrence_id = edit.recurrence_id;
    intent.changed.emplace_back(kRecurrenceField);
  }
  if (event.expires_at != intent.wanted.expires_at) intent.changed.emplace_back("expires_at");
  require_right_to(plan.store(), intent, status);
  bind(plan, intent.wanted, event, {.preempts = intent.options.preempt, .moves = intent.moves});
  return intent;
}

bool is_possible(const Intent& intent, Instant now) {
  if (intent.status) return transition(intent.before, *intent.status, now) != nullptr;
  return !intent.moves || intent.before.is_ahead(now);
}

bool may_move(Plan& plan, const Intent& intent) {
  const auto& zone = plan.first_of(intent.wanted).zone();
  return why_not_moved(intent.before, intent.wanted, zone, plan.now()).empty();
}

Outcome carry_out(Plan& plan, const Intent& intent) {
  const auto& event = intent.before;
  if (is_held_anew(event, intent.wanted)) {
    auto counted = intent.wanted;  // beside the events that earlier changes of the call have it hold
    bind(plan, counted, event, {.preempts = false, .moves = false});
  }
  if (intent.status) {
    if (const auto become = transition(event, *intent.status, plan.now())) return become(plan, intent);
    const auto wanted =
        intent.status == Status::scheduled ? "be confirmed" : "become " + std::string(name_of(*intent.status));
    throw not_allowed_now(event, plan.now(), wanted);
  }
  if (intent.moves) return move(plan, intent);
  if (intent.changed.empty()) return answer(plan, Verb::unchanged, event);
  return answer(plan, Verb::updated, plan.change(event, intent.wanted, Verb::updated, intent.changed));
}

namespace {

using std::chrono::days;

/// The instant by which the events of a series are ordered: the event's start; for a waiting event its wished start,
/// or the beginning of its date. A waiting event without a date comes last.
Instant start_in_series(const Event& event, const Zone& zone) {
  if (event.time) return event.time->start;
  if (event.wish.is_fixed()) return wished_start(event.wish, zone);
  return event.wish.date ? zone.day(*event.wish.date).start : kRepresentable.end;
}

/// The date of the event, or the date that it waits for; none: it waits for any day.
std::optional<Date> wall_date(const Event& event, const Zone& zone) {
  if (event.wish.date) return event.wish.date;
  const auto start = wall_start(event, zone);
  return start ? std::optional(date_of(*start)) : std::nullopt;
}

/// The time of day that the event's wish names; none: the event is automatic.
std::optional<Seconds> wall_time(const Event& event, const Zone& zone) {
  return event.wish.is_fixed() ? std::optional(since_midnight(*wall_start(event, zone))) : std::nullopt;
}

/// By how many days the edit moves the event that the call names; `intent` is the edit laid over this event.
days days_moved(Plan& plan, const Fields& fields, const Intent& intent) {
  const auto from = wall_date(intent.before, plan.first_of(intent.before).zone());
  const bool names_day = fields.date.has_value() || fields.start_timestamp.has_value();
  return from && names_day ? *wall_date(intent.wanted, plan.first_of(intent.wanted).zone()) - *from : days{0};
}

/// Whether the edit gives the event back to the scheduler (rule 2.9.5) by clearing its start.
bool gives_back(const Fields& fields, const Intent& intent) {
  const auto clears = [](const auto& field) { return field.named && !field.value; };
  return !intent.wanted.wish.is_fixed() &&
         (clears(fields.start_time) || (clears(fields.start_timestamp) && intent.before.wish.wished_start));
}

/// The time of day that the edit gives the sibling; none: the sibling becomes, or stays, automatic. The sibling keeps
/// its own time of day unless the edit changes that of the named event.
std::optional<Seconds> transposed_time(Plan& plan, const Fields& fields, const Intent& intent,
                                       std::optional<Seconds> own) {
  if (gives_back(fields, intent)) return std::nullopt;
  const auto named = wall_time(intent.wanted, plan.first_of(intent.wanted).zone());
  return named && named != wall_time(intent.before, plan.first_of(intent.before).zone()) ? named : own;
}

}  // namespace

std::vector<Event> in_scope(Plan& plan, const Event& event, Scope scope) {
  const auto& zone = plan.first_of(event).zone();
  const auto key = [&](const Event& e) { return std::tuple(start_in_series(e, zone), e.id); };
  auto events = plan.series(*event.series);
  std::erase_if(events, [&](const Event& other) {
    const bool is_seen = plan.store().may_read(other) || plan.store().has_proposed(other);
    return !is_seen || (scope == Scope::following && key(other) < key(event));
  });
  plan.need_all_of(events);
  for (auto& each : events) {
    if (plan.has_changed(each.id)) each = *plan.find(each.id);  // the plan has ended its hold
  }
  std::sort(events.begin(), events.end(), [&](const Event& a, const Event& b) { return key(a) < key(b); });
  return events;
}

Edit transposed(Plan& plan, Edit edit, const Intent& intent, const Event& sibling) {
  auto& fields = edit.fields;
  if (!fields.date.named && !fields.start_time.named && !fields.start_timestamp.named) return edit;
  const auto& calendar = plan.first_of(sibling);
  const auto own_date = wall_date(sibling, calendar.zone());
  const auto own_time = wall_time(sibling, calendar.zone());
  const auto by = days_moved(plan, fields, intent);
  const auto time = transposed_time(plan, fields, intent, own_time);
  const auto& next = fields.calendars.has_value() ? plan.first_of(intent.wanted) : calendar;
  fields.date.drop();
  fields.start_time.drop();
  fields.start_timestamp.drop();
  if (!own_date || (by == days{0} && time == own_time && next.time_zone == calendar.time_zone)) return edit;
  fields.date.set(*own_date + by);
  if (time || own_time) fields.start_time.set(time);
  if (!time && own_time) fields.start_timestamp.set(std::nullopt);
  return edit;
}

namespace {

/// Whether a sibling takes part in the edit: if it waits or has not begun, and its status allows a new status.
/// `in_progress`, `completed` and the confirmation of an ended hold are for the named event alone.
bool takes_part(const Intent& intent, Instant now) {
  if (!intent.before.is_ahead(now)) return false;
  if (!intent.status) return true;
  return is_possible(intent, now) && intent.status != Status::in_progress && intent.status != Status::completed &&
         intent.before.status != Status::expired;
}

std::vector<Intent> intents_of(Plan& plan, const Event& event, const Edit& edit) {
  const auto named = intent_of(plan, event, edit);
  std::vector<Intent> intents;
  for (const auto& sibling : in_scope(plan, event, edit.fields.scope)) {
    auto intent = named;
    if (sibling.id != event.id) {
      auto own = transposed(plan, edit, named, sibling);
      if (!may_be_held(sibling)) own.fields.hold_for.drop();
      intent = intent_of(plan, sibling, own);
      if (!takes_part(intent, plan.now())) continue;
    }
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
    const auto time = wished_time(wanted.wish, plan.first_of(wanted).zone());
    if (time.end > horizon_of(plan, wanted)) return reject(plan, wanted, beyond_horizon(plan, wanted, time));
  }
  return carry_out(plan, intent);
}

bool reaches_others(const EditOf& asked) { return asked.event.series && asked.edit.fields.scope != Scope::one; }

/// An edit of the list, laid over the events that it reaches.
struct ListItem {
  EditOf asked;
  std::vector<Intent> intents{};               ///< by start; only that of the named event if the scope is `one`
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

/// One intent of one item: the index of the item, and the index of the intent among those of the item.
using ListedIntent = std::pair<std::size_t, std::size_t>;

/// Refuses a list in which one item confirms an event, and another changes one that was offered with it: confirming
/// frees that one (rule 3.12).
void check_offers(const std::vector<ListItem>& items, const std::map<EventId, std::size_t>& reached) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const auto& intent : items[i].intents) {
      if (intent.status != Status::scheduled && intent.status != Status::pending) continue;
      for (const auto id : intent.before.offer) {
        const auto found = reached.find(id);
        if (found == reached.end() || found->second == i) continue;
        throw invalid("id", std::to_string(id),
                      "item " + std::to_string(i) + " of the list confirms another of its offer",
                      items[found->second].asked.edit.fields.item);
      }
    }
  }
}

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
  check_offers(items, reached);
  return items;
}

/// The order of carrying out: first the events that stay, early starts last among them, since other items may end what
/// is in their way; then the events that move.
std::vector<ListedIntent> in_order(const std::vector<ListItem>& items, Instant now) {
  std::vector<std::size_t> turns(items.size());
  std::iota(turns.begin(), turns.end(), std::size_t{0});
  std::sort(turns.begin(), turns.end(), [&](auto a, auto b) { return items[a].turn(now) < items[b].turn(now); });
  std::vector<ListedIntent> ordered;
  for (const auto item : turns) {
    for (std::size_t index = 0; index < items[item].intents.size(); ++index) ordered.emplace_back(item, index);
  }
  const auto phase = [&](const ListedIntent& listed) {
    const auto& intent = items[listed.first].intents[listed.second];
    return intent.moves ? 2 : intent.status == Status::in_progress ? 1 : 0;
  };
  std::ranges::stable_sort(ordered, [&](const ListedIntent& a, const ListedIntent& b) { return phase(a) < phase(b); });
  return ordered;
}

/// Carries out one intent of the item. For a series, a rejection names the occurrence and offers no alternatives, which
/// would move only this occurrence.
void carry_out_listed(Plan& plan, ListItem& item, std::size_t index) {
  const auto& intent = item.intents[index];
  const bool is_of_series = reaches_others(item.asked);
  auto outcome = is_of_series ? carry_out_one(plan, intent) : carry_out(plan, intent);
  if (outcome.outcome != Verb::rejected) {
    item.done[index] = std::move(outcome);
    return;
  }
  if (is_of_series) {
    tell_clock_change(plan, intent.wanted, *outcome.refusal);
    const auto start = wall_start(intent.wanted, *outcome.zone);
    if (start) outcome.refusal->occurrence = Occurrence{index + 1, item.intents.size(), *start};
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
  for (auto& item : items) {
    std::vector<Event*> moving;
    for (auto& intent : item.intents)
      if (intent.moves) moving.push_back(&intent.wanted);
    if (moving.size() > 1) choose_same(plan, moving, item.intents.front().options);
  }
  std::map<EventId, std::size_t> gives_way;
  for (const auto& [at, index] : in_order(items, plan.now())) {
    step();
    auto& item = items[at];
    if (item.rejected) continue;
    const auto before = plan.displaced().size();
    carry_out_listed(plan, item, index);
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
    if (item.done[i]->outcome != Verb::unchanged) changed.push_back(id);
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
  // Alternatives lie beside all other items, not only earlier ones (rule 4.18).
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
      outcome = event ? answer(plan, Verb::undone, *event)
                      : Outcome{.outcome = Verb::undone, .time_zone = outcome.time_zone, .zone = outcome.zone};
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
