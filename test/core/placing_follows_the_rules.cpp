// SPDX-License-Identifier: PostgreSQL
//
// Promise: a booked automatic event gets the earliest start that the rules allow (rule 2.3.1), or none if they allow
// none. An event that pre-empts gets the earliest start that is free without the events of lower priority (rule
// 2.12.2), and moves only the events whose time it needs (rule 2.12.3).
//
// Why it could break: the search reads free time, while the rules speak of claims, hours and days. Buffers, notice,
// full days, different increments on several calendars, or a hold that has just ended can each make the two differ.
//
// Promise: a fixed event takes its time if the rules allow it, and goes nowhere else (rules 2.4.1 and 2.5.1). The
// automatic events in its way are placed again in order of priority, start and id, each as early as its own wish allows
// (rule 2.4.2). Nothing else changes in an event that the call does not name.
//
// Why it could break: the automatic events in the way are set aside before the fixed event is placed, and placed again
// after it. Each of them may be booked on further calendars, where it has other neighbours.
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
#include "table_zone.hpp"

namespace jb::test {
namespace {

std::string differs(std::optional<Instant> found, std::optional<Instant> earliest) {
  if (found == earliest) return {};
  const auto told = [](std::optional<Instant> start) { return start ? utc(*start) : std::string("none"); };
  return "it starts at " + told(found) + ", and the earliest start is " + told(earliest);
}

std::optional<Instant> start_of(const Outcome& outcome) {
  return outcome.time ? std::optional(outcome.time->start) : std::nullopt;
}

/// The automatic event that the step requests; nullopt if it requests anything else.
std::optional<Event> automatic_request(const Step& step) {
  if (step.call.kind != Call::Kind::schedule || step.answer.outcome() == nullptr) return std::nullopt;
  auto event = wanted(step.before, step.call.requests.front());
  return event && !event->wish.is_fixed() ? event : std::nullopt;
}

TEST(AutomaticEvents, StartAsEarlyAsPossible) {
  Tally tried;
  expect(
      [&](const Step& step) -> std::string {
        const auto event = automatic_request(step);
        if (!event) return {};
        const auto& outcome = *step.answer.outcome();
        const auto earliest = PlainRules(step.before).earliest(*event);
        tried(earliest.has_value());
        if (!earliest && step.call.requests.front().preempt) return {};
        if (!of_displaced(outcome.moves).empty()) return "it moves others and need not";
        return differs(start_of(outcome), earliest);
      },
      4'000);
  EXPECT_GT(tried.count, 50);
}

TEST(AutomaticEvents, PreEmptAsFewAsNeeded) {
  Tally tried;
  expect(
      [&](const Step& step) -> std::string {
        auto event = automatic_request(step);
        PlainRules rules(step.before);
        if (!event || !step.call.requests.front().preempt || rules.earliest(*event)) return {};
        const auto lower = rules.lower_ones(*event);
        for (const auto& each : lower) rules.leave(each.id);
        const auto start = rules.earliest(*event);
        const auto& outcome = *step.answer.outcome();
        if (!start) return differs(start_of(outcome), start);
        tried(true);
        std::vector<Event> displaced;
        for (const auto& each : lower) {
          rules.stand_as_stored(each.id);
          if (rules.is_open(*event, *start)) continue;
          rules.leave(each.id);
          displaced.push_back(each);
        }
        event->time = Span{*start, *start + *event->wish.duration};
        rules.stand(*event);
        const auto moves = written(rules.place_again(displaced));
        if (moves != written(of_displaced(outcome.moves)))
          return "it has to move" + moves + ", not" + written(outcome.moves);
        return differs(start_of(outcome), start);
      },
      8'000);
  EXPECT_GT(tried.count, 5);
}

bool is_moved(const Event& before, const Event& after) {
  auto wish = after.wish;
  wish.priority = before.wish.priority;
  return wish != before.wish || before.booked_on() != after.booked_on();
}

TEST(AutomaticEvents, AreMovedAsEarlyAsPossible) {
  Tally tried;
  expect(
      [&](const Step& step) -> std::string {
        const auto* outcome = step.answer.outcome();
        if (step.call.kind != Call::Kind::update || outcome == nullptr || !outcome->time) return {};
        const auto before = step.before.events().find(step.call.event);
        const auto after = step.after.events().find(step.call.event);
        const bool stays = after == step.after.events().end() || !is_moved(before->second, after->second) ||
                           before->second.has_begun(step.call.at) || after->second.wish.is_fixed();
        if (stays || subjects(step.before, step.call).size() > 1 || !outcome->moves.empty()) return {};
        const auto names = after->second.booked_on();
        const auto is_new = [&](const auto& name) { return !step.before.calendars().contains(name); };
        if (std::any_of(names.begin(), names.end(), is_new)) return {};  // the call has created `ceo`
        PlainRules rules(step.before);
        rules.leave(step.call.event);
        tried(true);
        return differs(start_of(*outcome), rules.earliest(after->second));
      },
      6'000);
  EXPECT_GT(tried.count, 20);
}

TEST(FixedEvents, TakeTheirTimeAndDisplaceInOrder) {
  Tally moved;
  expect(
      [&](const Step& step) -> std::string {
        const auto* outcome = step.answer.outcome();
        if (step.call.kind != Call::Kind::schedule || outcome == nullptr) return {};
        const auto& fields = step.call.requests.front();
        auto event = wanted(step.before, fields);
        if (!event || !event->wish.is_fixed() || fields.recurrence) return {};
        PlainRules rules(step.before);
        const auto start = wished_instant(*event, rules.calendar(event->calendars.front()));
        event->time = rules.time_from(*event, start);
        const bool is_allowed = rules.is_allowed(*event, start, fields.allow_past);
        if (is_allowed != outcome->time.has_value()) return is_allowed ? "its time is allowed" : "its time is taken";
        if (!is_allowed) return {};
        if (outcome->time != event->time) return "it stands elsewhere";
        const auto displaced = rules.in_the_way(*event, start);
        for (const auto& each : displaced) rules.leave(each.id);
        rules.stand(*event);
        const auto moves = rules.place_again(displaced);
        moved(!moves.empty());
        return written(moves) == written(of_displaced(outcome->moves)) ? std::string{}
                                                                       : "what it displaces goes" + written(moves);
      },
      6'000);
  EXPECT_GT(moved.count, 20);
}

/// The event without the members that a call may change in an event that it does not name.
std::string wish_of(Event event) {
  event.time.reset();
  event.status = Status::waiting;
  event.version = 0;
  event.updated_at = {};
  event.expires_at.reset();
  return written(event);
}

TEST(EventsThatNobodyNamed, KeepTheirWish) {
  Tally moved;
  expect(
      [&](const Step& step) -> std::string {
        const auto named = subjects(step.before, step.call);
        for (const auto& [id, event] : step.before.events()) {
          if (std::find(named.begin(), named.end(), id) != named.end()) continue;
          const auto after = step.after.events().find(id);
          if (after == step.after.events().end()) return "event " + std::to_string(id) + " is gone";
          moved(after->second.time != event.time);
          if (wish_of(event) != wish_of(after->second)) return difference(wish_of(event), wish_of(after->second));
        }
        return {};
      },
      2'000);
  EXPECT_GT(moved.count, 20);
}

TEST(EventsThatStandFast, AreNeverMoved) {
  Tally stood;
  expect(
      [&](const Step& step) -> std::string {
        const auto named = subjects(step.before, step.call);
        const PlainRules rules(step.before);
        for (const auto& [id, event] : step.before.events()) {
          if (!stands_fast(event, rules) || std::find(named.begin(), named.end(), id) != named.end()) continue;
          const bool goes_back = step.call.kind == Call::Kind::rezone && (event.wish.start_time || event.wish.days);
          if (step.call.kind == Call::Kind::retune && !event.wish.is_fixed()) continue;  // it may no longer be settled
          const bool is_over = event.status == Status::held && *event.expires_at <= step.call.at;
          const auto& after = step.after.events().at(id);
          stood(after.version == event.version);
          const bool has_moved = after.time != event.time || after.booked_on() != event.booked_on();
          if ((has_moved && !goes_back) || (after.status != event.status && !is_over))
            return "it stood fast, and moved: " + written(event) + "\n" + written(after);
        }
        return {};
      },
      3'000);
  EXPECT_GT(stood.count, 1'000);
}

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
          if (!move.from) continue;  // it waited, and got time that a move has opened
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
