// SPDX-License-Identifier: PostgreSQL
#include "laws.hpp"

#include <algorithm>
#include <map>

#include "core/event/event.hpp"
#include "core/scheduling/plan.hpp"

namespace jb::simulate {

namespace {

using test::written;

/// A store for one call alone, whose plans begin with the calendars of the session's last plan: that may have kept some
/// from a plan before, and what is due on them is written, too.
class Alone final : public test::MemoryStore {
 public:
  Alone(const MemoryStore& tables, const Task& task, const Session::Planned& planned)
      : MemoryStore(tables), names_(planned.names), ids_(task.ids) {
    zones_ = task.zones;
    asker = "session " + std::to_string(task.who);
    is_outrun = [] { return false; };
    last_id_ = std::numeric_limits<EventId>::max();
    begin(planned.now.value_or(tables.clock()));
  }

  std::vector<Calendar> load(const std::vector<std::string>& names) override {
    auto all = names;
    for (const auto& name : names_)
      if (held_.empty() && std::ranges::find(all, name) == all.end()) all.push_back(name);
    return MemoryStore::load(all);
  }

  void forget() override {
    MemoryStore::forget();
    ids_given_ = 0;
  }
  EventId new_event_id() override { return ids_ + ++ids_given_; }

 private:
  std::vector<std::string> names_;
  EventId ids_;
  EventId ids_given_ = 0;
};

/// A list tells which of its candidates the event claims, and the event has as many as it needs.
void check_choices(const test::MemoryStore& tables) {
  for (const auto& [id, event] : tables.events()) {
    if (!event.one_of || !event.is_claiming()) continue;
    for (const auto& list : *event.one_of) {
      const auto claimed = pool_of(event, list);
      if (claimed.size() != static_cast<std::size_t>(list.count) || claimed != list.chosen)
        throw Broken{"chosen agrees with claims", written(event)};
    }
  }
}

/// The events that begin to stand if all time of all calendars is tried for all that waits, and where.
std::map<EventId, Event> placed_by_trying(const test::MemoryStore& tables, Instant now) {
  auto store = tables;
  store.is_outrun = [] { return false; };
  std::map<EventId, Event> placed;
  for (const auto& [name, calendar] : tables.calendars()) {
    if (calendar.watched == 0) continue;
    store.begin(now);
    Scheduler(store).retune(name, [] {});
  }
  for (const auto& [id, event] : tables.events()) {
    const auto found = store.events().find(id);
    if (event.status == Status::waiting && found != store.events().end() && found->second.is_claiming())
      placed.emplace(id, found->second);
  }
  return placed;
}

/// Whether the place lay beyond the horizon when the automatic event began to wait or was last changed. The clock
/// brings it in, and once a day or more often somebody looks (rule 2.11.6).
bool was_beyond_horizon(const Event& event, const Event& placed, const test::MemoryStore& tables) {
  const auto calendar_of = [&](const std::string& name) -> const Calendar& { return tables.calendars().at(name); };
  return !event.wish.is_fixed() && placed.time->end > event.updated_at + nearest_horizon(placed, calendar_of);
}

/// The events with something to do now, on any calendar.
std::vector<Event> due_events(test::MemoryStore store, Instant now) {
  std::vector<Event> all;
  const auto calendars = store.calendars();
  for (const auto& [name, calendar] : calendars) std::ranges::move(store.due(calendar, now), std::back_inserter(all));
  return all;
}

/// No event waits for a place that the call has opened. One that had a place before the call waits for the clock. One
/// that is due is tried by the next call or the worker: it may have to give way to what this call has answered
/// (rule 2.11.5). Where a hold is over and its calendars have had no call since, the trial ends it: then what waits may
/// come in another order before the call than after it.
void check_wake_ups(const Task& task, const test::MemoryStore& before, const test::MemoryStore& after, Instant now) {
  const bool anybody_waits =
      std::ranges::any_of(after.events(), [](const auto& row) { return row.second.status == Status::waiting; });
  if (!anybody_waits) return;
  const auto due = due_events(after, now);
  if (std::ranges::any_of(due, [](const Event& event) { return event.status == Status::held; })) return;
  const auto placed = placed_by_trying(after, now);
  if (placed.empty()) return;
  const auto had_place = placed_by_trying(before, now);
  for (const auto& [id, event] : placed) {
    const auto found = before.events().find(id);
    if (found == before.events().end() || found->second.status != Status::waiting || had_place.contains(id)) continue;
    if (was_beyond_horizon(found->second, event, before)) continue;
    const bool is_reopened = task.call.kind == test::Call::Kind::retune || task.call.kind == test::Call::Kind::rezone;
    if (is_reopened && !found->second.is_on(task.call.calendars.front())) continue;
    if (std::ranges::any_of(due, [&](const Event& each) { return each.id == id; })) continue;
    throw Broken{"no waiting event sleeps through an opening",
                 written(after.events().at(id)) + "\n  after " + written(task.call)};
  }
}

/// Whether the call may have chosen among the calendars of a list: its own, or that of an event.
bool has_lists(const Task& task, const test::MemoryStore& tables) {
  return std::ranges::any_of(task.call.requests, [](const Fields& each) { return each.one_of.has_value(); }) ||
         std::ranges::any_of(tables.events(), [](const auto& row) { return row.second.one_of.has_value(); });
}

}  // namespace

test::Answer make(const Task& task, test::MemoryStore& store) { return test::make(task.call, store); }

void check(const test::MemoryStore& tables) {
  const auto problems = tables.check();
  if (!problems.empty()) throw Broken{"the tables are sound", problems.front()};
  check_choices(tables);
}

void check(const Task& task, const test::Answer& answer, const Session::Planned& planned,
           const std::optional<test::MemoryStore>& before, const test::MemoryStore& after) {
  const auto& tables = planned.decided ? planned.decided : before;
  if (before) check(after);
  if (before && planned.now) check_wake_ups(task, *before, after, *planned.now);
  if (!tables || planned.heeds_changes || (planned.has_chosen && has_lists(task, *tables))) return;
  Alone alone(*tables, task, planned);
  const auto expected = make(task, alone);
  // Several things may be wrong with a call. Which one it hears of depends on what it has already checked before its
  // locks.
  if (expected.failure && answer.failure) return;
  if (written(expected) != written(answer))
    throw Broken{"a call answers as if it were alone",
                 "it answers " + written(answer) + "\n  alone   " + written(expected) + "\n  to " + written(task.call)};
  const auto changed = test::difference(alone.image(), (planned.decided ? *planned.decided : after).image());
  if (!changed.empty())
    throw Broken{"a call leaves what it would leave alone", changed + "\n  after " + written(task.call)};
}

}  // namespace jb::simulate
