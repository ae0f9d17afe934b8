// SPDX-License-Identifier: PostgreSQL
//
// Promise: a search with a near result is cheap, and a search to the horizon reads each stretch of the calendar once.
// Free time that continues from one reading into the next is one stretch.
//
// Why it could break: a search that reads to the horizon at once costs every booking the whole year. A search that
// starts over for each longer window reads the calendar again and again. A search that forgets how the last window
// ended misses every long event.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "cctz_zone.hpp"
#include "claim_list.hpp"
#include "scanned_timeline.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Instant kMorning = at("2026-11-20T08:30:00Z");
const Span kYear{kMorning, kMorning + 366 * kDay};

Grid always_open_in_berlin(Seconds increment) {
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  return {zone("Europe/Berlin"), hours, increment};
}

Grid office_in_berlin() {
  Hours hours;
  for (int day = 0; day < 5; ++day) hours.week[day] = {{std::chrono::hours{8}, std::chrono::hours{17}}};
  return {zone("Europe/Berlin"), hours, minutes{5}};
}

// Claims without a second between them.
std::vector<Span> packed(Span within, Seconds length) {
  std::vector<Span> claims;
  for (Instant start = within.start; start < within.end; start += length) claims.push_back({start, start + length});
  return claims;
}

TEST(FirstFit, ReadsAWeekForAnAnswerNearby) {
  ClaimList source;
  ScannedTimeline timeline{office_in_berlin(), &source};
  EXPECT_EQ(utc(timeline.first_fit(minutes{30}, kYear).value()), "2026-11-20T08:30:00+00:00");
  ASSERT_EQ(source.reads.size(), 1U);
  EXPECT_LE(source.reads[0].length(), 7 * kDay);
}

TEST(LastFit, ReadsAWeekForAnAnswerNearby) {
  ClaimList source;
  ScannedTimeline timeline{office_in_berlin(), &source};
  EXPECT_EQ(utc(timeline.last_fit(minutes{30}, kYear).value()), "2027-11-19T15:30:00+00:00");
  ASSERT_EQ(source.reads.size(), 1U);
  EXPECT_LE(source.reads[0].length(), 7 * kDay);
}

void expect_each_stretch_once(std::vector<Span> reads) {
  std::sort(reads.begin(), reads.end(), [](const Span& a, const Span& b) { return a.start < b.start; });
  EXPECT_LE(reads.size(), 7U) << "a week, doubled, is a year after six";
  EXPECT_EQ(utc(reads.front().start), utc(kYear.start));
  EXPECT_EQ(utc(reads.back().end), utc(kYear.end));
  for (std::size_t i = 1; i < reads.size(); ++i) EXPECT_EQ(utc(reads[i].start), utc(reads[i - 1].end));
}

TEST(FirstFit, ReadsAFullYearOnce) {
  ClaimList source{packed(kYear, hours{2})};
  ScannedTimeline timeline{always_open_in_berlin(minutes{5}), &source};
  EXPECT_EQ(timeline.first_fit(minutes{5}, kYear), std::nullopt);
  expect_each_stretch_once(source.reads);
}

TEST(LastFit, ReadsAFullYearOnce) {
  ClaimList source{packed(kYear, hours{2})};
  ScannedTimeline timeline{always_open_in_berlin(minutes{5}), &source};
  EXPECT_EQ(timeline.last_fit(minutes{5}, kYear), std::nullopt);
  expect_each_stretch_once(source.reads);
}

TEST(FirstFit, JoinsFreeTimeAcrossReadings) {
  ClaimList source{{{kMorning - hours{1}, kMorning + minutes{7}}}};
  ScannedTimeline timeline{always_open_in_berlin(minutes{5}), &source};
  EXPECT_EQ(utc(timeline.first_fit(300 * kDay, kYear).value()), "2026-11-20T08:40:00+00:00");
  EXPECT_EQ(utc(timeline.last_fit(300 * kDay, kYear).value()), "2027-01-25T08:30:00+00:00");
}

TEST(FirstFit, FitsTheWholeHorizonWhenNothingIsThere) {
  ScannedTimeline timeline{always_open_in_berlin(Seconds{1}), nullptr};
  EXPECT_EQ(timeline.first_fit(366 * kDay, kYear), kYear.start);
  EXPECT_EQ(timeline.last_fit(366 * kDay, kYear), kYear.start);
  EXPECT_EQ(timeline.first_fit(366 * kDay, {kMorning, kYear.end - Seconds{1}}), std::nullopt);
  EXPECT_EQ(timeline.last_fit(366 * kDay, {kMorning, kYear.end - Seconds{1}}), std::nullopt);
}

TEST(FirstFit, FindsTheOneSecondThatIsLeft) {
  const Span gap{at("2027-06-01T12:00:00Z"), at("2027-06-01T12:00:01Z")};
  ClaimList source{{{kYear.start, gap.start}, {gap.end, kYear.end}}};
  ScannedTimeline timeline{always_open_in_berlin(Seconds{1}), &source};
  EXPECT_EQ(timeline.first_fit(Seconds{1}, kYear), gap.start);
  EXPECT_EQ(timeline.last_fit(Seconds{1}, kYear), gap.start);
  EXPECT_EQ(timeline.first_fit(Seconds{2}, kYear), std::nullopt);
}

TEST(FirstFit, FindsNothingInNoTime) {
  ScannedTimeline timeline{always_open_in_berlin(Seconds{1}), nullptr};
  EXPECT_EQ(timeline.first_fit(Seconds{1}, {kMorning, kMorning}), std::nullopt);
  EXPECT_EQ(timeline.last_fit(Seconds{1}, {kMorning, kMorning}), std::nullopt);
  EXPECT_EQ(timeline.first_fit(Seconds{1}, {kMorning, kMorning - hours{1}}), std::nullopt);
  EXPECT_EQ(timeline.last_fit(Seconds{1}, {kMorning, kMorning - hours{1}}), std::nullopt);
}

TEST(FirstFit, EndsAtTheLastYearThatCanBeWritten) {
  const Grid grid{std::make_shared<TableZone>(Seconds{0}), always_open_in_berlin(Seconds{1}).hours, Seconds{1}};
  ScannedTimeline timeline{grid, nullptr};
  const Span beyond{kRepresentable.end - hours{1}, Instant::max()};
  EXPECT_EQ(timeline.first_fit(hours{1}, beyond), beyond.start);
  EXPECT_EQ(timeline.first_fit(hours{2}, beyond), std::nullopt);
  EXPECT_EQ(timeline.last_fit(hours{1}, {Instant::min(), kRepresentable.start + hours{1}}), kRepresentable.start);
}

// A transaction takes a claim in the timeline and then writes it, so that the source has it too. Then the transaction
// gives the claim back.
TEST(FirstFit, HearsOfAClaimTwice) {
  const Span claim{kMorning, kMorning + hours{1}};
  ClaimList source{{claim}};
  ScannedTimeline timeline{always_open_in_berlin(minutes{5}), &source};
  timeline.take(claim);
  EXPECT_EQ(timeline.first_fit(hours{1}, kYear), claim.end);
  timeline.give(claim);
  EXPECT_EQ(timeline.first_fit(hours{1}, kYear), kMorning);
  timeline.take(claim);
  EXPECT_EQ(timeline.first_fit(hours{1}, kYear), claim.end);
}

// A claim that is taken when planned, and again when written, is one claim, and is given back once.
TEST(FirstFit, TakesAClaimTwice) {
  const Span claim{kMorning, kMorning + hours{1}};
  ScannedTimeline timeline{always_open_in_berlin(minutes{5}), nullptr};
  timeline.take(claim);
  timeline.take(claim);
  EXPECT_EQ(timeline.first_fit(hours{1}, kYear), claim.end);
  timeline.give(claim);
  EXPECT_EQ(timeline.first_fit(hours{1}, kYear), kMorning);
}

}  // namespace
}  // namespace jb::test
