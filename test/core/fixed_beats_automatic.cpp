// SPDX-License-Identifier: PostgreSQL
//
// Promise: a fixed event takes its time if the rules allow it, and goes nowhere else (rules 2.4.1 and 2.5.1). The
// automatic events in its way are placed again in order of priority, start and id, each as early as its own wish allows
// (rule 2.4.2). Nothing else changes in an event that the call does not name.
//
// Why it could break: the automatic events in the way are set aside before the fixed event is placed, and placed again
// after it. Each of them may be booked on further calendars, where it has other neighbours.
#include <gtest/gtest.h>

#include <algorithm>

#include "plain_rules.hpp"
#include "random_calls.hpp"

namespace jb::test {
namespace {

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
        return written(moves) == written(outcome->moves) ? std::string{} : "what it displaces goes" + written(moves);
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
          const bool goes_back = step.call.kind == Call::Kind::rezone && event.wish.start_time;
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

}  // namespace
}  // namespace jb::test
