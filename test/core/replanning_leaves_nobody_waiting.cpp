// SPDX-License-Identifier: PostgreSQL
//
// Promise: replanning moves only movable automatic events (rules 2.13.1 and 2.13.3). Each event that had a place has a
// place afterwards (rule 2.13.2). No moved event has an earlier place open. The most important moved event begins
// earlier than before, unless its old place breaks the present rules.
//
// Why it could break: replanning sets all these events aside and places them in order of priority. If an event finds no
// place, replanning puts all events back, lets that event stay, and begins anew.
#include <gtest/gtest.h>

#include <algorithm>

#include "plain_rules.hpp"
#include "random_calls.hpp"

namespace jb::test {
namespace {

/// The events whose time the step changed, as they were before it, in the order in which they are placed.
std::vector<Event> moved(const Step& step) {
  std::vector<Event> events;
  for (const auto& [id, event] : step.before.events()) {
    if (event.is_claiming() && step.after.events().at(id).time != event.time) events.push_back(event);
  }
  sort_for_replacing(events);
  return events;
}

TEST(Replanning, MovesOnlyWhatMayBeMovedAndLeavesNobodyWaiting) {
  Tally replanned;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::replan || step.answer.failure) return {};
        const PlainRules rules(step.before);
        for (const auto& move : step.answer.moves) {
          replanned(true);
          if (!move.to) return "event " + std::to_string(move.event_id) + " has to wait";
          if (!rules.may_be_moved(step.before.events().at(move.event_id))) return "it moves what may not be moved";
        }
        return {};
      },
      8'000);
  EXPECT_GT(replanned.count, 20);
}

/// Whether no event is held or waiting, so that only replanning changes events.
bool is_quiet(const Step& step) {
  return std::none_of(step.before.events().begin(), step.before.events().end(), [](const auto& entry) {
    return entry.second.status == Status::held || entry.second.status == Status::waiting;
  });
}

TEST(Replanning, PlacesAsEarlyAsPossible) {
  Tally replanned;
  expect(
      [&](const Step& step) -> std::string {
        auto store = step.after;
        const auto name = store.calendars().begin()->first;
        // Any state will do. Every fourth state is replanned here, which is more often than the random calls replan.
        if (!step.dice.once_in(4)) return {};
        store.begin(store.clock());
        const Call call{.kind = Call::Kind::replan, .at = store.clock(), .calendars = {name}};
        const auto before = store;
        const auto answer = make(call, store);
        const Step again{before, call, answer, store, step.dice};
        const auto events = moved(again);
        if (answer.failure || !is_quiet(again) || events.empty()) return {};
        replanned(true);
        PlainRules rules(before);
        for (const auto& event : events) rules.leave(event.id);
        const auto& first = events.front();
        if (rules.is_open(first, first.time->start) && store.events().at(first.id).time->start > first.time->start)
          return "the first of all that move begins later: " + written(first);
        for (const auto& event : events) {
          PlainRules now(store);
          now.leave(event.id);
          const auto start = store.events().at(event.id).time->start;
          if (now.earliest(event) != start) return "it has an earlier place: " + written(store.events().at(event.id));
        }
        return {};
      },
      16'000);
  EXPECT_GT(replanned.count, 20);
}

}  // namespace
}  // namespace jb::test
