// SPDX-License-Identifier: PostgreSQL
//
// Promise: whatever is asked for, in whatever order, a call leaves calendars on which no two claims overlap, claims
// and events agree, free time is what the claims leave of the hours, events that are held or wait are counted, and the
// history of each calendar replays to the present; and it throws nothing but a Failure.
//
// Why it could break: one call sets events aside, puts some of them back, changes others twice, goes back to where it
// was; each of these steps is done to timelines, claims, counts and history apart, and each may be forgotten in one.
#include <gtest/gtest.h>

#include "random_calls.hpp"

namespace jb::test {
namespace {

TEST(Calls, LeaveSoundCalendars) {
  expect(
      [](const Step& step) {
        const auto problems = step.after.check();
        return problems.empty() ? std::string{} : problems.front();
      },
      5'000);
}

}  // namespace
}  // namespace jb::test
