// SPDX-License-Identifier: PostgreSQL
//
// Promise: each offered start is allowed by the rules and can be booked, and each start that the rules allow is offered
// (rule 2.16.1).
//
// Why it could break: offers come from the stored free time. Booking searches the free time of a plan, in which holds
// have ended and events are set aside.
#include <gtest/gtest.h>

#include <algorithm>

#include "plain_rules.hpp"
#include "random_calls.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

constexpr std::size_t kMost = 400;

/// The starts that a search over the stored free time offers.
std::vector<Instant> offered(MemoryStore& store, const Event& wanted) {
  const auto calendars = store.load(wanted.calendars);
  Search search(calendars, [&](const Calendar& calendar) { return store.timeline(calendar); }, store.clock());
  auto starts = search.open_starts(*wanted.wish.duration, kRepresentable, kMost);
  store.forget();
  return starts;
}

std::vector<Instant> allowed(const PlainRules& rules, const Event& wanted) {
  std::vector<Instant> starts;
  const auto within = rules.starts(wanted);
  Instant start = std::chrono::floor<std::chrono::minutes>(within.start);
  for (; start <= within.end && starts.size() < kMost; start += Seconds{60}) {
    if (rules.is_open(wanted, start)) starts.push_back(start);
  }
  return starts;
}

/// Whether an event of that length can be booked at that start and no other.
bool can_be_booked(MemoryStore store, const Event& wanted, Instant start) {
  Fields fields;
  fields.event_name.set("an event");
  fields.calendars.set(wanted.calendars);
  fields.duration.set(wanted.wish.duration);
  fields.not_before.set(start);
  fields.not_after.set(start + *wanted.wish.duration);
  store.begin(store.clock());
  const auto answer = make({.kind = Call::Kind::schedule, .requests = {fields}}, store);
  return answer.outcome() != nullptr && answer.outcome()->time && answer.outcome()->time->start == start;
}

Event some_wish(const Step& step) {
  Event wanted;
  for (const auto& [name, calendar] : step.after.calendars()) {
    if (step.dice.once_in(2)) wanted.calendars.push_back(name);
  }
  if (wanted.calendars.empty()) wanted.calendars.push_back(step.after.calendars().begin()->first);
  wanted.wish.duration = std::chrono::minutes{step.dice.one_of({15, 30, 60, 100, 240})};
  return wanted;
}

TEST(OfferedStarts, AreThoseThatCanBeBooked) {
  Tally booked, refused;
  expect(
      [&](const Step& step) -> std::string {
        if (!step.dice.once_in(4)) return {};
        const auto wanted = some_wish(step);
        auto store = step.after;
        store.begin(store.clock());
        make({.kind = Call::Kind::tend, .calendars = wanted.calendars}, store);
        const PlainRules rules(store);
        const auto open = offered(store, wanted);
        if (open != allowed(rules, wanted)) return "the rules allow other starts than are offered";
        for (int tries = 0; tries < 2 && !open.empty(); ++tries) {
          const auto start = step.dice.one_of(open);
          if (!can_be_booked(store, wanted, start)) return utc(start) + " is offered and cannot be booked";
          booked(true);
        }
        const auto within = rules.starts(wanted);
        const auto start = within.start + std::chrono::minutes{step.dice.from(0, 1'000)};
        if (std::find(open.begin(), open.end(), start) != open.end() || open.size() == kMost) return {};
        refused(true);
        return can_be_booked(store, wanted, start) ? utc(start) + " is not offered and can be booked" : "";
      },
      2'000);
  EXPECT_GT(booked.count, 100);
  EXPECT_GT(refused.count, 100);
}

}  // namespace
}  // namespace jb::test
