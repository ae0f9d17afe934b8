// SPDX-License-Identifier: PostgreSQL
//
// Promise: a rule of placing is one file and its line in rules.def, and then binds everything that places, moves,
// offers or explains. Here core is built with such a rule: nothing begins from 12:00 until 13:00 in UTC (noon.cpp).
//
// Why it could break: some code asks only the day tree, which does not know the rule.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/ical/recurrence.hpp"
#include "core/memory_store.hpp"
#include "core/scheduling/scheduler.hpp"
#include "core/table_zone.hpp"

namespace jb::test {
namespace {

constexpr Seconds kHour{3'600}, k5Minutes{300};

Instant hour(int hour) { return at("2026-06-01T00:00:00Z") + hour * kHour; }

Span span(int from, int until) { return {hour(from), hour(until)}; }

Calendar anna() {
  Calendar anna;
  anna.name = "anna";
  anna.time_zone = "UTC";
  Hours open;
  for (auto& day : open.week) day = {{9 * kHour, 18 * kHour}};
  anna.pattern = std::make_shared<Pattern>(Grid{std::make_shared<TableZone>(Seconds{0}), open});
  return anna;
}

Fields wish(Seconds duration = kHour) {
  Fields fields;
  fields.event_name.set("an event");
  fields.calendars.set(std::vector<std::string>{"anna"});
  fields.duration.set(duration);
  return fields;
}

Fields wish_at(Instant start) {
  auto fields = wish();
  fields.start_timestamp.set(start);
  return fields;
}

/// Anna's day, from 09:00 until 18:00 in UTC; the time is 09:00.
class OneMoreRule : public testing::Test {
 protected:
  OneMoreRule() : store_([](const std::string&) { return std::make_shared<TableZone>(Seconds{0}); }, anna()) {
    store_.begin(hour(9));
    store_.set_calendar(anna());
  }

  Outcome book(const Fields& fields) {
    store_.begin(hour(9));
    return Scheduler(store_).schedule(fields);
  }

  Search search() {
    store_.begin(hour(9));
    Search search(store_.load({"anna"}), [&](const Calendar& calendar) { return store_.timeline(calendar); }, hour(9));
    store_.forget();
    return search;
  }

  void fill_until(int until) {
    for (int start = 9; start < until; ++start) book(wish());
  }

  MemoryStore store_;
};

TEST_F(OneMoreRule, BindsAutomaticEvents) {
  fill_until(12);
  EXPECT_EQ(book(wish()).time, span(13, 14));
}

TEST_F(OneMoreRule, BindsFixedEventsAndTheirAlternatives) {
  book(wish_at(hour(13)));
  const auto outcome = book(wish_at(hour(12)));
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->reason, Reason::outside_hours);
  EXPECT_EQ(outcome.alternatives, (std::vector<Span>{{hour(12) - k5Minutes, hour(13) - k5Minutes},
                                                     {hour(11) - k5Minutes, hour(12) - k5Minutes},
                                                     span(14, 15)}));
}

TEST_F(OneMoreRule, BindsDisplacedEvents) {
  fill_until(12);
  const auto outcome = book(wish_at(hour(11)));
  ASSERT_EQ(outcome.moves.size(), 1U);
  EXPECT_EQ(outcome.moves.front().to, span(13, 14));
}

TEST_F(OneMoreRule, BindsPreemption) {
  fill_until(17);
  auto urgent = wish();
  urgent.priority.set(90);
  urgent.preempt = true;
  urgent.not_before.set(hour(12));
  urgent.not_after.set(hour(14));
  const auto outcome = book(urgent);
  EXPECT_EQ(outcome.time, span(13, 14));
  EXPECT_EQ(outcome.moves.size(), 1U);
}

TEST_F(OneMoreRule, BindsWhatIsOffered) {
  fill_until(11);
  auto offered = search();
  EXPECT_EQ(offered.open_starts(30 * Seconds{60}, {hour(11), hour(14)}, 20).back(), hour(13) + 30 * Seconds{60});
  for (const auto start : offered.open_starts(kHour, {hour(11), hour(16)}, 100)) {
    EXPECT_TRUE(start < hour(12) || start >= hour(13));
    auto store = store_;
    store.begin(hour(9));
    EXPECT_TRUE(Scheduler(store).schedule(wish_at(start)).time);
  }
  EXPECT_EQ(search().first_fit(kHour, {hour(11) + Seconds{1}, hour(18)}), hour(11) + k5Minutes);
  EXPECT_EQ(search().first_fit(2 * kHour, {hour(12), hour(18)}), hour(13));
  EXPECT_EQ(search().last_fit(kHour, {hour(9), hour(14) - Seconds{1}}), hour(12) - k5Minutes);
}

TEST_F(OneMoreRule, BindsSeries) {
  auto daily = wish_at(hour(12));
  Validation validation;
  daily.recurrence = parse_recurrence("FREQ=DAILY;COUNT=2", validation);
  const auto outcome = book(daily);
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->reason, Reason::outside_hours);
  ASSERT_FALSE(outcome.alternatives.empty());
  for (const auto& [start, end] : outcome.alternatives) EXPECT_TRUE(start < hour(12) || start >= hour(13));
}

TEST_F(OneMoreRule, SaysWhyNoStartIsLeft) {
  auto wanted = wish(30 * Seconds{60});
  wanted.not_before.set(hour(12));
  wanted.not_after.set(hour(13));
  const auto outcome = book(wanted);
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->reason, Reason::outside_hours);
}

TEST_F(OneMoreRule, IsToldInExplanations) {
  fill_until(12);
  store_.begin(hour(9));
  const auto rows = Scheduler(store_).explain(wish(), 20);
  const auto passed = std::find_if(rows.begin(), rows.end(), [](const Verdict& row) {
    return row.refusal && row.refusal->reason == Reason::outside_hours;
  });
  ASSERT_NE(passed, rows.end());
  EXPECT_EQ(passed->candidate, span(12, 13));
  EXPECT_EQ(rows.back().candidate, span(13, 14));
}

}  // namespace
}  // namespace jb::test
