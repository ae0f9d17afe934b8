// SPDX-License-Identifier: PostgreSQL
#include "scheduler.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "../values/input.hpp"
#include "due.hpp"
#include "edits.hpp"
#include "place.hpp"
#include "rule.hpp"
#include "series.hpp"

namespace jb {

namespace {

// An answer names no event that the caller may not read (rule 13.6).

/// Whether an event of this id may be named to the caller, as any event that the call itself adds may.
bool may_name(Plan& plan, EventId id) {
  const auto event = plan.find(id);
  return !event || plan.is_new(id) || plan.store().may_read(*event);
}

void conceal_conflicts(Plan& plan, Refusal& refusal) {
  const auto hidden = std::erase_if(refusal.conflicts, [&](EventId id) { return !may_name(plan, id); });
  refusal.hides_conflicts = hidden > 0;
  if (hidden > 0) refusal.is_bound = false;  // which would tell that a hidden event is automatic
  if (refusal.about == About::in_the_way && hidden > 0) refusal.stays.reset();
}

/// Requires that the caller may change every existing event that the plan has changed for `all`. Errors: 42501, which
/// names no event.
void require_changing_all(Plan& plan, const std::vector<Followed>& all) {
  auto& store = plan.store();
  if (store.is_open()) return;
  const auto require = [&](EventId id) {
    const auto event = plan.has_changed(id) && !plan.is_new(id) ? plan.find(id) : std::nullopt;
    // Its id must not be revealed to a caller who may not read the event.
    if (event && !store.may_read(*event)) throw file_changes_hidden();
    if (event) require_changing(store, *event);
  };
  for (const auto& each : all) {
    if (each.outcome.outcome == Verb::unchanged) continue;
    if (each.outcome.event_id) require(*each.outcome.event_id);
    std::for_each(each.outcome.events.begin(), each.outcome.events.end(), require);
  }
}

/// For answers that name no event.
template <class Result>
void conceal(Plan&, Result&) {}

/// Removes from an answer the ids of events that the caller may not read. The answer still shows that time is taken or
/// was moved on calendars on which the caller has a right.
void conceal(Plan& plan, std::vector<Move>& moves) {
  if (plan.store().is_open()) return;
  std::erase_if(moves, [&](const Move& move) {
    const auto event = plan.find(move.event_id);
    const auto is_seen = [&](const auto& name) { return plan.store().rights(name).any(); };
    return event && !plan.is_new(move.event_id) && !std::ranges::any_of(event->booked_on(), is_seen);
  });
  const auto is_hidden = [&](const auto& name) { return !plan.store().rights(name).any(); };
  for (auto& move : moves) {
    if (move.event_id != 0 && !may_name(plan, move.event_id)) move.event_id = 0;
    std::erase_if(move.from_calendars, is_hidden);
    std::erase_if(move.to_calendars, is_hidden);
  }
}

void conceal(Plan& plan, Outcome& outcome) {
  if (plan.store().is_open()) return;
  if (outcome.refusal) conceal_conflicts(plan, *outcome.refusal);
  for (auto& skipped : outcome.skipped) conceal_conflicts(plan, skipped.refusal);
  conceal(plan, outcome.moves);
}

void conceal(Plan& plan, Followed& followed) {
  auto& outcome = followed.outcome;
  conceal(plan, outcome);
  if (followed.remarked && !may_name(plan, *followed.remarked)) outcome.remark = "It was imported before.";
  if (!outcome.event_id || may_name(plan, *outcome.event_id)) return;
  outcome.event_id.reset();
  outcome.version.reset();
  outcome.time.reset();
  outcome.event.reset();
  // The caller cannot see this event, and would read "unchanged" as booked.
  outcome.outcome = Verb::invalid;
  outcome.remark = "Its UID stands for an event that the caller may not read; nothing was booked.";
}

void conceal(Plan& plan, Verdict& verdict) {
  if (verdict.refusal) conceal_conflicts(plan, *verdict.refusal);
  conceal(plan, verdict.moves);
}

void conceal(Plan& plan, Proof& proof) {
  if (plan.store().is_open()) return;
  for (auto& fact : proof.facts) {
    if (!fact.event_id || may_name(plan, *fact.event_id)) continue;
    fact.event_id.reset();
    fact.version.reset();
    fact.refusal.is_bound = false;
  }
}

template <class Each>
void conceal(Plan& plan, std::vector<Each>& all) {
  if (plan.store().is_open()) return;
  for (auto& each : all) conceal(plan, each);
}

void check_version(const Event& event, std::optional<std::int64_t> expected) {
  if (!expected || *expected == event.version) return;
  throw Failure(Error::version_mismatch,
                "event " + std::to_string(event.id) + " has version " + std::to_string(event.version) + ", not " +
                    std::to_string(*expected),
                "It was changed after it was read.", "Read the event again and repeat the change on what it is now.");
}

/// Refuses every unknown calendar (rule 2.7.3), under the index of the item that names the calendar.
void check_calendars(Plan& plan, const std::vector<NamedBy>& all) {
  require_booking(all, [&](const std::string& name) {
    const auto rights = plan.store().rights(name);
    return rights.any() && plan.find_calendar(name) ? rights : Rights::none();
  });
}

/// Refuses a series whose events would store too many bytes of attachments: at most 100 MiB for all series of a call.
/// `attached`: the bytes of the requests before this one. Result: `attached` plus the bytes of this request.
std::size_t check_attached(const Fields& fields, const Outcome& outcome, std::size_t attached = 0) {
  constexpr std::size_t most = std::size_t{100} << 20;
  const auto events = outcome.events.size();
  attached += fields.attached_bytes * events;
  if (attached <= most || events == 0) return attached;
  throw invalid("attachments", std::to_string(fields.attached_bytes) + " bytes",
                "each of the " + std::to_string(events) +
                    " events of the series would have them, and all series of a call may have 100 MiB",
                fields.item);
}

/// The events of a list of changes, as the plan has them. Errors: P0002, JB412, NotLocked, and those of
/// require_cancelling.
std::vector<Event> changed_events(Plan& plan, const std::vector<Changing>& changes) {
  const auto find_all = [&] {
    std::vector<Event> events;
    for (const auto& [id, expected_version] : changes) {
      step();
      const auto event = plan.find(id);
      if (!event) throw no_such_event(id);
      events.push_back(*event);
    }
    return events;
  };
  plan.need_all_of(find_all());
  auto events = find_all();  // the plan may have ended holds among them
  for (std::size_t i = 0; i < events.size(); ++i) {
    require_cancelling(plan.store(), events[i]);
    check_version(plan.as_read(events[i]), changes[i].expected_version);
  }
  return events;
}

/// Sets the event aside: the plan goes on as if the event did not exist. Errors: P0002.
void leave_out(Plan& plan, EventId id) {
  const auto event = plan.find(id);
  if (!event || !plan.store().may_read(*event)) throw no_such_event(id);
  plan.set_aside(*event);
}

/// The calendars that the next plan begins with.
void extend(std::vector<std::string>& names, const NotLocked& more) {
  if (more.instead) names.clear();
  names.insert(names.end(), more.names.begin(), more.names.end());
}

/// The event of the outcome, whose time and version are set only once everything is planned: later items of a list may
/// have moved the event, and a waiting event may have found its place after the call's own work.
std::optional<Event> as_left(Plan& plan, Outcome& outcome) {
  auto event = outcome.event_id ? plan.find(*outcome.event_id) : std::nullopt;
  if (event && !outcome.refusal) {
    outcome.time = event->time;
    outcome.version = event->version;
  }
  return event;
}

/// What the caller may know of an event that it may not read.
Event busy_time_of(Store& store, const Event& event) {
  Event busy;
  busy.id = event.id;
  busy.calendars = event.calendars;
  std::erase_if(busy.calendars, [&](const auto& name) { return !store.rights(name).any(); });
  busy.time = event.time;
  if (event.time) busy.wish.duration = event.time->length();
  return busy;
}

/// Sets `as_of` to the oldest news from the sources of these calendars, and warns if the event is booked although one
/// of them is stale (rule 2.6.15). Calendars on which the caller has no right are left out.
void tell_sources(Plan& plan, const std::vector<std::string>& names, bool is_booked, Outcome& outcome) {
  for (const auto& name : names) {
    const auto& calendar = plan.calendar(name);
    if (!calendar.source_as_of && !calendar.max_source_age) continue;
    if (!plan.store().is_open() && !plan.store().rights(name).any()) continue;
    if (calendar.source_as_of) outcome.as_of = std::min(outcome.as_of.value_or(plan.now()), *calendar.source_as_of);
    const auto stale = stale_source(calendar, plan.now(), names.size());
    if (stale && is_booked && outcome.remark.empty()) outcome.remark = sentence(*stale, *outcome.zone);
  }
}

/// Gives the outcome its event as the call leaves it. A dry run leaves the event as it is stored.
void show_events(Plan& plan, Store& store, bool dry_run, Outcome& outcome) {
  auto event = as_left(plan, outcome);
  if (event)
    tell_sources(plan, event->booked_on(), !outcome.refusal && event->is_claiming(), outcome);
  else if (outcome.rejection)
    tell_sources(plan, outcome.rejection->calendars, false, outcome);
  if (dry_run && event && event->one_of && outcome.time)
    for (const auto& list : *event->one_of)
      outcome.chosen.insert(outcome.chosen.end(), list.chosen.begin(), list.chosen.end());
  if (dry_run && outcome.event_id) event = store.find(*outcome.event_id);
  if (!event) return;
  const auto& first = plan.first_of(*event);
  const auto status = status_at(*event, plan.now());
  // Whoever has withdrawn a proposal need not be able to read what others have written into it.
  const bool is_busy_time = !plan.is_new(event->id) && !store.may_read(*event);
  if (is_busy_time) event = busy_time_of(store, *event);
  outcome.event = {std::move(*event), status, first.time_zone, first.grid().zone};
  outcome.event->is_busy_time = is_busy_time;
  if (is_busy_time || plan.is_new(*outcome.event_id)) outcome.event->attachments = "[]";
}

void show_events(Plan& plan, Store& store, bool dry_run, std::vector<Outcome>& outcomes) {
  for (auto& outcome : outcomes) show_events(plan, store, dry_run, outcome);
}

/// The report of an import shows the times of its events, but not the events.
void show_events(Plan& plan, Store&, bool, std::vector<Followed>& followed) {
  for (auto& each : followed) as_left(plan, each.outcome);
}

/// A result without outcomes shows no event.
template <class Result>
void show_events(Plan&, Store&, bool, Result&) {}

/// The outcomes in the result of a call; none in a result of another type.
template <class Result>
std::vector<Outcome*> outcomes_of(Result& result) {
  std::vector<Outcome*> all;
  if constexpr (std::is_same_v<Result, Outcome>) all.push_back(&result);
  if constexpr (std::is_same_v<Result, std::vector<Outcome>>)
    for (auto& outcome : result) all.push_back(&outcome);
  if constexpr (std::is_same_v<Result, std::vector<Followed>>)
    for (auto& each : result) all.push_back(&each.outcome);
  return all;
}

/// Makes the outcome of an event that was to wait, but has found a place after all, that of a placed one.
void tell_placed(Plan& plan, Outcome& outcome) {
  if (outcome.outcome != Verb::waiting || !outcome.event_id) return;
  const auto event = plan.find(*outcome.event_id);
  if (!event || !event->is_claiming()) return;
  outcome.outcome = placing_kind(*event);
  outcome.refusal.reset();
  outcome.alternatives.clear();
}

/// Where the moves caused by waiting events are reported: among the moves that the call returns, or in the outcome of
/// the oldest event, whatever the order of the list; nullptr: nowhere.
std::vector<Move>* moves_of(std::vector<Move>& moves, const std::vector<Outcome*>&) { return &moves; }

template <class Result>
std::vector<Move>* moves_of(Result&, const std::vector<Outcome*>& outcomes) {
  Outcome* oldest = nullptr;
  for (auto* outcome : outcomes) {
    const bool is_carried_out = !outcome->refusal || outcome->outcome == Verb::waiting;
    if (!is_carried_out || outcome->outcome == Verb::undone) continue;
    if (oldest == nullptr || outcome->event_id < oldest->event_id) oldest = outcome;
  }
  return oldest != nullptr ? &oldest->moves : nullptr;
}

/// Tends the waiting events after the call's own work. They take no time from events whose times the call answers, and
/// the answer includes the moves of those that are placed, and of the events that gave way (rule 2.4.4).
template <class Result>
void tend_after(Plan& plan, Result& result) {
  const auto outcomes = outcomes_of(result);
  for (const auto* outcome : outcomes) {
    if (outcome->event_id) plan.keep(*outcome->event_id);
    for (const auto id : outcome->events) plan.keep(id);
  }
  auto tended = tend_waiting(plan);
  if (tended.empty()) return;
  for (auto* outcome : outcomes) tell_placed(plan, *outcome);
  auto* moves = moves_of(result, outcomes);
  if (moves == nullptr) return;
  std::map<EventId, Move*> told;  // none: the event has an outcome of its own
  for (auto& move : *moves) told.emplace(move.event_id, &move);
  for (auto* outcome : outcomes) {
    if (outcome->event_id) told.emplace(*outcome->event_id, nullptr);
    for (auto& move : outcome->moves) told.emplace(move.event_id, &move);
  }
  std::erase_if(tended, [&](const Move& move) {
    const auto found = told.find(move.event_id);
    if (found == told.end()) return false;
    if (found->second != nullptr) found->second->to = move.to;
    return true;
  });
  moves->insert(moves->end(), tended.begin(), tended.end());
}

/// Writes what an answer shows as a text, so that two plans can be compared. The text has the outcomes, the events'
/// times, statuses and calendars, the skipped occurrences, and the moves. A new event has no id in the text, since its
/// id differs from call to call. Deadlines are left out, since they count from now. Calendars on which the caller has
/// no right are left out, since the text must reveal no more than the answer (rule 13.6).
class PlanText {
 public:
  explicit PlanText(Plan& plan) : plan_(plan) {}

  void add(const Outcome& outcome) {
    add_word(name_of(outcome.outcome));
    if (outcome.refusal) add_word(name_of(outcome.refusal->reason));
    const bool is_done = outcome.outcome != Verb::rejected && outcome.outcome != Verb::undone;
    if (is_done && outcome.event_id)
      add_event(*outcome.event_id);
    else
      add_time(outcome.time);
    for (const auto id : outcome.events) add_event(id);
    for (const auto& skipped : outcome.skipped) {
      add_time(skipped.time);
      add_word(name_of(skipped.refusal.reason));
    }
    add(outcome.moves);
  }

  void add(const Move& move) {
    add_id(move.event_id);
    add_time(move.from);
    add_time(move.to);
    for (const auto& name : move.to_calendars) add_word(name);
  }

  template <class Each>
  void add(const std::vector<Each>& all) {
    for (const auto& each : all) {
      step();
      add(each);
    }
    text_ += '\n';
  }

  std::string finished() && { return std::move(text_); }

 private:
  // No name of a calendar, and no word of the scheduler, has a blank.
  void add_word(std::string_view word) { text_.append(word) += ' '; }

  void add_time(const std::optional<Span>& time) {
    if (time)
      for (const auto at : {time->start, time->end}) add_word(std::to_string(at.time_since_epoch().count()));
    text_ += ';';
  }

  void add_id(EventId id) { add_word(id == 0 || plan_.is_new(id) ? "new" : std::to_string(id)); }

  void add_event(EventId id) {
    add_id(id);
    const auto event = plan_.find(id);
    if (!event) return;
    add_word(name_of(event->status));
    add_time(without_clock(*event));
    for (const auto& calendar : event->booked_on())
      if (plan_.store().is_open() || plan_.store().rights(calendar).any()) add_word(calendar);
    text_ += ';';
  }

  /// The event's time. A start or end that the call takes from the clock (rules 3.3 and 3.4) is replaced by a constant,
  /// since it differs from call to call.
  std::optional<Span> without_clock(const Event& event) {
    const auto before = plan_.is_new(event.id) ? std::nullopt : plan_.store().find(event.id);
    auto time = event.time;
    if (!time || !before || !before->time || time == before->time) return time;
    if (time->start == plan_.now() && time->end == before->time->end) time->start = kRepresentable.start;
    if (time->end == plan_.now() && time->start == before->time->start) time->end = kRepresentable.end;
    return time;
  }

  Plan& plan_;
  std::string text_;
};

/// The ids of events that were only tried, with the index of their request.
using Trials = std::map<EventId, std::size_t>;

/// Replaces, among the events in the way, the ids of events that were only tried by the indexes of their requests.
/// Nobody could look up such an id.
void name_requests(Refusal& refusal, const Trials& trials) {
  std::set<std::size_t> requests(refusal.requests.begin(), refusal.requests.end());
  std::erase_if(refusal.conflicts, [&](EventId id) {
    const auto found = trials.find(id);
    if (found == trials.end()) return false;
    requests.insert(found->second);
    return true;
  });
  refusal.requests.assign(requests.begin(), requests.end());
}

void forget_ids(Outcome& outcome, const Trials& trials) {
  if (outcome.refusal) name_requests(*outcome.refusal, trials);
  for (auto& skipped : outcome.skipped) name_requests(skipped.refusal, trials);
  for (auto& move : outcome.moves) {
    if (trials.contains(move.event_id)) move.event_id = 0;
  }
}

/// The events that the call has added, under the indexes of their outcomes.
Trials trials_of(const Plan& plan, const std::vector<Outcome*>& outcomes) {
  Trials trials;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto add = [&](EventId id) {
      if (plan.is_new(id)) trials.emplace(id, i);
    };
    if (outcomes[i]->event_id) add(*outcomes[i]->event_id);
    std::ranges::for_each(outcomes[i]->events, add);
  }
  return trials;
}

/// Removes from the outcome of a trial its rejection and the ids of events that were only tried. Nothing was stored
/// under them.
void forget_trial(Outcome& outcome, const Trials& trials) {
  const auto is_tried = [&](EventId id) { return trials.contains(id); };
  forget_ids(outcome, trials);
  outcome.rejection.reset();
  std::erase_if(outcome.events, is_tried);
  if (!outcome.event_id || !is_tried(*outcome.event_id)) return;
  outcome.event_id.reset();
  outcome.version.reset();
  outcome.event.reset();
}

template <class Result>
void forget_trial(const Plan& plan, Result& result) {
  const auto outcomes = outcomes_of(result);
  const auto trials = trials_of(plan, outcomes);
  for (auto* outcome : outcomes) forget_trial(*outcome, trials);
}

void forget_trial(const Plan& plan, std::vector<Followed>& all) {
  Trials trials;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const auto& mirror : all[i].mirrors)
      if (plan.is_new(mirror.event_id)) trials.emplace(mirror.event_id, i);
  }
  for (auto& each : all) forget_trial(each.outcome, trials);
}

}  // namespace

Stale::Stale()
    : Failure(Error::stale, "the plan is no longer the one that was shown", "",
              "Look at the new plan; to apply it, repeat the call with its basis.") {}

// Rule 2.15.2. The store of a dry run shows all calendars from one snapshot. A dry run takes no lock: it waits for
// nobody, and nobody waits for it.
template <class Work>
auto Scheduler::try_out(const std::vector<std::string>& names, Work&& work) {
  Plan plan(store_, names, Plan::Reach::as_needed, end_holds);
  auto result = work(plan);
  show_events(plan, store_, true, result);
  conceal(plan, result);
  inspect(plan, result);
  forget_trial(plan, result);
  return result;
}

// Rule 2.15.7. Stale is a Failure, so a plan ahead of the locks that proves to be outdated is made again.
template <class Result>
void Scheduler::inspect(Plan& plan, Result& result) {
  if constexpr (std::is_constructible_v<Stale, Result>) {
    if (!inspector_) return;
    PlanText text(plan);
    text.add(result);
    if (inspector_(std::move(text).finished())) return;
    forget_trial(plan, result);
    throw Stale(std::move(result));
  }
}

// Only planning shows which calendars a call needs, since a displaced or waiting event may be booked on further
// calendars. So a call plans first, on one snapshot and without locks. Then it locks the calendars that it has loaded,
// in order, and proves that they are still as they were read: every change of a calendar changes its row of
// jb_calendar_lock. A call on one calendar does both with its first write, which fails if another transaction has
// changed the row, or has it locked when the call looks. `names` becomes the names that the plan has looked up. Result:
// nullopt if the proof fails, or if a Failure comes from an outdated snapshot (rule 2.1.8). Plan and `work` are
// step "plan" of test/spin/scheduler.pml.
//
// A plan that has chosen among calendars locks only those that it writes, and waits for none of them, since the others
// may change meanwhile. If it would have to wait, the next attempt waits first, and then chooses. `locks`: the
// calendars to lock before the plan. After a failure: those that the next attempt has to lock, none if it would choose
// others now, nullopt if the plan has not chosen.
template <class Work>
auto Scheduler::run_ahead(std::vector<std::string>& names, std::optional<std::vector<std::string>>& locks, Work&& work)
    -> std::optional<decltype(work(std::declval<Plan&>()))> {
  std::unique_ptr<Store::Savepoint> savepoint;
  if (locks && !locks->empty()) {
    store_.wait_for_turn(names.front());
    savepoint = store_.savepoint();
    store_.lock_ahead(*locks);
  }
  const bool is_first_choice = !std::exchange(locks, {});
  if (!store_.read_ahead()) return std::nullopt;
  try {
    Plan plan(store_, names, Plan::Reach::as_needed, end_holds);
    auto result = work(plan);
    show_events(plan, store_, false, result);
    conceal(plan, result);
    inspect(plan, result);
    names = plan.names();
    const auto only_read = plan.only_read();
    if (write_if_as_read(plan, only_read, savepoint != nullptr)) {
      if (savepoint && plan.has_writes()) savepoint->keep();
      savepoint.reset();
      plan.announce();
      return result;
    }
    if (plan.has_writes() && (savepoint || !only_read.empty()))
      locks = plan.heeds_changes() && is_first_choice ? std::vector<std::string>() : plan.names_without(only_read);
  } catch (const NotLocked& more) {
    extend(names, more);
  } catch (const Failure&) {
    const bool is_as_read = store_.is_as_read();
    store_.forget();
    if (is_as_read) throw;
  }
  store_.forget();
  return std::nullopt;
}

/// Writes a plan that was made ahead of the locks. Result: false, with nothing written and nothing locked, if a
/// calendar is no longer as it was read or, for several calendars, the clock has moved on while the call waited for
/// their locks. A call that `has_locks` already waits for no other calendar: two such calls could wait for each other.
/// The look at the clock is step "prove now" of test/spin/scheduler.pml.
bool Scheduler::write_if_as_read(Plan& plan, const std::set<int>& only_read, bool has_locks) {
  if (!plan.has_writes()) {
    if (!store_.is_as_read()) return false;
    store_.forget();
    return true;
  }
  const auto due = plan.next_due();
  store_.leave(only_read);
  if (plan.calendars() == only_read.size() + 1) {
    if (!plan.write()) return false;
    if (due) store_.falls_due(*due);
    store_.settle();
    return true;
  }
  auto savepoint = store_.savepoint();
  if (!store_.confirm(only_read.empty() && !has_locks) || store_.now() != plan.now() || !plan.write()) return false;
  if (due) store_.falls_due(*due);
  savepoint->keep();
  return true;
}

// Under locks no other transaction can change what the plan reads. Locks taken one after another could deadlock, so if
// the plan needs a calendar that is not locked, the call leaves the savepoint, which gives all locks back, and starts
// over with the larger set of calendars in `names`. That is step "give back" of test/spin/scheduler.pml. Result:
// nullopt in this case.
template <class Work>
auto Scheduler::run_locked(std::vector<std::string>& names, const RunOptions& options, Work&& work)
    -> std::optional<decltype(work(std::declval<Plan&>()))> {
  auto savepoint = store_.savepoint();
  try {
    if (options.before) {
      store_.load(names);
      store_.settle();
      options.before();
    }
    Plan plan(store_, names, Plan::Reach::locked, end_holds);
    auto result = work(plan);
    show_events(plan, store_, false, result);
    conceal(plan, result);
    inspect(plan, result);
    if (plan.has_writes() || options.before || options.writes_itself) {
      if (const auto due = plan.next_due()) store_.falls_due(*due);
      plan.write();
      savepoint->keep();
    }
    savepoint.reset();
    plan.announce();
    return result;
  } catch (const NotLocked& more) {
    extend(names, more);
    return std::nullopt;
  }
}

// A call plans ahead of its locks and, if this fails, under the locks of the calendars found so far. Under contention
// both may fail, since others change the calendars and their events bring in further ones. After kMostAhead failures
// the call only locks. Each further attempt then holds more calendars, so the attempts end.
template <class Work>
auto Scheduler::run(std::vector<std::string> names, const RunOptions& options, Work&& work) {
  constexpr int kMostAhead = 3;
  constexpr int kMostChoosing = 8;  // more, since each waits for its turn on what it has chosen
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const auto work_and_tend = [&](Plan& plan) {
    auto result = work(plan);
    tend_after(plan, result);
    return result;
  };
  if (dry_run_) {
    if (options.before) options.before();
    return try_out(names, work_and_tend);
  }
  const bool may_plan_ahead = !options.before && !options.writes_itself;
  std::optional<std::vector<std::string>> locks;
  for (int attempt = 0;; ++attempt) {
    const bool is_ahead = may_plan_ahead && attempt < (locks ? kMostChoosing : kMostAhead);
    auto result = is_ahead ? run_ahead(names, locks, work_and_tend) : std::nullopt;
    if (!result && !(is_ahead && locks)) result = run_locked(names, options, work_and_tend);
    if (!result) continue;
    store_.end_turn();
    return std::move(*result);
  }
}

// The event may move to other calendars before the call holds its locks. Plan::subject() then asks for the event's
// present calendars. `require` is also called before the locks, so that a caller without the right waits for nobody
// (rule 13.5).
template <class Work>
auto Scheduler::run_on(EventId id, Require require, std::optional<std::int64_t> expected_version,
                       const RunOptions& options, Work&& work) {
  const auto found = store_.find(id);
  if (!found) throw no_such_event(id);
  require(store_, *found);
  check_version(*found, expected_version);
  return run(found->booked_on(), options, [&](Plan& plan) {
    const auto event = plan.subject(id);
    require(store_, event);
    check_version(plan.as_read(event), expected_version);
    return work(plan, event);
  });
}

/// Runs `work` with a calendar on which the caller has the right, which is checked before the lock too (rule 13.5).
template <class Work>
auto Scheduler::run_with(const std::string& calendar, Right right, const RunOptions& options, Work&& work) {
  require_right_on(store_, calendar, right);
  return run({calendar}, options, [&](Plan& plan) {
    if (!plan.find_calendar(calendar)) throw no_such_calendar(calendar);
    require_right_on(store_, calendar, right);
    return work(plan);
  });
}

Event Scheduler::seen(EventId id) {
  auto event = store_.find(id);
  if (!event || !store_.may_read(*event)) throw no_such_event(id);
  return std::move(*event);
}

Outcome Scheduler::schedule(const Fields& fields) {
  const auto names = named_calendars(fields);
  if (!fields.behalf) require_booking(store_, names);
  return run(names, {}, [&](Plan& plan) {
    for (const auto id : fields.in_place_of) plan.exclude_changes_of(id);
    auto answered = request(plan, resolve(plan, fields));
    check_attached(fields, answered);
    return answered;
  });
}

std::vector<Outcome> Scheduler::schedule_all(const std::vector<Fields>& requests, bool all_or_none) {
  std::vector<NamedBy> named;
  std::vector<std::string> names;
  for (const auto& fields : requests) {
    named.push_back({fields.item, named_calendars(fields)});
    names.insert(names.end(), named.back().names.begin(), named.back().names.end());
  }
  if (!store_.is_open()) require_booking(named, [&](const auto& name) { return store_.rights(name); });
  return run(std::move(names), {}, [&](Plan& plan) {
    check_calendars(plan, named);
    const auto begin = all_or_none ? std::optional(plan.mark()) : std::nullopt;
    std::vector<Outcome> all;
    std::size_t attached = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      step();
      const OfItem item(requests[i].item);
      const auto& fields = requests[i];
      const auto before = fields.dry_run ? std::optional(plan.mark()) : std::nullopt;
      all.push_back(request(plan, resolve(plan, fields)));
      const auto with_this = check_attached(fields, all.back(), attached);
      if (!before) {
        attached = with_this;
        continue;
      }
      forget_trial(plan, all.back());
      plan.back_to(*before);
    }
    if (begin && has_rejection(all)) {
      for (std::size_t i = 0; i < all.size(); ++i) renew_alternatives(plan, requests[i], all[i]);
      const auto trials = trials_of(plan, outcomes_of(all));
      for (auto& outcome : all) forget_ids(outcome, trials);
      take_back(plan, *begin, all);
    }
    return all;
  });
}

std::vector<Followed> Scheduler::follow(const std::string& calendar, News news,
                                        const std::function<std::vector<SourceEvent>()>& read) {
  return run_with(calendar, Right::book, {.writes_itself = true}, [&](Plan& plan) {
    const auto& on = plan.calendar(calendar);
    const auto before = on.source_as_of;
    if (news == News::whole && on.has_stale_source(plan.now())) plan.open(on, kRepresentable);
    if (news == News::whole && !dry_run_) store_.hear(calendar, plan.now());
    if (news != News::none) plan.hear(calendar, plan.now());
    auto all = follow_all(plan, calendar, read());
    require_changing_all(plan, all);
    if (news == News::part) plan.hear(calendar, before);  // what waits is tried when the news is whole
    return all;
  });
}

/// Runs `work` with the request, as a trial without the event `aside`.
template <class Work>
auto Scheduler::try_new(const Fields& fields, std::optional<EventId> aside, Work&& work) {
  if (!fields.behalf) require_booking(store_, named_calendars(fields));  // before they are read (rule 13.5)
  return try_out(named_calendars(fields), [&](Plan& plan) {
    if (aside) leave_out(plan, *aside);
    return work(plan, resolve(plan, fields));
  });
}

/// The same with the stored event's own wish.
template <class Work>
auto Scheduler::try_again(EventId id, Work&& work) {
  return try_out(seen(id).booked_on(), [&](Plan& plan) {
    auto event = plan.subject(id);
    require_reading(store_, event);
    require_right_on_each(store_, event.calendars, Right::busy);
    plan.set_aside(event);
    const auto own = event.calendars;
    // The answer must not show when an attendee is busy if the caller has no right on that attendee's calendar.
    std::erase_if(event.attendee_calendars, [&](const auto& name) { return !store_.rights(name).any(); });
    if (!event.has_begun(plan.now())) widen(plan, event);
    std::erase_if(event.calendars, [&](const auto& name) {
      return !contains(own, name) && !store_.is_open() && !store_.rights(name).has(Right::busy);
    });
    return work(plan, requested_again(std::move(event), plan.now()));
  });
}

std::vector<Verdict> Scheduler::explain(const Fields& fields, std::size_t most, std::optional<EventId> aside) {
  return try_new(fields, aside, [&](Plan& plan, const Requested& wish) { return jb::explain(plan, wish, most); });
}

std::vector<Verdict> Scheduler::explain_event(EventId id, std::size_t most) {
  return try_again(id, [&](Plan& plan, const Requested& wish) { return jb::explain(plan, wish, most); });
}

Proof Scheduler::prove(const Fields& fields, std::optional<EventId> aside) {
  return try_new(fields, aside, [](Plan& plan, Requested wish) { return jb::prove(plan, std::move(wish)); });
}

Proof Scheduler::prove_event(EventId id) {
  return try_again(id, [](Plan& plan, Requested wish) { return jb::prove(plan, std::move(wish)); });
}

Search Scheduler::search_beside(EventId id) {
  const auto names = seen(id).booked_on();
  Plan plan(store_, names, Plan::Reach::as_needed, end_holds);
  leave_out(plan, id);
  return plan.search(names);
}

void Scheduler::lock(const std::vector<std::string>& names) {
  const auto require = [&](const std::string& name, Rights rights) {
    if (const auto at = rights.ended_at()) throw grant_has_ended(name, *at);
    if (!rights.any()) throw unknown_calendar("calendars", name);
    if (!rights.has(Right::book)) throw right_wanted(name, Right::book);
  };
  // Also before anything is locked: a caller who may not book must neither wait nor make others wait.
  for (const auto& name : names) require(name, store_.rights(name));
  const auto calendars = store_.load(names);
  for (const auto& name : names) {
    const auto is_locked = [&](const Calendar& calendar) { return is_same_name(calendar.name, name); };
    const bool is_there = std::any_of(calendars.begin(), calendars.end(), is_locked);
    require(name, is_there ? store_.rights(name) : Rights::none());
  }
}

Outcome Scheduler::update(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version) {
  return edited(id, require_cancelling, edit, expected_version);
}

Outcome Scheduler::edited(EventId id, Require require, const Editor& edit,
                          std::optional<std::int64_t> expected_version) {
  return run_on(id, require, expected_version, {}, [&](Plan& plan, const Event& event) {
    const auto wanted = edit(plan.as_read(event), plan.now());
    return wanted.fields.recurrence ? repeat_from(plan, event, wanted) : apply_to_scope(plan, event, wanted);
  });
}

std::vector<Outcome> Scheduler::update_all(const std::vector<Changing>& changes, const EditorOfAll& edit) {
  std::vector<std::string> names;
  for (const auto& [id, expected_version] : changes) {
    step();
    const auto event = seen(id);
    require_cancelling(store_, event);
    check_version(event, expected_version);
    for (auto& name : event.booked_on()) names.push_back(std::move(name));
  }
  return run(std::move(names), {}, [&](Plan& plan) {
    const auto events = changed_events(plan, changes);
    std::vector<Event> shown;
    for (const auto& event : events) shown.push_back(plan.as_read(event));
    std::vector<EditOf> edits;
    std::vector<NamedBy> named;
    for (auto& each : edit(shown, plan.now())) {
      if (each.fields.calendars.has_value()) named.push_back({each.fields.item, *each.fields.calendars.value});
      edits.push_back({events[edits.size()], std::move(each)});
    }
    check_calendars(plan, named);
    return apply_all(plan, edits);
  });
}

Outcome Scheduler::become(EventId id, const Becoming& wanted, std::optional<std::int64_t> expected_version) {
  const Editor edit = [&](const Event&, Instant) {
    Edit edit;
    edit.fields.status.set(wanted.status);
    edit.fields.scope = wanted.scope;
    edit.if_still_free = wanted.if_still_free;
    return edit;
  };
  return edited(id, wanted.status == Status::cancelled ? require_withdrawing : require_cancelling, edit,
                expected_version);
}

Outcome Scheduler::amend(EventId id, const std::string& field, std::optional<std::int64_t> expected_version,
                         const std::function<std::string()>& work) {
  return run_on(id, require_changing, expected_version, {.writes_itself = true}, [&](Plan& plan, const Event& event) {
    const auto old_part = work();
    return answer(plan, Verb::updated, plan.change(event, event, Verb::updated, {field}, old_part));
  });
}

void Scheduler::remove(EventId id, std::optional<std::int64_t> expected_version) {
  run_on(id, require_deleting, expected_version, {}, [&](Plan& plan, const Event& event) {
    plan.remove(event);
    return true;
  });
}

std::size_t Scheduler::tend(const std::vector<std::string>& names) {
  require_booking(store_, names, false);
  return run(names, {}, [&](Plan& plan) {
    require_booking(store_, names, false);
    for (const auto& name : names) plan.calendar(name);
    tend_waiting(plan);
    return plan.changes();
  });
}

std::size_t Scheduler::tend_due(const std::function<std::vector<std::string>(Instant)>& due_on) {
  return run({}, {}, [&](Plan& plan) {
    const auto names = due_on(plan.now());
    require_booking(store_, names, false);
    plan.need(names);
    tend_waiting(plan);
    return plan.changes();
  });
}

std::vector<Move> Scheduler::replan(const std::string& calendar) {
  return run_with(calendar, Right::manage, {}, [&](Plan& plan) { return jb::replan(plan, calendar); });
}

std::vector<Move> Scheduler::rezone(const std::string& calendar) {
  return run_with(calendar, Right::manage, {.before = [&] { store_.rebuild(calendar); }}, [&](Plan& plan) {
    reopen(plan, calendar);
    return jb::rezone(plan, calendar);
  });
}

void Scheduler::retune(const std::string& name, const std::function<void()>& change) {
  run({name}, {.before = change}, [&](Plan& plan) {
    reopen(plan, name);
    return true;
  });
}

}  // namespace jb
