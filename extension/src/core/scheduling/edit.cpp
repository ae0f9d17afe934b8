// SPDX-License-Identifier: PostgreSQL
#include "edit.hpp"

#include <algorithm>

#include "../values/time_text.hpp"
#include "due.hpp"
#include "permission.hpp"
#include "request.hpp"

namespace jb {

Failure not_allowed_now(const Event& event, Instant now, const std::string& wanted) {
  const auto hint = event.is_ahead(now) ? "An event that has not begun can be moved, confirmed, started or cancelled."
                    : event.has_begun(now) && !event.has_ended(now)
                        ? "An event that has begun can end earlier or later, or become completed."
                        : "What has ended or been cancelled stays as it is; book a new event instead.";
  return {Error::invalid_transition,
          "event " + std::to_string(event.id) + " is " + std::string(status_at(event, now)) + " and cannot " + wanted,
          "", hint};
}

namespace {

bool wishes_other_time(const Event& a, Event b) {
  b.wish.priority = a.wish.priority;
  return a.wish != b.wish || a.booked_on() != b.booked_on();
}

/// Rule 2.9.6: a date alone moves a fixed event to the same wall clock time on that date; a start_time alone moves it
/// to that time on its present date. For an event that was wished as an instant, the zone of its first calendar gives
/// the missing date or time.
void complete_wall_clock(Fields& fields, const Wish& wish, const Zone& zone) {
  if (!wish.wished_start || fields.start_timestamp.named) return;
  const auto wall = zone.to_wall(*wish.wished_start);
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  if (fields.date.has_value() && !fields.start_time.named) fields.start_time.set(wall - day);
  if (fields.start_time.has_value() && !fields.date.named) fields.date.set(day);
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

/// Whether the edit leaves the event where it begins: its date and start_time are not read anew by rules that the zone
/// has been given since (rule 2.17.1).
bool keeps_start(const Event& before, const Event& wanted) {
  return before.is_claiming() && wish_for_same_start(before, wanted);
}

/// A held or waiting event that gives up its own hold_for takes its calendars' confirm_within (rule 2.8.5). A held
/// event with another hold_for gets a new deadline, counted from now; with no hold_for at all it keeps the deadline
/// that it has.
void change_hold(Plan& plan, Intent& intent) {
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  if (before.status != Status::waiting && before.status != Status::held) return;
  resolve_hold(plan, wanted);
  const bool is_other = wanted.hold_for && wanted.hold_for != before.hold_for;
  if (is_other && before.status == Status::held && intent.status.empty()) {
    wanted.expires_at = plan.now() + *wanted.hold_for;
  }
}

Outcome move(Plan& plan, Intent intent) {
  const auto now = plan.now();
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  auto& changed = intent.changed;
  const auto why = why_not_moved(before, wanted, plan.calendar(wanted.calendars.front()).zone(), now);
  if (!why.empty()) throw not_allowed_now(before, now, std::string(why));
  // An event that the caller has set aside goes back by the caller: its old time may be taken by now.
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
  wanted.time = decision.time;
  const bool was_waiting = before.status == Status::waiting;
  if (was_waiting) begin_status(wanted, now);
  if (before.time != wanted.time) add_time_fields(changed, before.time, wanted.time);
  if (before.status != wanted.status) changed.emplace_back("status");
  if (changed.empty()) {
    plan.put_back(before);
    return answer(plan, "unchanged", before);
  }
  const bool moves_away = before.time != wanted.time || before.calendars != wanted.calendars;
  const auto placed = placing_kind(wanted);
  const auto kind = was_waiting ? placed : moves_away ? "moved" : "updated";
  const auto event = rebook(plan, before, std::move(wanted), decision, kind, changed);
  return answer(plan, was_waiting ? placed : "updated", event);
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
  return answer(plan, "updated", plan.change(before, wanted, "started", intent.changed));
}

/// Rule 3.11: why a hold that has ended cannot have its time back; none where it can. `conflicts` become the events
/// that are in its way.
std::optional<Reason> why_gone(Plan& plan, const Event& event, std::vector<EventId>& conflicts) {
  if (event.time->start < plan.now()) return Reason::in_the_past;
  if (const auto successor = plan.store().successor(event.id)) {
    conflicts = {*successor};
    return Reason::displaced;
  }
  if (!conflicts.empty()) return Reason::conflict;
  const auto names = event.booked_on();
  const bool is_full = std::any_of(names.begin(), names.end(), [&](const auto& name) {
    return plan.is_full(plan.calendar(name), event.time->start);
  });
  return is_full ? std::optional(Reason::over_limit) : std::nullopt;
}

/// Confirms a held event (rule 3.6) or a hold that has ended (rule 3.11). A confirmed event is fixed at its time (rule
/// 2.5.5).
Outcome confirm(Plan& plan, Intent intent) {
  const auto& before = intent.before;
  auto& wanted = intent.wanted;
  auto& changed = intent.changed;
  if (before.status == Status::expired) {
    auto conflicts = others_within(plan, plan.claims_at(before, *before.time));
    const auto why = why_gone(plan, before, conflicts);
    if (why || !intent.if_still_free) {
      return reject(plan, wanted,
                    {.reason = Reason::hold_expired,
                     .span = before.time,
                     .limit = before.expires_at,
                     .conflicts = std::move(conflicts),
                     .cause = intent.if_still_free ? why : std::nullopt});
    }
  }
  wanted.status = Status::scheduled;
  changed.emplace_back("status");
  if (!wanted.wish.is_fixed()) {
    wanted.wish.date.reset();
    wanted.wish.wished_start = wanted.time->start;
    changed.emplace_back("wished_start");
    if (before.wish.date) changed.emplace_back("date");
  }
  return answer(plan, "confirmed", plan.change(before, wanted, "confirmed", changed));
}

/// Cancels (rule 3.5) or denies (rule 3.6) the event.
Outcome end(Plan& plan, Intent intent) {
  intent.wanted.status = *status_from(intent.status);
  intent.changed.emplace_back("status");
  const auto word = name_of(intent.wanted.status);
  return answer(plan, word, plan.change(intent.before, intent.wanted, word, intent.changed));
}

/// Rule 3.4.
Outcome complete(Plan& plan, Intent intent) {
  auto& time = *intent.wanted.time;
  time.end = std::max(plan.now(), time.start + kShortest);
  add_time_fields(intent.changed, intent.before.time, time);
  return answer(plan, "updated", plan.change(intent.before, intent.wanted, "completed", intent.changed));
}

Outcome expire(Plan& plan, Intent intent) {
  return answer(plan, "updated", expire_hold(plan, intent.before, intent.wanted, intent.changed));
}

/// The transition from the event's status to `target` (rules 3.3 to 3.6, and 3.11); nullptr where rule 3.8 allows
/// none. Callers confirm an event by asking for `scheduled`; for a held event `pending`, as a scheduled event shows
/// before its start, means the same.
using Transition = Outcome (*)(Plan&, Intent);
Transition transition(const Event& event, const std::string& target, Instant now) {
  const auto from = status_at(event, now);
  const bool is_open = from == "pending" || from == "in_progress" || from == "waiting" || from == "held";
  if (target == "cancelled" && is_open) return end;
  if (target == "in_progress" && from == "pending") return start_now;
  if (target == "completed" && from == "in_progress") return complete;
  const bool was_held = from == "held" || event.is_ended_hold(now);
  const bool is_confirmation = target == "scheduled" || (target == "pending" && from == "held");
  if (is_confirmation && was_held) return confirm;
  if (target == "denied" && from == "held") return end;
  if (target == "expired" && from == "held") return expire;
  return nullptr;
}

bool is_status(const Event& event, const std::string& target, Instant now) {
  return target == "scheduled" ? event.status == Status::scheduled : target == status_at(event, now);
}

}  // namespace

Intent intent_of(Plan& plan, const Event& event, const Edit& edit) {
  const auto names = edit.fields.calendars.has_value() ? *edit.fields.calendars.value : event.calendars;
  if (edit.fields.calendars.named) require_booking(plan.store(), names);
  const auto own_names = plan.own_names(names);  // an unknown calendar is refused before a forbidden transition
  const auto& first = plan.calendar(names.front());
  auto fields = edit.fields;
  if (fields.calendars.has_value()) fields.calendars.set(own_names);
  complete_wall_clock(fields, event.wish, first.zone());
  Intent intent{
      .before = event,
      .wanted = apply(fields, event, first.default_duration),
      .options = {.allow_past = fields.allow_past, .preempt = fields.preempt, .only_slots = fields.only_slots},
      .if_still_free = edit.if_still_free};
  if (fields.calendars.named || fields.attendees.named || fields.check_attendees.named || fields.guests)
    resolve_attendees(plan, intent.wanted, &event);
  Validation validation;
  if (fields.item) validation.at_index(*fields.item);
  check_wish(validation, fields, intent.wanted.wish, edit.names);
  if (fields.metadata.has_value()) check_metadata(validation, "metadata", intent.wanted.metadata->get()->text);
  const auto& status = fields.status;
  const bool other_time = wishes_other_time(event, intent.wanted);
  if (status.has_value() && !is_status(event, *status.value, plan.now())) intent.status = *status.value;
  if (fields.hold_for.named) change_hold(plan, intent);
  intent.moves = other_time || (edit.place_waiting && event.status == Status::waiting);
  if (other_time && !intent.status.empty()) {
    validation.refuse("status", intent.status, "status and time cannot change in one call");
  }
  validation.raise();
  intent.changed = changed_fields(event, intent.wanted);
  if (edit.recurrence_id && edit.recurrence_id != event.recurrence_id) {
    intent.wanted.recurrence_id = edit.recurrence_id;
    intent.changed.emplace_back(kRecurrenceField);
  }
  if (event.expires_at != intent.wanted.expires_at) intent.changed.emplace_back("expires_at");
  // Whoever manages one of its calendars may cancel the event, and change nothing else of it (rule 13.3).
  const bool only_cancels = status.has_value() && *status.value == "cancelled" && intent.changed.empty();
  if (!only_cancels || !manages_one(plan.store(), event))
    require_right_on_each(plan.store(), event.calendars, Right::book);
  return intent;
}

bool is_possible(const Intent& intent, Instant now) {
  if (!intent.status.empty()) return transition(intent.before, intent.status, now) != nullptr;
  return !intent.moves || intent.before.is_ahead(now);
}

bool may_move(Plan& plan, const Intent& intent) {
  const auto& zone = plan.calendar(intent.wanted.calendars.front()).zone();
  return why_not_moved(intent.before, intent.wanted, zone, plan.now()).empty();
}

Outcome carry_out(Plan& plan, const Intent& intent) {
  const auto& event = intent.before;
  if (!intent.status.empty()) {
    if (const auto become = transition(event, intent.status, plan.now())) return become(plan, intent);
    throw not_allowed_now(event, plan.now(), intent.status == "scheduled" ? "be confirmed" : "become " + intent.status);
  }
  if (intent.moves) return move(plan, intent);
  if (intent.changed.empty()) return answer(plan, "unchanged", event);
  return answer(plan, "updated", plan.change(event, intent.wanted, "updated", intent.changed));
}

}  // namespace jb
