// SPDX-License-Identifier: PostgreSQL
//
// Promise: an outcome shows its event as the call leaves it in the store; the outcome of a dry run shows the event as
// it is (rules 2.15.2 and 4.16). Only an outcome without an event's id shows no event. The outcomes list every move of
// another event, and each event moves once (rules 2.4.4 and 2.4.5).
//
// Why it could break: the outcome is made when its request is planned. Later requests of the same call may move the
// event, and waiting events are placed after all requests.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "random_calls.hpp"

namespace jb::test {
namespace {

/// What is wrong with the event that the outcome shows, if `store` holds the event as it should be shown.
std::string fault(const Outcome& outcome, const MemoryStore& store, Instant now) {
  if (!outcome.event_id) return outcome.event ? "it shows an event that is none" : "";
  if (!outcome.event) return "it shows no event";
  const auto found = store.events().find(*outcome.event_id);
  if (found == store.events().end()) return "it shows an event that is not stored";
  const auto& stored = found->second;
  const auto zone = store.calendars().at(stored.calendars.front()).grid().zone;
  const auto& shown = *outcome.event;
  const auto expected = event_json({stored, status_at(stored, now), shown.time_zone, zone});
  return event_json(shown) == expected ? "" : "it shows " + event_json(shown) + "\nand not " + expected;
}

TEST(Outcomes, ShowTheirEventsAsStored) {
  Tally shown;
  expect(
      [&](const Step& step) -> std::string {
        for (const auto& outcome : step.answer.outcomes) {
          shown(outcome.event_id.has_value());
          if (outcome.event && !outcome.refusal && outcome.time != outcome.event->event.time)
            return "the outcome tells another time than the event that it shows";
          if (outcome.event && !outcome.refusal && outcome.version != outcome.event->event.version)
            return "the outcome tells another version than the event that it shows";
          if (auto wrong = fault(outcome, step.after, step.call.at); !wrong.empty()) return wrong;
        }
        return {};
      },
      25'000);
  EXPECT_GT(shown.count, 1'000);
}

TEST(Outcomes, OfDryRunsShowTheirEventsAsTheyAre) {
  Tally shown;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind > Call::Kind::become) return {};
        auto store = step.before.snapshot();
        for (const auto& outcome : make(step.call, store, true).outcomes) {
          shown(outcome.event_id.has_value());
          if (auto wrong = fault(outcome, step.before, step.call.at); !wrong.empty()) return wrong;
        }
        return {};
      },
      2'000);
  EXPECT_GT(shown.count, 200);
}

bool answers_moves(const Step& step) {
  using Kind = Call::Kind;
  const auto& answer = step.answer;
  if (step.call.kind == Kind::replan || step.call.kind == Kind::rezone) return !answer.failure;
  const auto& requests = step.call.requests;
  const bool tries = std::any_of(requests.begin(), requests.end(), [](const Fields& fields) { return fields.dry_run; });
  return !tries && !answer.failure &&
         std::any_of(answer.outcomes.begin(), answer.outcomes.end(),
                     [](const Outcome& outcome) { return !outcome.refusal && outcome.outcome != Verb::undone; });
}

/// The moves of each event that the answer lists, in order.
std::map<EventId, std::vector<std::optional<Span>>> told_moves(const Answer& answer) {
  std::map<EventId, std::vector<std::optional<Span>>> told;
  for (const auto& move : answer.moves) told[move.event_id].push_back(move.to);
  for (const auto& outcome : answer.outcomes)
    for (const auto& move : outcome.moves) told[move.event_id].push_back(move.to);
  return told;
}

TEST(Outcomes, ListEveryMoveOfAnotherEvent) {
  Tally moved;
  expect(
      [&](const Step& step) -> std::string {
        if (!answers_moves(step)) return {};
        const auto told = told_moves(step.answer);
        const bool is_list = step.answer.outcomes.size() > 1;
        const auto named = subjects(step.before, step.call);
        for (const auto& [id, before] : step.before.events()) {
          const auto after = step.after.events().find(id);
          const bool is_named = std::find(named.begin(), named.end(), id) != named.end();
          if (is_named || after == step.after.events().end() || before.status != Status::scheduled) continue;
          const auto& now = after->second;
          if (now.time == before.time && now.status == before.status) continue;
          const auto moves = told.find(id);
          moved(true);
          if (moves == told.end()) return "no outcome tells that event " + std::to_string(id) + " has moved";
          if (!is_list && moves->second.size() > 1) return "event " + std::to_string(id) + " moves twice";
          if (moves->second.back() != (now.status == Status::waiting ? std::nullopt : now.time))
            return "event " + std::to_string(id) + " is told to be elsewhere";
        }
        return {};
      },
      25'000);
  EXPECT_GT(moved.count, 100);
}

}  // namespace
}  // namespace jb::test
