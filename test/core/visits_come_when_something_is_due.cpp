// SPDX-License-Identifier: PostgreSQL
//
// Promise: the background worker visits a database when something falls due there, at the latest after its interval,
// and soon again when something failed. A failure delays nothing else, and nothing makes the worker visit without a
// pause.
//
// Why it could break: each of these is a time, and the earliest time is not always the right one.
#include <gtest/gtest.h>

#include "core/scheduling/timetable.hpp"

namespace jb::test {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kInterval = 60s;
const MachineTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 8h};

/// A timetable whose only visit ended as `end` says, a hundredth of a second after it began.
Timetable after(VisitEnd end) {
  Timetable timetable;
  timetable.begin(kStart);
  timetable.end(end, kStart + 10ms);
  return timetable;
}

TEST(Visits, BeginAtOnceWhereThereWasNone) { EXPECT_LE(Timetable().next(kStart, kInterval), kStart); }

TEST(Visits, BeginWhenSomethingFallsDue) { EXPECT_EQ(after(VisitEnd::done).next(kStart + 7s, kInterval), kStart + 7s); }

TEST(Visits, BeginAfterTheIntervalWhereNothingIsKnown) {
  EXPECT_EQ(after(VisitEnd::done).next(std::nullopt, kInterval), kStart + kInterval);
  EXPECT_EQ(after(VisitEnd::done).next(kStart + 1h, kInterval), kStart + kInterval);
}

TEST(Visits, LeaveAPauseHoweverMuchIsDue) {
  EXPECT_EQ(after(VisitEnd::done).next(kStart - 1h, kInterval), kStart + 200ms);
}

TEST(Visits, TryAgainWhatWasLockedEachSecond) {
  auto timetable = after(VisitEnd::blocked);
  EXPECT_EQ(timetable.next(std::nullopt, kInterval), kStart + 1010ms);
  for (int i = 0; i < 20; ++i) timetable.end(VisitEnd::blocked, kStart);
  EXPECT_EQ(timetable.next(std::nullopt, kInterval), kStart + 1s);
}

TEST(Visits, TryAgainWhatFailedLessAndLessOften) {
  Timetable timetable;
  MachineTime now = kStart;
  for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    timetable.begin(now);
    timetable.end(VisitEnd::failed, now);
    EXPECT_EQ(timetable.next(std::nullopt, 1h), now + wait);
    now += wait;
  }
  timetable.end(VisitEnd::done, now);
  timetable.end(VisitEnd::failed, now);
  EXPECT_EQ(timetable.next(std::nullopt, 1h), now + 1s) << "a visit that went well begins the count anew";
}

TEST(Visits, AreNotDelayedByWhatIsStuck) {
  for (const auto end : {VisitEnd::blocked, VisitEnd::failed}) {
    EXPECT_EQ(after(end).next(kStart + 500ms, kInterval), kStart + 500ms);
  }
}

TEST(Visits, ThatBreakOffAreNotRepeatedAtOnce) {
  Timetable timetable;
  timetable.begin(kStart);
  timetable.end(VisitEnd::broken_off, kStart);
  timetable.begin(kStart + 1s);
  timetable.end(VisitEnd::broken_off, kStart + 1s);
  EXPECT_EQ(timetable.next(kStart, kInterval), kStart + 3s);
  timetable.begin(kStart + 3s);
  timetable.end(VisitEnd::done, kStart + 3s);
  EXPECT_EQ(timetable.next(kStart + 4s, kInterval), kStart + 4s);
}

}  // namespace
}  // namespace jb::test
