// SPDX-License-Identifier: PostgreSQL
//
// Promise: an offer holds all of its times or none, and they move nobody. Confirming one of them books it and frees the
// others in the same call, and cannot fail while it is held (rule 3.12).
//
// Why it could break: the times are placed one after the other, and a later one may have no place. Each of them can be
// moved, denied or cancelled alone before one is confirmed, and waiting events take the time that opens.
#include <gtest/gtest.h>

#include <algorithm>

#include "random_calls.hpp"

namespace jb::test {
namespace {

/// The request of a random call, as an offer; nullopt if it cannot be one.
std::optional<Call> as_offer(const Step& step) {
  if (step.call.kind != Call::Kind::schedule) return std::nullopt;
  auto call = step.call;
  auto& fields = call.requests.front();
  const bool is_fixed = fields.start_timestamp.has_value() || fields.start_time.has_value();
  if (is_fixed || fields.recurrence || fields.days.has_value()) return std::nullopt;
  fields.preempt = false;
  fields.on_no_slot = OnNoSlot::reject;
  fields.offer = static_cast<int>(step.dice.from(2, 5));
  fields.apart = fields.date.has_value() ? 0 : static_cast<int>(step.dice.from(0, 1));
  return call;
}

std::string is_no_offer(const Call& call, const MemoryStore& store, const std::vector<EventId>& ids) {
  std::vector<Event> events;
  for (const auto id : ids) events.push_back(store.events().at(id));
  const auto& zone = store.calendars().at(events.front().calendars.front()).zone();
  // A day of which the clock repeats a part is one day, whatever date it shows.
  const auto day = [&](const Event& event) { return zone.day_at(event.time->start).start; };
  const auto& fields = call.requests.front();
  if (events.size() != static_cast<std::size_t>(fields.offer)) return "it has another number of times";
  for (const auto& event : events) {
    if (event.status != Status::held || !event.expires_at) return "a time is not held";
    if (event.expires_at != events.front().expires_at) return "its deadlines differ";
    if (event.offer != ids) return "its events do not know each other";
  }
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (events[i].time->start < events[i - 1].time->end) return "its times overlap";
    if (fields.apart > 0 && day(events[i]) == day(events[i - 1])) return "its times are on one day";
  }
  return {};
}

/// Makes an offer of each random request that can be one, and expects that `judge` finds nothing wrong with the answer
/// and with the store as the offer leaves it.
void expect_of_offers(const std::function<std::string(const Step&, const Call&, MemoryStore&, const Answer&)>& judge) {
  expect(
      [&](const Step& step) -> std::string {
        const auto call = as_offer(step);
        if (!call) return {};
        auto store = step.before;
        const auto answer = make(*call, store);
        return judge(step, *call, store, answer);
      },
      15'000);
}

TEST(Offers, HoldAllTimesOrNone) {
  Tally held, refused;
  expect_of_offers([&](const Step& step, const Call& call, MemoryStore& store, const Answer& answer) -> std::string {
    if (answer.failure) return difference(step.before.image(), store.image());
    const auto& outcome = *answer.outcome();
    const auto problems = store.check();
    if (!problems.empty()) return problems.front();
    held(outcome.outcome == Verb::held);
    refused(outcome.outcome == Verb::rejected);
    if (!of_displaced(outcome.moves).empty()) return "it moves somebody: " + written(answer);
    if (outcome.outcome == Verb::held) return is_no_offer(call, store, outcome.events);
    return store.events().size() == step.before.events().size() ? "" : "it is held in part";
  });
  EXPECT_GT(held.count, 60);
  EXPECT_GT(refused.count, 30);
}

TEST(Offers, AreBookedOnce) {
  Tally confirmed;
  expect_of_offers([&](const Step& step, const Call&, MemoryStore& store, const Answer& answer) -> std::string {
    if (answer.failure || answer.outcome()->outcome != Verb::held) return {};
    const auto ids = answer.outcome()->events;
    const auto denied = step.dice.once_in(3) ? step.dice.one_of(ids) : EventId{0};
    const auto become = [&](EventId id, Status status) {
      return make({.kind = Call::Kind::become, .at = step.call.at, .event = id, .becoming = {status}}, store);
    };
    if (denied != 0) become(denied, Status::denied);
    const auto chosen = step.dice.one_of(ids);
    if (chosen == denied) return {};
    const auto answered = become(chosen, Status::scheduled);
    confirmed(true);
    if (answered.failure || answered.outcome()->outcome != Verb::confirmed)
      return "it cannot be confirmed: " + written(answered);
    for (const auto id : ids) {
      const auto expected = id == chosen ? Status::scheduled : id == denied ? Status::denied : Status::cancelled;
      if (store.events().at(id).status != expected) return "event " + std::to_string(id) + " is not freed";
      if (id != chosen && !become(id, Status::scheduled).failure) return "a second one is confirmed";
    }
    const auto problems = store.check();
    return problems.empty() ? std::string{} : problems.front();
  });
  EXPECT_GT(confirmed.count, 60);
}

}  // namespace
}  // namespace jb::test
