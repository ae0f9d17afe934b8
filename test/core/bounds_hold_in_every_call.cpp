// SPDX-License-Identifier: PostgreSQL
//
// Promise: a call does only what one grant on each of its calendars allows whole (rule 13.14). A proposal is held, and
// moves nobody (rule 13.15). A bound that is not set changes nothing.
//
// Why it could break: a request reaches its events through series, batches, changes and waiting, and each of these
// plans its own events and finds its own events in the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "random_calls.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using Powers = std::map<std::string, std::vector<Power>>;

Power random_power(Dice& dice) {
  Power power;
  power.only_proposes = dice.once_in(4);
  if (dice.once_in(2)) power.bounds.max_priority = static_cast<int>(dice.from(0, 100));
  if (dice.once_in(3)) power.bounds.may_preempt = false;
  if (dice.once_in(3)) power.bounds.may_move = false;
  if (dice.once_in(3)) power.bounds.max_held = static_cast<int>(dice.from(0, 3));
  return power;
}

Powers random_powers(const MemoryStore& store, Dice& dice) {
  Powers powers;
  for (const auto& [name, calendar] : store.calendars()) {
    auto& of = powers[name];
    for (auto left = dice.from(1, 2); left > 0; --left) of.push_back(random_power(dice));
  }
  return powers;
}

/// The same call by somebody with these powers.
Answer make_with(const Call& call, MemoryStore& store, const Powers& powers) {
  store.powers_of = [&](const std::string& name) {
    const auto found = powers.find(name);
    return found == powers.end() ? std::vector<Power>{} : found->second;
  };
  auto answer = make(call, store);
  store.powers_of = {};
  return answer;
}

bool permits(const Power& power, const Event& event, bool preempts) {
  return event.wish.priority <= power.bounds.max_priority.value_or(100) &&
         (!preempts || (!power.only_proposes && power.bounds.lets_preempt()));
}

/// How many events somebody holds on a calendar, or has waiting to be held.
std::size_t held_on(const MemoryStore& store, const std::string& name) {
  auto copy = store;
  return copy.held(store.calendars().at(name), store.clock());
}

/// The automatic events that had the event's time before, and have another now.
bool has_moved_somebody(const Event& event, const MemoryStore& before, const MemoryStore& after) {
  if (!event.is_claiming()) return false;
  return std::ranges::any_of(before.events(), [&](const auto& row) {
    const auto& [id, other] = row;
    if (id == event.id || other.status != Status::scheduled || other.wish.is_fixed()) return false;
    const auto names = other.booked_on();
    const bool is_near = std::ranges::any_of(names, [&](const auto& name) { return event.is_on(name); });
    const auto found = after.events().find(id);
    return is_near && other.time->overlaps(*event.time) && found != after.events().end() &&
           found->second.time != other.time;
  });
}

std::string is_beyond(const Event& event, bool preempts, const Powers& powers, const MemoryStore& before,
                      const MemoryStore& after) {
  bool is_proposal = false, may_move = true;
  for (const auto& name : event.booked_on()) {
    bool books = false, proposes = false, moves = false, is_counted = true;
    for (const auto& power : powers.at(name)) {
      if (!permits(power, event, preempts)) continue;
      (power.only_proposes ? proposes : books) = true;
      moves = moves || (!power.only_proposes && power.bounds.lets_move());
      is_counted = is_counted && power.bounds.max_held;
    }
    if (!books && !proposes) return "no grant on " + name + " allows its priority";
    is_proposal = is_proposal || !books;
    may_move = may_move && moves;
    std::size_t most = 0;
    for (const auto& power : powers.at(name))
      most = std::max(most, static_cast<std::size_t>(power.bounds.max_held.value_or(0)));
    if (is_counted && event.hold_for && held_on(after, name) > std::max(held_on(before, name), most))
      return "too many are held on " + name;
  }
  if (is_proposal && event.status == Status::scheduled) return "a proposal is booked";
  if (!may_move && has_moved_somebody(event, before, after)) return "it has moved somebody";
  return {};
}

TEST(Bounds, HoldInEveryRequest) {
  Tally placed, proposed, refused, conflicts;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::schedule) return {};
        const auto powers = random_powers(step.before, step.dice);
        auto store = step.before;
        const auto answer = make_with(step.call, store, powers);
        refused(answer.failure.has_value() && !step.answer.failure);
        if (answer.failure) return difference(step.before.image(), store.image());
        const auto* outcome = answer.outcome();
        conflicts(outcome->refusal && outcome->refusal->is_bound);
        for (const auto& [id, event] : store.events()) {
          if (step.before.events().contains(id)) continue;
          placed(event.status == Status::scheduled);
          proposed(event.status == Status::held && event.is_proposal());
          const auto wrong = is_beyond(event, step.call.requests.front().preempt, powers, step.before, store);
          if (!wrong.empty()) return wrong + ": " + written(answer);
        }
        const auto problems = store.check();
        return problems.empty() ? std::string{} : problems.front();
      },
      20'000);
  EXPECT_GT(placed.count, 100);
  EXPECT_GT(proposed.count, 50);
  EXPECT_GT(refused.count, 100);
  EXPECT_GT(conflicts.count, 20);
}

TEST(Bounds, HoldInEveryChange) {
  Tally changed;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::update) return {};
        const auto powers = random_powers(step.before, step.dice);
        auto store = step.before;
        const auto answer = make_with(step.call, store, powers);
        if (answer.failure) return difference(step.before.image(), store.image());
        const auto found = store.events().find(step.call.event);
        if (found == store.events().end() || !step.before.events().contains(found->first)) return {};
        const auto& before = step.before.events().at(found->first);
        const auto& event = found->second;
        if (event.wish.priority == before.wish.priority && event.time == before.time) return {};
        changed(true);
        bool may_move = true;
        for (const auto& name : event.calendars) {
          const auto& all = powers.at(name);
          if (std::ranges::all_of(all, &Power::only_proposes)) return "somebody without book has changed it";
          may_move = may_move && std::ranges::any_of(all, [](const Power& power) {
                       return !power.only_proposes && power.bounds.lets_move();
                     });
          const bool raises = event.wish.priority != before.wish.priority;
          if (raises && std::ranges::none_of(all, [&](const Power& power) {
                return !power.only_proposes && event.wish.priority <= power.bounds.max_priority.value_or(100);
              }))
            return "no grant on " + name + " allows its priority";
        }
        const bool is_moved = event.time != before.time;
        return is_moved && !may_move && has_moved_somebody(event, step.before, store) ? "it has moved somebody" : "";
      },
      20'000);
  EXPECT_GT(changed.count, 100);
}

TEST(Bounds, ThatAreNotSetChangeNothing) {
  expect(
      [&](const Step& step) -> std::string {
        using enum Call::Kind;
        const auto needs_manage = {remove, replan, rezone, retune};
        if (std::ranges::find(needs_manage, step.call.kind) != needs_manage.end()) return {};
        auto open = step.before, bounded = step.before;
        open.is_outrun = bounded.is_outrun = [] { return false; };
        bounded.powers_of = [](const std::string&) { return std::vector{Power{}}; };
        const auto expected = make(step.call, open), answer = make(step.call, bounded);
        if (answer.failure && expected.failure) return {};
        const auto other = difference(written(expected), written(answer));
        return other.empty() ? difference(open.image(), bounded.image()) : other;
      },
      3'000);
}

/// A calendar with an automatic event at nine.
class Bounded : public testing::Test {
 protected:
  Bounded() : store_([](const std::string& name) { return zone(name); }, calendar()) {
    store_.set_calendar(calendar());
    Fields fields = request();
    fields.not_before.set(nine_);
    book(fields);
  }

  static Calendar calendar() {
    Calendar calendar;
    calendar.name = "room";
    calendar.time_zone = "UTC";
    Hours hours;
    hours.week.fill({{Seconds{0}, kDay}});
    calendar.pattern = std::make_shared<Pattern>(Grid{zone("UTC"), hours, std::chrono::minutes{5}, {}, {}});
    return calendar;
  }

  static Fields request() {
    Fields fields;
    fields.event_name.set("an event");
    fields.calendars.set(std::vector<std::string>{"room"});
    fields.duration.set(std::chrono::hours{1});
    return fields;
  }

  Answer book(const Fields& fields) {
    store_.begin(at("2026-06-01T06:00:00Z"));
    return make({.kind = Call::Kind::schedule, .requests = {fields}}, store_);
  }

  Answer book_with(const Power& power, const Fields& fields) {
    store_.begin(at("2026-06-01T06:00:00Z"));
    return make_with({.kind = Call::Kind::schedule, .requests = {fields}}, store_, {{"room", {power}}});
  }

  const Instant nine_ = at("2026-06-01T09:00:00Z");
  MemoryStore store_;
};

TEST_F(Bounded, AWaitingEventMovesNobodyLater) {
  auto fields = request();
  fields.start_timestamp.set(nine_);
  fields.on_no_slot = OnNoSlot::wait;
  const auto answer = book_with({.bounds = {.may_move = false}}, fields);
  ASSERT_FALSE(answer.failure);
  EXPECT_EQ(answer.outcome()->outcome, Verb::waiting);
  EXPECT_TRUE(answer.outcome()->refusal->is_bound);
  store_.begin(at("2026-06-01T06:10:00Z"));
  auto settings = calendar();
  make({.kind = Call::Kind::retune, .calendars = {"room"}, .settings = settings}, store_);
  EXPECT_EQ(store_.events().at(1).time->start, nine_);
  EXPECT_EQ(store_.events().at(2).status, Status::waiting);
}

TEST_F(Bounded, AProposalIsAnsweredByOthers) {
  auto fields = request();
  fields.start_timestamp.set(at("2026-06-01T12:00:00Z"));
  const Power proposes{.only_proposes = true};
  ASSERT_EQ(book_with(proposes, fields).outcome()->outcome, Verb::held);
  const auto& event = store_.events().at(2);
  EXPECT_EQ(event.proposed_on, std::vector<std::string>{"room"});
  EXPECT_EQ(*event.expires_at - store_.clock(), std::chrono::hours{24});
  const auto become = [&](Status status, const Power& power) {
    auto store = store_;
    return make_with({.kind = Call::Kind::become, .event = 2, .becoming = {status}}, store, {{"room", {power}}});
  };
  EXPECT_TRUE(become(Status::scheduled, proposes).failure) << "its maker confirms it";
  EXPECT_TRUE(become(Status::scheduled, {}).failure) << "its maker confirms it once granted book";
  EXPECT_FALSE(become(Status::cancelled, proposes).failure) << "its maker withdraws it";
  store_.asker = "bob";
  EXPECT_FALSE(become(Status::scheduled, {}).failure);
  EXPECT_FALSE(become(Status::denied, {}).failure);
  EXPECT_TRUE(become(Status::cancelled, proposes).failure) << "somebody else withdraws it";
}

}  // namespace
}  // namespace jb::test
