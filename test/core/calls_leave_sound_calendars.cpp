// SPDX-License-Identifier: PostgreSQL
//
// Promise: every call leaves sound calendars, whatever calls came before. No two claims overlap. Claims and events
// agree. Free time is what the claims leave of the hours. Held and waiting events are counted. The history of each
// calendar replays to the present. A call throws nothing but a Failure.
//
// Why it could break: one call sets events aside, puts some of them back, changes others twice, and undoes its own
// steps. Timelines, claims, counts and history must each follow every step, and one of them may miss a step.
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
