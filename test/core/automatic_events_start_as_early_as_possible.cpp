// SPDX-License-Identifier: PostgreSQL
//
// Promise: a booked automatic event gets the earliest start that the rules allow (rule 2.3.1), or none if they allow
// none. An event that pre-empts gets the earliest start that is free without the events of lower priority (rule
// 2.12.2), and moves only the events whose time it needs (rule 2.12.3).
//
// Why it could break: the search reads free time, while the rules speak of claims, hours and days. Buffers, notice,
// full days, different increments on several calendars, or a hold that has just ended can each make the two differ.
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
        if (!outcome.moves.empty()) return "it moves others and need not";
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
        if (moves != written(outcome.moves)) return "it has to move" + moves + ", not" + written(outcome.moves);
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

}  // namespace
}  // namespace jb::test
