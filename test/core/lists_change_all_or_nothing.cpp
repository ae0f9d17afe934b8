// SPDX-License-Identifier: PostgreSQL
//
// Promise: a list of changes is carried out whole or not at all (rule 2.9.9). The result does not depend on the order
// of the list, and a list of one change does what the single call does. Events that swap places, or all move by the
// same time, do not get in each other's way.
//
// Why it could break: every event of the list is set aside before the first is placed. An event that stays may have to
// give way to one that moves, and the plan then holds three states of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "random_calls.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

bool is_rejected(const Outcome& outcome) { return outcome.outcome == Verb::rejected; }

/// The outcomes of the call sorted by event, since the order of the list determines the order of outcomes.
std::string by_event(const Call& call, const Answer& answer) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < answer.outcomes.size(); ++i)
    lines.push_back(std::to_string(call.changing[i].id) + ": " + written(answer.outcomes[i]) + "\n");
  std::sort(lines.begin(), lines.end());
  return std::accumulate(lines.begin(), lines.end(), std::string{});
}

/// The same list in another order.
Call shuffled(Call call, Dice& dice) {
  for (std::size_t i = 1; i < call.changing.size(); ++i) {
    const auto other = static_cast<std::size_t>(dice.from(0, static_cast<std::int64_t>(i)));
    std::swap(call.changing[i], call.changing[other]);
    std::swap(call.requests[i], call.requests[other]);
  }
  for (std::size_t i = 0; i < call.requests.size(); ++i) call.requests[i].item = i;
  return call;
}

/// The database after writing whatever is due on the calendars of the call. A list that is undone leaves the search for
/// newly reachable time for its events to the next call (rule 2.11.6).
MemoryStore tended(MemoryStore store, const Step& step) {
  const auto names = step.after.planned_with();
  make({.kind = Call::Kind::tend, .calendars = {names.begin(), names.end()}}, store);
  return store;
}

std::string is_not_whole(const Step& step) {
  const auto& outcomes = step.answer.outcomes;
  const auto rejected = std::count_if(outcomes.begin(), outcomes.end(), is_rejected);
  const auto undone = std::count_if(outcomes.begin(), outcomes.end(),
                                    [](const Outcome& outcome) { return outcome.outcome == Verb::undone; });
  if (rejected == 0) return undone == 0 ? "" : "it undoes changes without a rejection";
  if (rejected + undone != static_cast<std::ptrdiff_t>(outcomes.size())) return "it is carried out in part";
  const auto expected = tended(step.before, step);
  const auto& rejections = step.after.rejections();
  if (rejections.size() != expected.rejections().size() + static_cast<std::size_t>(rejected))
    return "it does not leave each rejection";
  for (const auto& outcome : outcomes) {
    if (!is_rejected(outcome)) continue;
    const auto& own = rejections.at(static_cast<std::size_t>(rejection_of(outcome) - 1));
    if (own.event_id != outcome.event_id || reason_of(own) != reason_of(outcome))
      return "a rejection tells of something else";
  }
  return difference(expected.image(), tended(step.after, step).image());
}

TEST(Lists, AreCarriedOutWholeOrNotAtAll) {
  Tally whole, rejected;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::update_all || step.answer.failure) return {};
        const auto& outcomes = step.answer.outcomes;
        const bool is_refused = std::any_of(outcomes.begin(), outcomes.end(), is_rejected);
        (is_refused ? rejected : whole)(outcomes.size() > 1);
        const auto wrong = is_not_whole(step);
        const auto problems = step.after.check();
        return wrong.empty() && !problems.empty() ? problems.front() : wrong;
      },
      10'000);
  EXPECT_GT(whole.count, 60);
  EXPECT_GT(rejected.count, 60);
}

TEST(Lists, DoTheSameInAnyOrder) {
  Tally tried;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::update_all || step.call.changing.size() < 2) return {};
        tried(!step.answer.failure);
        const auto call = shuffled(step.call, step.dice);
        auto store = step.before;
        const auto answer = make(call, store);
        if (answer.failure.has_value() != step.answer.failure.has_value())
          return "otherwise ordered: " + written(answer);
        const auto other = difference(by_event(step.call, step.answer), by_event(call, answer));
        return other.empty() ? difference(step.after.image(), store.image()) : other;
      },
      8'000);
  EXPECT_GT(tried.count, 100);
}

TEST(ListsOfOne, AreTheSingleCall) {
  Tally tried;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::update || step.call.place_waiting) return {};
        tried(!step.answer.failure);
        auto call = step.call;
        call.kind = Call::Kind::update_all;
        call.changing = {{call.event, call.expected_version}};
        auto store = step.before;
        const auto answer = make(call, store);
        const auto other = difference(written(step.answer), written(answer));
        if (!other.empty()) return other;
        if (store.rejections().size() != step.after.rejections().size()) return "it leaves another rejection";
        return difference(step.after.image(), store.image());
      },
      6'000);
  EXPECT_GT(tried.count, 100);
}

/// A calendar with back-to-back events of an hour from 9:00 UTC.
class Row : public testing::Test {
 protected:
  Row() : store_([](const std::string& name) { return zone(name); }, calendar("ceo")) {
    store_.set_calendar(calendar("room"));
    store_.begin(at("2026-06-01T06:00:00Z"));
    for (int i = 0; i < 5; ++i) {
      Fields fields;
      fields.event_name.set("an event");
      fields.calendars.set(std::vector<std::string>{"room"});
      fields.start_timestamp.set(nine_ + std::chrono::hours{i});
      fields.duration.set(std::chrono::hours{1});
      make({.kind = Call::Kind::schedule, .requests = {fields}}, store_);
    }
  }

  static Calendar calendar(const std::string& name) {
    Calendar calendar;
    calendar.name = name;
    calendar.time_zone = "UTC";
    calendar.pattern = std::make_shared<Pattern>(Grid{zone("UTC"), Hours{}, std::chrono::minutes{5}, {}, {}});
    calendar.horizon = 366 * kDay;
    return calendar;
  }

  /// Moves the events of these ids to these hours, counted from nine.
  Answer move(const std::vector<std::pair<EventId, int>>& to) {
    Call call{.kind = Call::Kind::update_all};
    for (const auto& [id, hour] : to) {
      Fields fields;
      fields.start_timestamp.set(nine_ + std::chrono::hours{hour});
      fields.item = call.changing.size();
      call.changing.push_back({id});
      call.requests.push_back(fields);
    }
    store_.begin(at("2026-06-01T06:00:00Z"));
    return make(call, store_);
  }

  /// The hours of all events, by id.
  std::vector<long> hours() const {
    std::vector<long> all;
    for (const auto& [id, event] : store_.events())
      all.push_back(std::chrono::duration_cast<std::chrono::hours>(event.time->start - nine_).count());
    return all;
  }

  const Instant nine_ = at("2026-06-01T09:00:00Z");
  MemoryStore store_;
};

TEST_F(Row, MovesByAnHourInAnyOrder) {
  EXPECT_FALSE(move({{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}}).failure);
  EXPECT_EQ(hours(), (std::vector<long>{1, 2, 3, 4, 5}));
  move({{4, 3}, {1, 0}, {5, 4}, {3, 2}, {2, 1}});
  EXPECT_EQ(hours(), (std::vector<long>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(store_.check().empty());
}

TEST_F(Row, LetsTwoChangePlaces) {
  move({{2, 3}, {4, 1}});
  EXPECT_EQ(hours(), (std::vector<long>{0, 3, 2, 1, 4}));
}

TEST_F(Row, StaysWhereOneOfItHasNoPlace) {
  const auto answer = move({{1, 1}, {2, 2}});  // the third is in the way of the second
  ASSERT_EQ(answer.outcomes.size(), 2u);
  EXPECT_EQ(answer.outcomes[0].outcome, Verb::undone);
  EXPECT_EQ(answer.outcomes[0].event_id, 1);
  EXPECT_EQ(answer.outcomes[1].outcome, Verb::rejected);
  EXPECT_EQ(conflicts_of(answer.outcomes[1]), std::vector<EventId>{3});
  EXPECT_EQ(hours(), (std::vector<long>{0, 1, 2, 3, 4}));
}

TEST_F(Row, IsRefusedWhereTwoChangesReachOneEvent) {
  const auto answer = move({{1, 5}, {1, 6}});
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->error, Error::invalid_value);
  EXPECT_EQ(hours(), (std::vector<long>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace jb::test
