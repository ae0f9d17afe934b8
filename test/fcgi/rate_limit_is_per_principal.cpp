// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 5.12): a caller may send `burst` requests at once and `rate` a second; a caller who sends more has to
// wait, and no other caller does.
//
// Why it could break: threads read the clock before they take the lock, so time may seem to step back.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"

namespace jb::test {
namespace {

using gateway::RateLimit;
using std::chrono::milliseconds;
using std::chrono::seconds;

int taken(RateLimit& limit, const std::string& caller, RateLimit::Clock::time_point now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += limit.take(caller, now) ? 0 : 1;
  return count;
}

TEST(RateLimits, AllowABurstThenARate) {
  RateLimit limit(10, 5);
  RateLimit::Clock::time_point now{};
  EXPECT_EQ(taken(limit, "a", now, 20), 5);
  EXPECT_EQ(taken(limit, "a", now += milliseconds(100), 20), 1);
  EXPECT_EQ(taken(limit, "a", now += milliseconds(250), 20), 2);
  EXPECT_EQ(taken(limit, "a", now += seconds(3600), 20), 5);
}

TEST(RateLimits, AreEachCallersOwn) {
  RateLimit limit(1, 1);
  EXPECT_EQ(taken(limit, "a", {}, 3), 1);
  EXPECT_EQ(taken(limit, "b", {}, 3), 1);
}

TEST(RateLimits, SayWhenToComeBack) {
  RateLimit limit(1, 1);
  limit.take("a", {});
  EXPECT_EQ(limit.take("a", {}), 1);
  RateLimit slow(0.1, 1);
  slow.take("a", {});
  EXPECT_EQ(slow.take("a", {}), 10);
}

TEST(RateLimits, GiveNothingWhenTimeStepsBack) {
  RateLimit limit(1000, 1);
  const RateLimit::Clock::time_point now{seconds(100)};
  EXPECT_EQ(taken(limit, "a", now, 2), 1);
  EXPECT_EQ(taken(limit, "a", now - seconds(50), 2), 0);
  EXPECT_EQ(taken(limit, "a", now, 2), 0);
}

TEST(RateLimits, ForgetIdleCallersOnly) {
  RateLimit limit(1, 2);
  RateLimit::Clock::time_point now{};
  EXPECT_EQ(taken(limit, "busy", now, 5), 2);
  for (int i = 0; i < 20'000; ++i) limit.take("caller " + std::to_string(i), now);
  EXPECT_EQ(taken(limit, "busy", now, 1), 0);
}

TEST(RateLimits, AreAnsweredBeforeTheDatabaseIsAsked) {
  gateway::Gateway gateway(1, 2);
  FakeBackend backend;
  backend.principals = {};  // a stranger's certificate is limited as well
  const auto status = [&](gateway::Response* response = nullptr) {
    gateway::Request get = request("GET", "/calendars");
    const auto answer = gateway.answer(get, backend, {});
    if (response) *response = answer.response;
    return answer.response.status;
  };
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(status(), 403);
  const int asked = backend.principal_questions;
  gateway::Response response;
  EXPECT_EQ(status(&response), 429);
  EXPECT_EQ(header(response, "Retry-After"), "1");
  EXPECT_EQ(backend.principal_questions, asked);
}

}  // namespace
}  // namespace jb::test
