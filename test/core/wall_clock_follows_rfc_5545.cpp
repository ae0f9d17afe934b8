// SPDX-License-Identifier: PostgreSQL
//
// Promise: a wall clock time is read by rule 2.1.5 (RFC 5545, 3.3.5). A time that a clock change skips is read with the
// offset before the change; a time that occurs twice is the first. The days of a zone follow one another without a gap.
//
// Why it could break: PostgreSQL and cctz both read such times differently. Changes happen at midnight, in half hours,
// by a whole day, and weeks apart. Code that uses the offset of a guess is right for most zones and wrong for some.
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
#include "core/values/time.hpp"
#include "oracle.hpp"
#include "random_calendar.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const Span kComputerAge{at("1970-01-01T00:00:00Z"), at("2038-01-01T00:00:00Z")};

struct Reading {
  const char* zone;
  const char* wall;
  const char* instant;  // RFC 3339 in UTC
  const char* source;
};

const Reading kReadings[] = {
    {"America/New_York", "2007-11-04 01:30", "2007-11-04T05:30:00Z", "RFC 5545, 3.3.5: the first, EDT"},
    {"America/New_York", "2007-03-11 02:30", "2007-03-11T07:30:00Z",
     "RFC 5545, 3.3.5: 03:30 EDT, with the offset before"},
    {"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30:00Z", "skipped: 03:30 on the wall"},
    {"Europe/Berlin", "2026-03-29 02:00", "2026-03-29T01:00:00Z", "the first skipped second"},
    {"Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z", "the first after it: the same instant"},
    {"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z", "the first of two"},
    {"Europe/Berlin", "2026-10-25 02:00", "2026-10-25T00:00:00Z", "the first of two"},
    {"Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z", "once only"},
    {"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", "tz: half an hour back at 02:00, the first"},
    {"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45:00Z", "tz: half an hour on at 02:00, +10:30 before"},
    {"America/St_Johns", "2010-11-06 23:30", "2010-11-07T02:00:00Z", "tz: at 00:01 back to 23:01, the first"},
    {"America/St_Johns", "2010-11-07 00:00", "2010-11-07T02:30:00Z", "midnight itself is shown twice"},
    {"America/St_Johns", "2010-11-07 00:01", "2010-11-07T03:31:00Z", "once only"},
    {"Pacific/Apia", "2011-12-29 23:59:59", "2011-12-30T09:59:59Z", "tz: the last second before the skipped day"},
    {"Pacific/Apia", "2011-12-30 12:00", "2011-12-30T22:00:00Z", "tz: a skipped day, -10:00 before"},
    {"Pacific/Apia", "2011-12-31 00:00", "2011-12-30T10:00:00Z", "tz: the first second after it"},
    {"Pacific/Kwajalein", "1993-08-21 00:00", "1993-08-21T12:00:00Z", "tz: a skipped day"},
    {"Asia/Kathmandu", "1986-01-01 00:10", "1985-12-31T18:40:00Z", "tz: 00:00 to 00:15 skipped, +05:30 before"},
    {"Africa/Monrovia", "1972-01-07 00:30", "1972-01-07T01:14:30Z", "tz: 44 minutes and 30 seconds skipped"},
    {"America/Santiago", "2026-09-06 00:00", "2026-09-06T04:00:00Z", "tz: midnight is skipped"},
    {"America/Santiago", "2026-04-04 23:30", "2026-04-05T02:30:00Z", "tz: 24:00 goes back to 23:00, the first"},
    {"America/Santiago", "2026-04-05 00:00", "2026-04-05T04:00:00Z", "once only: 24:00 was not shown the first time"},
    {"America/Havana", "2024-03-10 00:00", "2024-03-10T05:00:00Z", "tz: midnight is skipped"},
    {"America/Havana", "2024-11-03 00:00", "2024-11-03T04:00:00Z", "tz: midnight is shown twice, the first"},
    {"Africa/Casablanca", "2026-02-15 02:30", "2026-02-15T01:30:00Z", "tz: Ramadan begins, the first"},
    {"Africa/Casablanca", "2026-03-22 02:30", "2026-03-22T02:30:00Z", "tz: Ramadan is over, +00:00 before"},
    {"Antarctica/Troll", "2026-03-29 02:30", "2026-03-29T02:30:00Z", "tz: two hours skipped from 01:00"},
    {"America/St_Johns", "1988-04-03 01:30", "1988-04-03T05:00:00Z", "tz: two hours skipped from 00:01"},
};

TEST(WallClock, IsReadAsTheStandardSays) {
  for (const Reading& reading : kReadings)
    EXPECT_EQ(utc(zone(reading.zone)->to_instant(wall(reading.wall))), utc(at(reading.instant)))
        << reading.zone << " " << reading.wall << ": " << reading.source;
}

struct LocalDay {
  const char* zone;
  const char* date;
  Seconds length;
  const char* begins;
};

const LocalDay kDays[] = {
    {"UTC", "2026-11-20", hours{24}, "2026-11-20T00:00:00Z"},
    {"Europe/Berlin", "2026-03-29", hours{23}, "2026-03-28T23:00:00Z"},
    {"Europe/Berlin", "2026-10-25", hours{25}, "2026-10-24T22:00:00Z"},
    {"Australia/Lord_Howe", "2026-04-05", hours{24} + minutes{30}, "2026-04-04T13:00:00Z"},
    {"Australia/Lord_Howe", "2026-10-04", hours{23} + minutes{30}, "2026-10-03T13:30:00Z"},
    {"America/Havana", "2024-03-10", hours{23}, "2024-03-10T05:00:00Z"},
    {"America/Havana", "2024-11-03", hours{25}, "2024-11-03T04:00:00Z"},
    {"America/Santiago", "2026-04-04", hours{25}, "2026-04-04T03:00:00Z"},
    {"America/Santiago", "2026-09-06", hours{23}, "2026-09-06T04:00:00Z"},
    {"Asia/Kathmandu", "1986-01-01", hours{23} + minutes{45}, "1985-12-31T18:30:00Z"},
    {"Pacific/Apia", "2011-12-30", hours{0}, "2011-12-30T10:00:00Z"},
    {"Pacific/Apia", "2011-12-31", hours{24}, "2011-12-30T10:00:00Z"},
    {"America/St_Johns", "2010-11-06", hours{24}, "2010-11-06T02:30:00Z"},
    {"America/St_Johns", "2010-11-07", hours{25}, "2010-11-07T02:30:00Z"},
    {"Antarctica/Troll", "2026-03-29", hours{22}, "2026-03-29T00:00:00Z"},
};

TEST(WallClock, HasDaysOfManyLengths) {
  for (const LocalDay& row : kDays) {
    const Span day = zone(row.zone)->day(date(row.date));
    EXPECT_EQ(day.length().count(), row.length.count()) << row.zone << " " << row.date;
    EXPECT_EQ(utc(day.start), utc(at(row.begins))) << row.zone << " " << row.date;
  }
}

// The instants around a clock change at which laws are checked: the seconds next to the change, and every half hour of
// the days around it.
std::vector<Instant> around(Instant change) {
  std::vector<Instant> instants{change - Seconds{1}, change, change + Seconds{1}};
  for (Instant t = change - hours{26}; t <= change + hours{26}; t += minutes{30}) instants.push_back(t);
  return instants;
}

TEST(WallClock, ReturnsToTheFirstInstantThatShowsIt) {
  for (const char* name : kZones) {
    const Zone& place = *zone(name);
    for (const Instant change : transitions(place, kComputerAge)) {
      for (const Instant instant : around(change)) {
        const WallTime shown = place.to_wall(instant);
        const Instant read = place.to_instant(shown);
        ASSERT_LE(read, instant) << name << " " << utc(instant);
        ASSERT_EQ(place.to_wall(read), shown) << name << " " << utc(instant);
        ASSERT_EQ(read, oracle::occurrences(place, shown).front()) << name << " " << utc(instant);
      }
    }
  }
}

TEST(WallClock, ReadsSkippedTimesWithTheOffsetBefore) {
  int skips = 0;
  for (const char* name : kZones) {
    const Zone& place = *zone(name);
    for (const Instant change : transitions(place, kComputerAge)) {
      const Seconds before = place.offset_at(change - Seconds{1});
      const Seconds skipped = place.offset_at(change) - before;
      for (const Seconds into : {Seconds{0}, Seconds{1}, skipped / 2, skipped - Seconds{1}}) {
        if (into >= skipped || into < Seconds{0}) continue;
        const WallTime reading{change.time_since_epoch() + before + into};
        ASSERT_EQ(utc(place.to_instant(reading)), utc(change + into)) << name;
        ++skips;
      }
    }
  }
  EXPECT_GT(skips, 4000) << "the zone data holds fewer changes than it should";
}

TEST(WallClock, TilesTimeWithDays) {
  for (const char* name : kZones) {
    const Zone& place = *zone(name);
    for (const Instant change : transitions(place, kComputerAge)) {
      const Date middle = std::chrono::floor<days>(place.to_wall(change));
      for (Date day = middle - days{3}; day <= middle + days{3}; day += days{1}) {
        ASSERT_EQ(place.day(day).end, place.day(day + days{1}).start) << name << " " << format_date(day);
        ASSERT_LE(place.day(day).start, place.day(day).end) << name << " " << format_date(day);
        ASSERT_LE(place.day(day).length(), hours{31})
            << name << " " << format_date(day) << ": Vostok fell back by seven";
      }
      for (const Instant instant : around(change)) {
        const Span day = place.day_at(instant);
        ASSERT_TRUE(day.start <= instant && instant < day.end) << name << " " << utc(instant);
        ASSERT_EQ(day, place.day(std::chrono::floor<days>(place.to_wall(day.start)))) << name << " " << utc(instant);
      }
    }
  }
}

TEST(WallClock, CountsWhatAFallAcrossMidnightShowsAgainToTheDateThatBegan) {
  const Zone& place = *zone("America/St_Johns");
  const Instant again = at("2010-11-07T03:00:00Z");
  ASSERT_EQ(place.to_wall(again), wall("2010-11-06 23:30"));
  EXPECT_EQ(place.day_at(again), place.day(date("2010-11-07")));
}

// hours.cpp relies on this law: it looks no more than one date beyond the dates that are shown.
TEST(WallClock, NeverMovesByMoreThanADay) {
  for (const char* name : kZones) {
    const Zone& place = *zone(name);
    for (const Instant change : transitions(place, {at("1800-01-01T00:00:00Z"), at("2100-01-01T00:00:00Z")}))
      EXPECT_LE(std::chrono::abs(place.offset_at(change) - place.offset_at(change - Seconds{1})), kDay)
          << name << " " << utc(change);
  }
}

TEST(WallClock, SurvivesChangesThatFollowOneAnother) {
  // 10:00 jumps to 12:00; forty minutes later 12:40 falls back to 10:40, and the skipped 11:00 is shown after all.
  const TableZone forth_and_back{hours{0},
                                 {{at("2026-05-01T10:00:00Z"), hours{2}}, {at("2026-05-01T10:40:00Z"), hours{0}}}};
  EXPECT_EQ(utc(forth_and_back.to_instant(wall("2026-05-01 11:00"))), "2026-05-01T11:00:00+00:00");
  EXPECT_EQ(utc(forth_and_back.to_instant(wall("2026-05-01 10:20"))), "2026-05-01T10:20:00+00:00")
      << "never shown: the clock falls back to 10:40 only";
  EXPECT_EQ(utc(forth_and_back.to_instant(wall("2026-05-01 12:20"))), "2026-05-01T10:20:00+00:00");
  // Two falls within the hour: 10:30 is shown three times.
  const TableZone back_and_back{hours{2},
                                {{at("2026-05-01T09:00:00Z"), hours{1}}, {at("2026-05-01T09:45:00Z"), hours{0}}}};
  EXPECT_EQ(utc(back_and_back.to_instant(wall("2026-05-01 10:30"))), "2026-05-01T08:30:00+00:00");
  // Two jumps within the hour: 11:30 is skipped by the second, 10:30 by the first.
  const TableZone on_and_on{hours{0}, {{at("2026-05-01T10:00:00Z"), hours{1}}, {at("2026-05-01T10:30:00Z"), hours{2}}}};
  EXPECT_EQ(utc(on_and_on.to_instant(wall("2026-05-01 10:30"))), "2026-05-01T10:30:00+00:00");
  EXPECT_EQ(utc(on_and_on.to_instant(wall("2026-05-01 11:45"))), "2026-05-01T10:45:00+00:00");
}

// Every reading near the changes of a made-up zone, compared with a walk over every instant.
RC_GTEST_PROP(WallClock, MatchesAWalkOverEveryInstant, ()) {
  const Seconds quarter = minutes{15};
  const Instant origin = at("2026-05-01T00:00:00Z");
  const TableZone place = random_zone(origin);
  const Instant last = transitions(place, {origin, origin + days{7}}).back();
  const WallTime end{last.time_since_epoch() + hours{8}};
  for (WallTime reading{origin.time_since_epoch() - hours{8}}; reading < end; reading += quarter) {
    std::optional<Instant> first;
    for (Instant t = origin - hours{24}; t <= last + hours{24} && !first; t += quarter)
      if (place.to_wall(t) == reading) first = t;
    if (first) RC_ASSERT(utc(place.to_instant(reading)) == utc(*first));
    RC_ASSERT(utc(place.to_instant(reading)) == utc(oracle::to_instant(place, reading)));
  }
}

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
