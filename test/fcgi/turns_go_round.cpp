// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 14.4): one caller cannot take all turns. A caller with nothing running is next, whatever the others
// have in line; among equals turns go round; guests have a share of their own; reads and writes leave each other room.
// A lone caller has all turns but the reserve, no request is forgotten, and none waits for a turn that is free.
//
// Why it could break: whether a turn may be given depends on the running requests, their lanes, and the turns left for
// the next caller. All of these change with every turn that begins or ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "fcgi/turns.hpp"

namespace jb::test {
namespace {

using gateway::Access;
using gateway::Caller;
using gateway::Shares;
using gateway::shares_of;

/// The name of a request in this test: its caller, its lane, and its number among the caller's requests in this lane.
struct Ask {
  Caller caller;
  Access lane = Access::read;
  int number = 0;
};
using Turns = gateway::Turns<std::unique_ptr<Ask>>;
using Entry = Turns::Entry;

const Caller viewer{"viewer"}, manager{"manager"}, secretary{"secretary"};

Caller guest(int number) { return {"guest " + std::to_string(number), true}; }

/// The turns, and the requests that got one, in order.
struct Pool {
  explicit Pool(const Shares& shares) : turns(shares) {}

  Entry ask(const Caller& caller, Access lane, int number = 0) {
    auto one = std::make_unique<Ask>(Ask{caller, lane, number});
    const Entry entry = turns.enter(caller, lane, one);
    EXPECT_EQ(entry == Entry::in_line, !one) << "who refuses a request answers it";
    return entry;
  }
  void ask_often(const Caller& caller, Access lane, int times) {
    for (int number = 0; number < times; ++number) ask(caller, lane, number);
  }
  /// Gives out all turns that may be given, and returns their number.
  int begin() {
    int count = 0;
    for (auto turn = turns.take(); turn; turn = turns.take(), ++count) running.push_back(std::move(*turn));
    return count;
  }
  std::ptrdiff_t running_of(const std::string& name) const {
    return std::count_if(running.begin(), running.end(),
                         [&](const auto& turn) { return turn.arrival->caller.name == name; });
  }
  void end(std::list<Turns::Turn>::iterator turn) {
    turns.give_back(*turn);
    running.erase(turn);
  }
  void end_one_of(const std::string& name) {
    end(std::find_if(running.begin(), running.end(),
                     [&](const auto& turn) { return turn.arrival->caller.name == name; }));
  }

  Turns turns;
  std::list<Turns::Turn> running;
};

TEST(Turns, AreAllButTheReserveForWhoIsAlone) {
  Pool pool(shares_of(8));
  pool.ask_often(viewer, Access::read, 50);
  EXPECT_EQ(pool.begin(), 6);
  pool.ask(viewer, Access::write);
  EXPECT_EQ(pool.begin(), 1) << "its reads do not keep its own writes waiting";
  pool.ask(viewer, Access::write);
  EXPECT_EQ(pool.begin(), 0);
}

TEST(Turns, AreThereForWhoeverHasNothingRunning) {
  Pool pool(shares_of(8));
  pool.ask_often(viewer, Access::read, 50);
  pool.begin();
  pool.ask_often(secretary, Access::write, 50);
  EXPECT_EQ(pool.begin(), 1);
  for (int number = 0; number < 50; ++number) pool.ask(guest(number), Access::write);
  EXPECT_EQ(pool.begin(), 1);
  for (int number = 0; number < 100; ++number) {
    pool.ask(manager, Access::write, number);
    ASSERT_EQ(pool.begin(), 1) << "a booking waits behind a crowd of three";
    pool.end_one_of("manager");
    ASSERT_EQ(pool.begin(), 0) << "and its turn stays free for the next";
  }
}

TEST(Turns, AreThereBesideOneWhoFillsBothLanes) {
  Pool pool(shares_of(8));
  pool.ask_often(secretary, Access::write, 50);
  EXPECT_EQ(pool.begin(), 6);
  pool.ask_often(secretary, Access::read, 50);
  EXPECT_EQ(pool.begin(), 1);
  pool.ask_often(viewer, Access::read, 50);
  EXPECT_EQ(pool.begin(), 1);
  for (int number = 0; number < 50; ++number) pool.ask(guest(number), Access::write);
  EXPECT_EQ(pool.begin(), 0) << "the last two are not a guest's";
  pool.ask(manager, Access::write);
  EXPECT_EQ(pool.begin(), 1);
  pool.ask({"another manager"}, Access::read);
  EXPECT_EQ(pool.begin(), 1);
}

TEST(Turns, AreThereForEverybodyWhereThreadsAreFew) {
  for (std::size_t threads = 1; threads <= 4; ++threads)
    for (const Access lane : {Access::read, Access::write}) {
      Pool pool(shares_of(threads));
      pool.ask_often(viewer, lane, 10);
      EXPECT_GE(pool.begin(), 1) << threads;
      pool.ask(manager, lane == Access::read ? Access::write : Access::read);
      EXPECT_EQ(pool.begin(), 1) << threads;
      Pool for_guests(shares_of(threads));
      for_guests.ask(guest(1), lane);
      EXPECT_EQ(for_guests.begin(), 1) << threads;
    }
}

TEST(Turns, AreSharedByThoseWhoWait) {
  Pool pool(shares_of(8));
  pool.ask_often(viewer, Access::read, 100);
  pool.begin();
  pool.ask_often(secretary, Access::read, 100);
  for (int number = 0; number < 20; ++number) pool.ask(guest(number), Access::read);
  for (int ended = 0; ended < 12; ++ended) {
    pool.begin();
    pool.end(pool.running.begin());
  }
  pool.begin();
  EXPECT_LE(pool.running_of("viewer"), 3);
  EXPECT_GE(pool.running_of("viewer"), 2);
  EXPECT_GE(pool.running_of("secretary"), 2);
  EXPECT_EQ(std::count_if(pool.running.begin(), pool.running.end(),
                          [](const auto& turn) { return turn.arrival->caller.is_guest; }),
            1);
}

TEST(Turns, GoToWhoHasTheFewestRunning) {
  Pool pool(Shares{4, 0, 1, 100, 100, 100, 100});
  pool.ask_often(viewer, Access::read, 10);
  EXPECT_EQ(pool.begin(), 4);
  pool.ask_often(secretary, Access::read, 10);
  for (const int running : {1, 2}) {
    pool.end_one_of("viewer");
    pool.begin();
    EXPECT_EQ(pool.running_of("secretary"), running) << "the viewer's, who stands there for longer, was taken";
  }
}

TEST(Turns, GoRoundAmongEquals) {
  Pool pool(Shares{1, 0, 1, 100, 100, 100, 100});
  pool.ask_often(viewer, Access::read, 3);
  pool.ask_often(secretary, Access::read, 3);
  pool.ask_often(manager, Access::write, 3);
  std::string order;
  while (pool.begin() == 1) {
    order += pool.running.front().arrival->caller.name.substr(0, 1);
    pool.end(pool.running.begin());
  }
  EXPECT_EQ(order, "vsmvsmvsm");
}

TEST(Turns, OfGuestsGoRoundByAddress) {
  Pool pool(shares_of(8));
  for (int number = 0; number < 5; ++number) pool.ask(guest(1), Access::write, number);
  pool.ask(guest(2), Access::write);
  std::vector<std::string> order;
  while (pool.begin() == 1) {
    order.push_back(pool.running.front().arrival->caller.name);
    pool.end(pool.running.begin());
  }
  EXPECT_EQ(order.size(), 6U);
  EXPECT_EQ(order[1], "guest 2");
}

TEST(Turns, OfOneLaneLeaveRoomForTheOther) {
  for (const auto& [lane, other] : {std::pair{Access::write, Access::read}, {Access::read, Access::write}}) {
    Pool pool(shares_of(8));
    for (int number = 0; number < 20; ++number) pool.ask({"principal " + std::to_string(number)}, lane);
    pool.begin();
    EXPECT_EQ(pool.running.size(), 8U) << "twenty callers with one request each";
    pool.ask(manager, other);
    EXPECT_EQ(pool.begin(), 1);
  }
}

TEST(Turns, LineHasPlacesForEverybody) {
  const Shares few{1, 0, 1, 10, 4, 3, 2};
  Pool pool(few);
  pool.ask(manager, Access::write);
  pool.begin();
  pool.ask_often(viewer, Access::read, 4);
  EXPECT_EQ(pool.ask(viewer, Access::write), Entry::too_many);
  EXPECT_EQ(pool.ask(guest(1), Access::write), Entry::in_line);
  EXPECT_EQ(pool.ask(guest(1), Access::write), Entry::in_line);
  EXPECT_EQ(pool.ask(guest(1), Access::write), Entry::too_many);
  EXPECT_EQ(pool.ask(guest(2), Access::write), Entry::in_line);
  EXPECT_EQ(pool.ask(guest(3), Access::write), Entry::full) << "all places of guests are taken";
  pool.ask_often(secretary, Access::read, 3);
  EXPECT_EQ(pool.ask(manager, Access::read), Entry::full);
}

// ---- laws, of random arrivals ----

/// A pool under random arrivals and ends, and a count of its requests kept by the test itself.
struct Crowd {
  explicit Crowd(unsigned seed) : random(seed), shares(shares_of(1 + any(33))), pool(shares) {}

  std::size_t any(std::size_t below) { return random() % below; }

  Caller any_caller() {
    const std::size_t number = any(9);
    return number < 4 ? guest(static_cast<int>(number)) : Caller{"principal " + std::to_string(number)};
  }
  void arrive() {
    const Caller caller = any_caller();
    const Access lane = any(2) == 0 ? Access::read : Access::write;
    auto& line = waiting[{caller.name, lane}];
    if (pool.ask(caller, lane, asked) == Entry::in_line) line.push_back(asked++);
  }
  void end_any() {
    if (pool.running.empty()) return;
    pool.end(std::next(pool.running.begin(), static_cast<std::ptrdiff_t>(any(pool.running.size()))));
  }
  void begin_all() {
    bool leaves_more = false;
    auto turn = pool.turns.take();
    while (turn) {
      const Ask& ask = *turn->arrival;
      auto& line = waiting[{ask.caller.name, ask.lane}];
      ASSERT_EQ(ask.number, line.front()) << "a caller's own are answered in the order of their arrival";
      line.pop_front();
      ++served;
      leaves_more = turn->leaves_more;
      pool.running.push_back(std::move(*turn));
      turn = pool.turns.take();
      ASSERT_EQ(turn.has_value(), leaves_more) << "another thread is told of what may begin, and of nothing else";
    }
  }
  std::size_t count(const std::function<bool(const Ask&)>& is_meant) const {
    return static_cast<std::size_t>(std::count_if(pool.running.begin(), pool.running.end(),
                                                  [&](const auto& turn) { return is_meant(*turn.arrival); }));
  }
  void hold_laws() const {
    const std::size_t most = shares.turns - shares.reserve / 2;
    ASSERT_LE(pool.running.size(), shares.turns);
    ASSERT_LE(count([](const Ask& ask) { return ask.caller.is_guest; }), shares.guests);
    const std::size_t reads = count([](const Ask& ask) { return ask.lane == Access::read; });
    ASSERT_LE(std::max(reads, pool.running.size() - reads), most) << "the other lane has no way";
    for (const auto& [who, line] : waiting) {
      const std::size_t own = count([&](const Ask& ask) { return ask.caller.name == who.first; });
      ASSERT_LE(own, most) << who.first;
      if (line.empty() || own > 0 || who.first.starts_with("guest")) continue;
      const std::size_t in_lane = who.second == Access::read ? reads : pool.running.size() - reads;
      ASSERT_TRUE(pool.running.size() == shares.turns || in_lane == most)
          << who.first << " has nothing running and waits, though a turn is free";
    }
  }

  std::minstd_rand random;
  const Shares shares;
  Pool pool;
  std::map<std::pair<std::string, Access>, std::deque<int>> waiting;
  int asked = 0, served = 0;
};

TEST(Turns, KeepTheirLawsWhateverComes) {
  for (unsigned seed = 1; seed <= 200 && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Crowd crowd(seed);
    for (int step = 0; step < 300 && !HasFatalFailure(); ++step) {
      if (crowd.any(3) > 0)
        crowd.arrive();
      else
        crowd.end_any();
      crowd.begin_all();
      crowd.hold_laws();
    }
    while (!crowd.pool.running.empty() && !HasFatalFailure()) {
      crowd.end_any();
      crowd.begin_all();
    }
    ASSERT_EQ(crowd.served, crowd.asked) << "somebody was forgotten";
  }
}

}  // namespace
}  // namespace jb::test
