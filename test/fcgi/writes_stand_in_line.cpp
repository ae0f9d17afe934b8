// SPDX-License-Identifier: PostgreSQL
//
// Promise: of all threads only some write at a time; whoever comes when they do is served in the order of arrival, by
// one of these threads, and none is forgotten.
//
// Why it could break: a place that is given back at the moment when somebody takes a place in line.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "fcgi/line.hpp"

namespace jb::test {
namespace {

using Line = gateway::Line<std::unique_ptr<int>>;

std::unique_ptr<int> arrival(int number) { return std::make_unique<int>(number); }

TEST(Line, GrantsAsManyAsMayWriteAtOnce) {
  Line line(2, 10);
  auto first = arrival(1), second = arrival(2), third = arrival(3);
  EXPECT_EQ(line.enter(first), Line::Entry::granted);
  EXPECT_EQ(line.enter(second), Line::Entry::granted);
  EXPECT_TRUE(second) << "who may write keeps the request";
  EXPECT_EQ(line.enter(third), Line::Entry::queued);
  EXPECT_FALSE(third) << "who stands in line has handed it over";
}

TEST(Line, ServesInTheOrderOfArrival) {
  Line line(1, 10);
  auto writing = arrival(0);
  line.enter(writing);
  for (int number = 1; number <= 3; ++number) {
    auto one = arrival(number);
    line.enter(one);
  }
  for (int number = 1; number <= 3; ++number) {
    const auto next = line.next();
    ASSERT_TRUE(next);
    EXPECT_EQ(**next, number);
  }
  EXPECT_FALSE(line.next());
  auto later = arrival(4);
  EXPECT_EQ(line.enter(later), Line::Entry::granted) << "the place was given back";
}

TEST(Line, RefusesWhoFindsItFull) {
  Line line(1, 1);
  auto writing = arrival(0), queued = arrival(1), refused = arrival(2);
  line.enter(writing);
  line.enter(queued);
  EXPECT_EQ(line.enter(refused), Line::Entry::full);
  EXPECT_TRUE(refused) << "who refuses it answers it";
}

TEST(Line, ForgetsNobody) {
  constexpr int threads = 8, each = 20'000, at_once = 3;
  Line line(at_once, threads * each);
  std::atomic<int> served{0}, writing{0}, most{0};
  const auto write = [&] {
    const int now = ++writing;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
    ++served;
    --writing;
  };
  std::vector<std::thread> crowd;
  for (int t = 0; t < threads; ++t)
    crowd.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        auto one = arrival(i);
        if (line.enter(one) != Line::Entry::granted) continue;
        write();
        while (line.next()) write();
      }
    });
  for (std::thread& thread : crowd) thread.join();
  EXPECT_EQ(served, threads * each);
  EXPECT_LE(most, at_once);
}

}  // namespace
}  // namespace jb::test
