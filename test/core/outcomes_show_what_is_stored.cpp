// SPDX-License-Identifier: PostgreSQL
//
// Promise: an outcome shows its event as the call leaves the event in the store; the outcome of a dry run shows the
// event as it is (rules 2.15.2 and 4.16). Only an outcome without an event's id shows no event.
//
// Why it could break: the outcome is made when its request is planned. Later requests of the same call may move the
// event, and waiting events are placed after all requests.
#include <gtest/gtest.h>

#include "random_calls.hpp"

namespace jb::test {
namespace {

/// What is wrong with the event that the outcome shows, where `store` holds the event as it should be shown.
std::string fault(const Outcome& outcome, const MemoryStore& store, Instant now) {
  if (!outcome.event_id) return outcome.event ? "it shows an event that is none" : "";
  if (!outcome.event) return "it shows no event";
  const auto found = store.events().find(*outcome.event_id);
  if (found == store.events().end()) return "it shows an event that is not stored";
  const auto& stored = found->second;
  const auto zone = store.calendars().at(stored.calendars.front()).grid().zone;
  const auto& shown = *outcome.event;
  const auto expected = event_json({stored, std::string(status_at(stored, now)), shown.time_zone, zone});
  return event_json(shown) == expected ? "" : "it shows " + event_json(shown) + "\nand not " + expected;
}

TEST(Outcomes, ShowTheirEventsAsStored) {
  Tally shown, moved;
  expect(
      [&](const Step& step) -> std::string {
        for (const auto& outcome : step.answer.outcomes) {
          shown(outcome.event_id.has_value());
          moved(outcome.event && outcome.outcome != "rejected" && outcome.time != outcome.event->event.time);
          if (auto wrong = fault(outcome, step.after, step.call.at); !wrong.empty()) return wrong;
        }
        return {};
      },
      25'000);
  EXPECT_GT(shown.count, 1'000);
  EXPECT_GT(moved.count, 0);
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

}  // namespace
}  // namespace jb::test
