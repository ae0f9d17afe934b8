// SPDX-License-Identifier: PostgreSQL
//
// Promise (rules 2.1.7, 2.3.2, 2.3.4): hours and the slot increment are counted on the wall clock of the calendar's
// zone. 09:00 stays 09:00 across a clock change. Adjacent spans are one stretch, also across midnight. The count of the
// increment starts anew at each midnight.
//
// Why it could break: a day has 23, 24 or 25 hours, or none. Midnight itself may be skipped or repeated. A span may end
// before its start. An increment that does not divide a day, or the hour of the change, drifts.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "cctz_zone.hpp"
#include "core/free/hours.hpp"
#include "oracle.hpp"
#include "random_calendar.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

Hours daily(DaySpans spans) {
  Hours hours;
  hours.week.fill(std::move(spans));
  return hours;
}

std::string open_on(const char* place, const Hours& hours, const char* from, const char* to) {
  return written(open_spans(hours, *zone(place), {at(from), at(to)}));
}

TEST(DaySpansNormalised, AreSortedAndJoined) {
  EXPECT_EQ(normalise({}), DaySpans{});
  EXPECT_EQ(normalise({{hours{13}, hours{17}}, {hours{8}, hours{12}}}),
            (DaySpans{{hours{8}, hours{12}}, {hours{13}, hours{17}}}));
  EXPECT_EQ(normalise({{hours{12}, hours{17}}, {hours{8}, hours{12}}}), (DaySpans{{hours{8}, hours{17}}}));
  EXPECT_EQ(normalise({{hours{8}, hours{20}}, {hours{9}, hours{10}}, {hours{19}, kDay}}), (DaySpans{{hours{8}, kDay}}));
}

TEST(WeeklyHours, BeginWithMonday) {
  Hours week;
  week.week[0] = {{hours{9}, hours{10}}};
  EXPECT_EQ(week.on(date("2026-11-16")), week.week[0]) << "a Monday";
  EXPECT_EQ(week.on(date("2026-11-22")), DaySpans{}) << "a Sunday";
  EXPECT_EQ(week.on(date("1969-12-29")), week.week[0]) << "a Monday before 1970";
}

TEST(OpenSpans, KeepTheirWallClockAcrossAChange) {
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{9}, hours{17}}}), "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z"),
            "[2026-10-24T07:00:00+00:00, 2026-10-24T15:00:00+00:00) "
            "[2026-10-25T08:00:00+00:00, 2026-10-25T16:00:00+00:00)");
}

TEST(OpenSpans, HoldTheRepeatedHourTwice) {
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{1}, hours{4}}}), "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"),
            "[2026-10-24T23:00:00+00:00, 2026-10-25T03:00:00+00:00)");
}

TEST(OpenSpans, AreJoinedAcrossMidnight) {
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{0}, hours{6}}, {hours{22}, kDay}}), "2026-11-20T12:00:00Z",
                    "2026-11-21T12:00:00Z"),
            "[2026-11-20T21:00:00+00:00, 2026-11-21T05:00:00+00:00)");
}

TEST(OpenSpans, AreOneStretchWhenOpenDayAndNight) {
  for (const char* name : kZones) {
    const Span within{at("1972-02-01T00:00:00Z"), at("2037-12-31T00:00:00Z")};
    ASSERT_EQ(open_spans(daily({{hours{0}, kDay}}), *zone(name), within), std::vector{within}) << name;
  }
}

TEST(OpenSpans, AreClippedAndMayBeNone) {
  const Hours nine_to_five = daily({{hours{9}, hours{17}}});
  EXPECT_EQ(open_on("UTC", nine_to_five, "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"),
            "[2026-11-20T10:00:00+00:00, 2026-11-20T11:00:00+00:00)");
  EXPECT_EQ(open_on("UTC", nine_to_five, "2026-11-20T17:00:00Z", "2026-11-21T09:00:00Z"), "none");
  EXPECT_EQ(open_on("UTC", nine_to_five, "2026-11-20T11:00:00Z", "2026-11-20T11:00:00Z"), "none");
  EXPECT_EQ(open_on("UTC", nine_to_five, "2026-11-20T12:00:00Z", "2026-11-20T11:00:00Z"), "none");
  EXPECT_EQ(open_on("UTC", Hours{}, "2026-11-20T00:00:00Z", "2026-11-30T00:00:00Z"), "none");
}

// 2026-03-29 in Berlin: 02:00 to 03:00 is skipped at 01:00Z.
TEST(OpenSpans, ReadTheirEndsWithTheOffsetBeforeInSkippedTime) {
  const char *from = "2026-03-28T12:00:00Z", *to = "2026-03-29T12:00:00Z";
  const Seconds half = minutes{30};
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{1}, hours{2} + half}}), from, to),
            "[2026-03-29T00:00:00+00:00, 2026-03-29T01:30:00+00:00)");
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{2} + half, hours{5}}}), from, to),
            "[2026-03-29T01:30:00+00:00, 2026-03-29T03:00:00+00:00)");
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{2}, hours{3}}}), from, to), "none") << "it begins where it ends";
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{2}, hours{2} + half}}), from, to), "none") << "never shown";
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{2} + half, hours{3} + minutes{15}}}), from, to), "none")
      << "its end comes before its start";
}

TEST(OpenSpans, SkipADayThatNeverWas) {
  EXPECT_EQ(open_on("Pacific/Apia", daily({{hours{9}, hours{17}}}), "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z"),
            "[2011-12-29T19:00:00+00:00, 2011-12-30T03:00:00+00:00) "
            "[2011-12-30T19:00:00+00:00, 2011-12-31T03:00:00+00:00)")
      << "Thursday and Saturday; there was no Friday";
  Hours fridays;
  fridays.week[4] = {{hours{9}, hours{17}}};
  EXPECT_EQ(open_on("Pacific/Apia", fridays, "2011-12-27T00:00:00Z", "2012-01-04T00:00:00Z"), "none");
}

TEST(OpenSpans, MeetAtAMidnightThatIsSkippedOrShownTwice) {
  const Hours late_and_early = daily({{hours{0}, hours{2}}, {hours{22}, kDay}});
  EXPECT_EQ(open_on("America/Havana", late_and_early, "2024-03-09T20:00:00Z", "2024-03-10T20:00:00Z"),
            "[2024-03-10T03:00:00+00:00, 2024-03-10T06:00:00+00:00)");
  EXPECT_EQ(open_on("America/Havana", late_and_early, "2024-11-02T20:00:00Z", "2024-11-03T20:00:00Z"),
            "[2024-11-03T02:00:00+00:00, 2024-11-03T07:00:00+00:00)");
  EXPECT_EQ(open_on("America/Santiago", late_and_early, "2026-04-04T20:00:00Z", "2026-04-05T20:00:00Z"),
            "[2026-04-05T01:00:00+00:00, 2026-04-05T06:00:00+00:00)");
}

// A date's span may extend into instants that show the next date, or begin at instants that show the date before.
TEST(OpenSpans, CountSpansOfTheDatesBeside) {
  EXPECT_EQ(open_on("America/St_Johns", daily({{hours{0}, hours{2}}}), "2010-11-06T12:00:00Z", "2010-11-07T03:00:00Z"),
            "[2010-11-07T02:30:00+00:00, 2010-11-07T03:00:00+00:00)")
      << "the first midnight; it is 23:30 for the second time when this ends";
  const TableZone skips_midnight{hours{0}, {{at("2026-05-01T23:30:00Z"), hours{1}}}};
  EXPECT_EQ(written(open_spans(daily({{hours{22}, kDay}}), skips_midnight,
                               {at("2026-05-01T23:30:00Z"), at("2026-05-02T12:00:00Z")})),
            "[2026-05-01T23:30:00+00:00, 2026-05-02T00:00:00+00:00)")
      << "24:00 is skipped and read as 01:00 of the next date";
}

// 2026-03-29 in Berlin: 02:45 is skipped and read as 03:45, so the span from 01:00 contains that from 03:00 to 03:15.
TEST(OpenSpans, MayHoldOneAnother) {
  EXPECT_EQ(open_on("Europe/Berlin", daily({{hours{1}, hours{2} + minutes{45}}, {hours{3}, hours{3} + minutes{15}}}),
                    "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"),
            "[2026-03-29T00:00:00+00:00, 2026-03-29T01:45:00+00:00)");
}

void expect_like_the_oracle(const RandomCalendar& calendar) {
  const auto open = open_spans(calendar.grid.hours, *calendar.grid.zone, calendar.range);
  const auto expected = oracle::hours_near(calendar.grid.hours, *calendar.grid.zone, calendar.range);
  for (std::size_t i = 0; i < open.size(); ++i) {
    RC_ASSERT(!open[i].empty() && calendar.range.contains(open[i]));
    if (i > 0) RC_ASSERT(open[i - 1].end < open[i].start);
  }
  for (Instant t = calendar.range.start; t < calendar.range.end; t += minutes{5}) {
    const Span moment{t, t + Seconds{1}};
    if (oracle::is_covered(moment, expected) != oracle::is_covered(moment, open))
      RC_FAIL(written(calendar) + " at " + utc(t) + ": " + written(open));
  }
}

RC_GTEST_PROP(OpenSpans, MatchTheOracle, ()) { expect_like_the_oracle(random_calendar(Grain::kMinutes)); }

RC_GTEST_PROP(OpenSpans, MatchTheOracleWhereChangesFollowOneAnother, ()) {
  for (int i = 0; i < 10; ++i) expect_like_the_oracle(random_made_up_calendar(Grain::kMinutes));
}

Pattern marks(Seconds increment, std::shared_ptr<const Zone> zone) {
  return Pattern{Grid{.zone = std::move(zone), .hours = {}, .slot_increment = increment}};
}

TEST(Increment, StartsAnewAtMidnight) {
  const auto berlin = zone("Europe/Berlin");
  EXPECT_EQ(utc(marks(minutes{7}, berlin).mark_from(at("2026-11-20T22:59:01Z"))), "2026-11-20T23:00:00+00:00")
      << "23:55 is a multiple of 7 minutes, the next one is midnight";
  EXPECT_EQ(utc(marks(minutes{7}, berlin).mark_until(at("2026-11-20T22:59:59Z"))), "2026-11-20T22:55:00+00:00");
  EXPECT_EQ(utc(marks(kDay, berlin).mark_from(at("2026-11-20T00:00:00Z"))), "2026-11-20T23:00:00+00:00");
  EXPECT_EQ(utc(marks(kDay, berlin).mark_until(at("2026-11-20T00:00:00Z"))), "2026-11-19T23:00:00+00:00");
  EXPECT_EQ(utc(marks(Seconds{1}, berlin).mark_from(at("2026-11-20T09:00:01Z"))), "2026-11-20T09:00:01+00:00");
  EXPECT_EQ(utc(marks(minutes{5}, berlin).mark_from(at("1969-12-31T22:58:01Z"))), "1969-12-31T23:00:00+00:00");
}

TEST(Increment, FollowsTheWallClockAcrossAChange) {
  const auto berlin = zone("Europe/Berlin");
  EXPECT_EQ(utc(marks(hours{2}, berlin).mark_from(at("2026-03-29T00:30:01Z"))), "2026-03-29T02:00:00+00:00")
      << "01:30:01; 02:00 is skipped, 04:00 is the next";
  EXPECT_EQ(utc(marks(hours{2}, berlin).mark_until(at("2026-03-29T01:59:00Z"))), "2026-03-28T23:00:00+00:00")
      << "03:59; 02:00 was skipped, 00:00 was the last";
  EXPECT_EQ(utc(marks(hours{1}, berlin).mark_from(at("2026-10-25T00:00:01Z"))), "2026-10-25T01:00:00+00:00")
      << "02:00 for the second time";
  EXPECT_EQ(utc(marks(kDay, zone("America/Santiago")).mark_from(at("2026-09-06T03:00:00Z"))),
            "2026-09-07T03:00:00+00:00")
      << "the midnight between is skipped";
  EXPECT_EQ(utc(marks(kDay, zone("America/Santiago")).mark_until(at("2026-09-07T02:00:00Z"))),
            "2026-09-05T04:00:00+00:00");
  EXPECT_EQ(utc(marks(hours{1}, zone("Australia/Lord_Howe")).mark_from(at("2026-10-03T15:00:00Z"))),
            "2026-10-03T16:00:00+00:00")
      << "01:30; half an hour later it is 02:30, an hour later 03:00";
}

// Rule 2.3.4, `slots_from` opening.
TEST(Increment, MayBeCountedFromTheStartOfEachSpan) {
  Hours week;
  week.week[4] = {{hours{8}, hours{12}}, {hours{12} + minutes{30}, hours{17} + minutes{30}}};  // 20 November 2026
  const Pattern pattern{
      Grid{.zone = zone("Europe/Berlin"), .hours = week, .slot_increment = hours{1}, .from_opening = true}};
  EXPECT_EQ(utc(pattern.mark_from(at("2026-11-20T10:00:01Z"))), "2026-11-20T11:00:00+00:00")
      << "12:00 of the first span";
  EXPECT_EQ(utc(pattern.mark_from(at("2026-11-20T11:00:01Z"))), "2026-11-20T11:30:00+00:00") << "12:30, anew";
  EXPECT_EQ(utc(pattern.mark_from(at("2026-11-20T11:30:01Z"))), "2026-11-20T12:30:00+00:00");
  EXPECT_EQ(utc(pattern.mark_until(at("2026-11-20T12:29:59Z"))), "2026-11-20T11:30:00+00:00");
  EXPECT_EQ(utc(pattern.mark_until(at("2026-11-20T11:29:59Z"))), "2026-11-20T11:00:00+00:00");
  EXPECT_EQ(utc(pattern.mark_from(at("2026-11-20T22:30:01Z"))), "2026-11-20T23:00:00+00:00") << "midnight";
  EXPECT_EQ(utc(pattern.mark_from(at("2026-11-21T11:15:00Z"))), "2026-11-21T12:00:00+00:00") << "a closed day";
}

RC_GTEST_PROP(Increment, MatchesASearchByTheSecond, ()) {
  const RandomCalendar calendar = random_calendar(Grain::kMinutes);
  const Zone& place = *calendar.grid.zone;
  const Instant origin = calendar.range.start + Seconds{pick(0, 2 * kDay.count())};
  const Seconds increment{pick_from(std::vector<int>{1, 7, 60, 300, 420, 660, 3'600, 7'200, 5'000, 86'400})};
  Instant next = origin, last = origin;
  auto grid = calendar.grid;
  grid.slot_increment = increment;
  const Hours* opening = grid.from_opening ? &grid.hours : nullptr;
  while (!oracle::is_on_increment(place, next, increment, opening)) ++next;
  while (!oracle::is_on_increment(place, last, increment, opening)) --last;
  const Pattern pattern{grid};
  RC_ASSERT(utc(pattern.mark_from(origin)) == utc(next));
  RC_ASSERT(utc(pattern.mark_until(origin)) == utc(last));
}

}  // namespace
}  // namespace jb::test
