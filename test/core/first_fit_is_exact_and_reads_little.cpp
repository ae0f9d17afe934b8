// SPDX-License-Identifier: PostgreSQL
//
// Promise: no valid start lies before the result of first_fit (rule 2.3.1), or after the result of last_fit. Called
// repeatedly, each of the two returns every valid start.
//
// Why it could break: free time ends at claims and their buffers, hours, full days, clock changes, and the borders of
// the windows in which claims are read. The increment leaves the wall clock's multiples at midnight and at changes.
// Claims taken and given back overlay what the source reports. Any of these, off by one second, is a double booking or
// a slot never offered.
//
// Promise: a search with a near result is cheap, and a search to the horizon reads each stretch of the calendar once.
// Free time that continues from one reading into the next is one stretch.
//
// Why it could break: a search that reads to the horizon at once costs every booking the whole year. A search that
// starts over for each longer window reads the calendar again and again. A search that forgets how the last window
// ended misses every long event.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cctz_zone.hpp"
#include "claim_list.hpp"
#include "oracle.hpp"
#include "random_calendar.hpp"
#include "scanned_timeline.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

constexpr int kQuestionsPerCalendar = 25;

Seconds random_length(Grain grain, Seconds longest) {
  const Seconds unit = grain == Grain::kSeconds || once_in(4) ? Seconds{1} : Seconds{300};
  const Seconds usual = std::min(longest, grain == Grain::kSeconds ? Seconds{900} : Seconds{3 * 3600});
  const Seconds most = once_in(5) ? longest : usual;
  return std::max(Seconds{1}, pick(1, std::max<std::int64_t>(1, most / unit)) * unit);
}

// Claims in order: many touch; some are long and extend over several days and windows.
std::vector<Span> random_claims(Grain grain, Span range) {
  std::vector<Span> claims;
  const Seconds longest = std::min(range.length() / 2, 3 * kDay);
  Instant start = range.start - random_length(grain, longest);
  const bool packed = once_in(3);
  while (start < range.end) {
    const Instant end = start + random_length(grain, longest);
    claims.push_back({start, end});
    start = once_in(packed ? 2 : 3) ? end : end + random_length(grain, packed ? Seconds{900} : longest);
  }
  return claims;
}

/// A timeline, and a plain list of its claims to compare it with.
struct Case {
  RandomCalendar calendar;
  Grain grain;
  std::vector<Span> occupied;
  std::vector<Span> full_days;
  ClaimList source;
  ScannedTimeline timeline;

  explicit Case(Grain grain) : Case(random_calendar(grain), grain) {}

  Case(RandomCalendar random, Grain grain)
      : calendar(std::move(random)),
        grain(grain),
        occupied(once_in(8) ? std::vector<Span>{} : random_claims(grain, calendar.range)),
        source(occupied),
        timeline(calendar.grid, occupied.empty() && once_in(2) ? nullptr : &source) {}

  void give(Span claim) {
    timeline.give(claim);
    occupied.erase(std::find(occupied.begin(), occupied.end(), claim));
  }

  void take(Span claim) {
    timeline.take(claim);
    occupied.insert(std::upper_bound(occupied.begin(), occupied.end(), claim, earlier), claim);
  }

  bool is_free(Span span) const {
    return std::none_of(occupied.begin(), occupied.end(), [&](const Span& claim) { return claim.overlaps(span); });
  }

  void close_or_reopen_a_day() {
    if (!full_days.empty() && once_in(2)) {
      timeline.reopen(full_days.back());
      full_days.pop_back();
      return;
    }
    const Instant somewhere = calendar.range.start + Seconds{pick(0, calendar.range.length().count())};
    const Zone& place = *calendar.grid.zone;
    const Span day = place.day(std::chrono::floor<std::chrono::days>(place.to_wall(somewhere)));
    const auto overlaps = [&](const Span& full) { return full.overlaps(day); };
    if (day.empty() || std::any_of(full_days.begin(), full_days.end(), overlaps)) return;
    timeline.close(day);
    full_days.push_back(day);
  }

  // Gives back claims, both the source's and the timeline's own, takes some of them again, and takes new claims.
  void change_at_random() {
    if (once_in(3)) close_or_reopen_a_day();
    for (auto changes = pick(0, 12); changes > 0; --changes) {
      if (!occupied.empty() && once_in(2)) {
        const Span claim = pick_from(occupied);
        give(claim);
        if (once_in(4)) take(claim);
      } else {
        const Instant start = calendar.range.start + Seconds{pick(0, calendar.range.length().count())};
        const Span claim{start, start + random_length(grain, kDay)};
        if (is_free(claim)) take(claim);
      }
    }
  }

  Span random_within() const {
    if (once_in(4)) return calendar.range;
    const auto length = calendar.range.length().count();
    const Instant a = calendar.range.start + Seconds{pick(-600, length)};
    return {a, a + Seconds{pick(-60, length)}};
  }

  Seconds random_duration() const { return random_length(grain, calendar.range.length()); }

  std::vector<Instant> fits(Seconds duration, Span within) const {
    const Grid& grid = calendar.grid;
    return oracle::fits({*grid.zone, grid.hours, grid.slot_increment, occupied, grid.buffer_before, grid.buffer_after,
                         full_days, grid.from_opening},
                        duration, within);
  }

  std::string about(Seconds duration, Span within) const {
    return written(calendar) + ", occupied " + written(occupied) + ", duration " + std::to_string(duration.count()) +
           " s within " + written(within);
  }
};

std::string start_text(std::optional<Instant> instant) { return instant ? utc(*instant) : "none"; }

void expect_first_and_last(Case& test, Seconds duration, Span within) {
  const auto fits = test.fits(duration, within);
  const auto first = fits.empty() ? std::nullopt : std::optional{fits.front()};
  const auto last = fits.empty() ? std::nullopt : std::optional{fits.back()};
  const auto first_found = test.timeline.first_fit(duration, within);
  const auto last_found = test.timeline.last_fit(duration, within);
  if (first_found != first)
    RC_FAIL("first fit " + start_text(first_found) + ", not " + start_text(first) + ": " +
            test.about(duration, within));
  if (last_found != last)
    RC_FAIL("last fit " + start_text(last_found) + ", not " + start_text(last) + ": " + test.about(duration, within));
}

void ask_at_random(Grain grain) {
  Case test{grain};
  for (int question = 0; question < kQuestionsPerCalendar; ++question) {
    if (question % 5 == 4) test.change_at_random();
    expect_first_and_last(test, test.random_duration(), test.random_within());
  }
}

RC_GTEST_PROP(FirstAndLastFit, MatchTheOracleByTheMinute, ()) { ask_at_random(Grain::kMinutes); }

RC_GTEST_PROP(FirstAndLastFit, MatchTheOracleByTheSecond, ()) { ask_at_random(Grain::kSeconds); }

Span longest_gap(const Case& test) {
  Span longest{test.calendar.range.start, test.calendar.range.start};
  for (std::size_t i = 1; i < test.occupied.size(); ++i) {
    const Span gap{test.occupied[i - 1].end, test.occupied[i].start};
    if (gap.length() > longest.length()) longest = gap;
  }
  return longest;
}

// The border between two readings falls into the longest gap, and the event takes half to all of that gap.
RC_GTEST_PROP(FirstAndLastFit, MatchTheOracleAcrossReadings, ()) {
  RandomCalendar calendar = random_calendar(Grain::kMinutes);
  calendar.range = {calendar.range.start - 30 * kDay, calendar.range.start + 30 * kDay};
  Case test{calendar, Grain::kMinutes};
  const Span gap = longest_gap(test);
  const auto length = gap.length().count();
  if (length < 2) return;
  const Instant border = gap.start + Seconds{pick(1, length - 1)};
  const Seconds reading = once_in(2) ? 21 * kDay : 7 * kDay;
  const Seconds duration{pick(length / 2, length)};
  expect_first_and_last(test, duration, {border - reading, gap.end + kDay});
  expect_first_and_last(test, duration, {gap.start - kDay, border + reading});
}

void enumerate(Case& test, Seconds duration, Span within) {
  const auto fits = test.fits(duration, within);
  std::vector<Instant> forwards, backwards;
  Span rest = within;
  while (const auto start = test.timeline.first_fit(duration, rest)) {
    forwards.push_back(*start);
    rest.start = *start + Seconds{1};
  }
  rest = within;
  while (const auto start = test.timeline.last_fit(duration, rest)) {
    backwards.push_back(*start);
    rest.end = *start + duration - Seconds{1};
  }
  std::reverse(backwards.begin(), backwards.end());
  if (forwards != fits) RC_FAIL("first fits differ: " + test.about(duration, within));
  if (backwards != fits) RC_FAIL("last fits differ: " + test.about(duration, within));
}

RC_GTEST_PROP(FirstAndLastFit, GiveEveryStartWhenAskedAgain, ()) {
  Case test{once_in(2) ? Grain::kMinutes : Grain::kSeconds};
  test.change_at_random();
  const Instant start = test.calendar.range.start + Seconds{pick(0, test.calendar.range.length().count() / 2)};
  enumerate(test, test.random_duration(), {start, std::min(start + kDay, test.calendar.range.end)});
}

// Books each result of first_fit until there is none. No two bookings overlap, and the oracle finds no start left.
RC_GTEST_PROP(FirstAndLastFit, FillACalendarWithoutOverlap, ()) {
  Case test{Grain::kMinutes};
  const Seconds duration = std::max(Seconds{900}, test.random_duration());
  const Span within{test.calendar.range.start, std::min(test.calendar.range.start + 3 * kDay, test.calendar.range.end)};
  bool forwards = true;
  while (const auto start =
             forwards ? test.timeline.first_fit(duration, within) : test.timeline.last_fit(duration, within)) {
    const Span claim{*start - test.calendar.grid.buffer_before, *start + duration + test.calendar.grid.buffer_after};
    if (!test.is_free(claim)) RC_FAIL(utc(*start) + " is not free: " + test.about(duration, within));
    test.take(claim);
    forwards = !forwards;
  }
  RC_ASSERT(test.fits(duration, within).empty());
}

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
