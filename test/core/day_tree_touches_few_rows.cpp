// SPDX-License-Identifier: PostgreSQL
//
// Promise: however many events a calendar holds, a search reads a handful of rows in two or three round trips. A
// booking or a cancellation writes its day and one or two sums. An untouched day costs no row, and a reader writes
// none.
//
// Why it could break: a sum that is no longer a bound sends searches into days without room. A calendar that is filled
// and emptied for years accumulates rows that no search needs. An event of months takes a row for each of its days. A
// search over endless free time climbs for ever.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "cctz_zone.hpp"
#include "claim_set.hpp"
#include "core/free/day_tree.hpp"
#include "sanitized.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Instant kNow = at("2026-11-20T08:30:00Z");
const Span kHorizon{kNow, kNow + 366 * kDay};
const Span kFarthestHorizon{kNow, kNow + 3660 * kDay};

std::shared_ptr<Pattern> always_open(Seconds increment) {
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  return std::make_shared<Pattern>(Grid{zone("Europe/Berlin"), hours, increment});
}

std::shared_ptr<Pattern> office() {
  Hours hours;
  for (int day = 0; day < 5; ++day) hours.week[day] = {{std::chrono::hours{8}, std::chrono::hours{17}}};
  return std::make_shared<Pattern>(Grid{zone("Europe/Berlin"), hours, minutes{5}});
}

// A million events take two minutes under a sanitizer, and show it nothing new.
std::vector<std::size_t> sizes() {
  if (is_sanitized()) return {1'000, 100'000};
  return {1'000, 100'000, 1'000'000};
}

/// A calendar on which each call begins with only the stored rows, as a transaction does.
struct Counted {
  std::shared_ptr<Pattern> pattern;
  CountingStore store{};
  ClaimSet claims{};

  DayTree tree() { return {pattern, store, &claims}; }

  std::optional<Span> book(Seconds duration, Span within) {
    DayTree tree = this->tree();
    const auto start = tree.first_fit(duration, within);
    if (!start) return std::nullopt;
    take(tree, {*start, *start + duration});
    tree.flush();
    return Span{*start, *start + duration};
  }

  void take(DayTree& tree, Span claim) {
    tree.take(claim);
    claims.add(claim);
  }

  void cancel(Span claim) {
    DayTree tree = this->tree();
    tree.give(claim);
    claims.remove(claim);
    tree.flush();
  }

  /// Books `count` events by first fit, back to back, day after day; for every three booked, a recent one is cancelled.
  void fill_over_time(std::size_t count, Seconds mean);
};

void Counted::fill_over_time(std::size_t count, Seconds mean) {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> length{1, static_cast<int>(2 * mean.count() / 10)};
  DayTree tree = this->tree();
  std::vector<Span> recent;
  Instant now = kNow;
  for (std::size_t i = 0; claims.size() < count; ++i) {
    const Seconds duration{10 * length(random)};
    const Instant start = tree.first_fit(duration, {now, now + 366 * kDay}).value();
    take(tree, {start, start + duration});
    recent.push_back({start, start + duration});
    if (i % 3 == 2) {
      const Span cancelled = recent[random() % recent.size()];
      std::erase(recent, cancelled);
      tree.give(cancelled);
      claims.remove(cancelled);
    }
    if (recent.size() > 300) recent.erase(recent.begin(), recent.begin() + 200);
    if (i % 1'000 == 999) now += mean * 600;  // two thirds of 1,000 bookings stay
    if (i % 100 == 99) tree.flush();
  }
  tree.flush();
}

TEST(DayTreeCost, IsOneRoundTripOnAnEmptyCalendar) {
  for (const auto& pattern : {always_open(minutes{5}), office()}) {
    Counted calendar{pattern};
    EXPECT_EQ(utc(calendar.tree().first_fit(minutes{30}, kHorizon).value()), "2026-11-20T08:30:00+00:00");
    EXPECT_TRUE(calendar.tree().last_fit(minutes{30}, kHorizon));
    EXPECT_EQ(calendar.store.trips, 2);
    EXPECT_LE(calendar.store.loads, 2 * 3);
    EXPECT_EQ(calendar.store.saves, 0);
  }
}

TEST(DayTreeCost, IsNoRowOutsideTheHours) {
  Counted calendar{office()};
  calendar.book(hours{9}, kHorizon);
  calendar.store = {};
  for (const auto* evening : {"2026-11-20T17:30:00Z", "2026-11-20T22:45:00Z"}) {
    const Span event{at(evening), at(evening) + minutes{30}};
    DayTree tree = calendar.tree();
    EXPECT_FALSE(tree.first_fit(event.length(), event)) << evening;
    calendar.take(tree, event);
    calendar.claims.remove(event);
    tree.give(event);
    tree.flush();
  }
  EXPECT_EQ(calendar.store.loads, 0);
}

TEST(DayTreeCost, StopsAtTheHorizonOnAnEmptyCalendar) {
  Counted calendar{office()};
  EXPECT_EQ(calendar.tree().first_fit(hours{10}, kFarthestHorizon), std::nullopt);
  EXPECT_EQ(calendar.tree().last_fit(hours{10}, kFarthestHorizon), std::nullopt);
  EXPECT_LE(calendar.store.loads, 2 * (3 + 4));
}

TEST(DayTreeCost, IsOneRoundTripWhereTimeIsOpenForYears) {
  Counted calendar{always_open(Seconds{1})};
  EXPECT_EQ(calendar.tree().first_fit(366 * kDay, kHorizon), kNow);
  EXPECT_EQ(calendar.tree().last_fit(366 * kDay, kHorizon), kNow);
  EXPECT_LE(calendar.store.loads, 2 * (3 + 1));
  EXPECT_EQ(calendar.tree().first_fit(366 * kDay, {kNow, kHorizon.end - Seconds{1}}), std::nullopt);
}

// Days with a thousand events and gaps everywhere; no gap is long enough before the last day.
TEST(DayTreeCost, OfASearchDoesNotGrowWithTheEventsPassed) {
  for (const int count : sizes()) {
    Counted calendar{always_open(Seconds{1})};
    DayTree tree = calendar.tree();
    for (int i = 0; i < count; ++i) {
      const Instant start = kNow + i * Seconds{86};
      tree.take({start, start + Seconds{66}});
    }
    tree.flush();
    calendar.store.count_anew();
    EXPECT_EQ(calendar.tree().first_fit(Seconds{20}, kHorizon), kNow + Seconds{66});
    EXPECT_EQ(calendar.tree().first_fit(Seconds{21}, kFarthestHorizon), kNow + count * Seconds{86} - Seconds{20});
    EXPECT_EQ(calendar.tree().first_fit(9 * kDay, kFarthestHorizon), kNow + count * Seconds{86} - Seconds{20});
    EXPECT_LE(calendar.store.trips, 1 + 4 + 4) << count;
    EXPECT_LE(calendar.store.loads, 3 + 6 + 6) << count;
  }
}

TEST(DayTreeCost, OfABookingDoesNotGrowWithTheEvents) {
  for (const auto count : sizes()) {
    Counted calendar{always_open(Seconds{10})};
    calendar.fill_over_time(count, Seconds{80});
    std::mt19937 random{11};
    const std::vector<Span> all = calendar.claims.all();
    const std::size_t rows = calendar.store.map.rows.size();
    int most_trips = 0, most_loads = 0, most_saves = 0;
    const auto note = [&] {
      most_trips = std::max(most_trips, calendar.store.trips);
      most_loads = std::max(most_loads, calendar.store.loads);
      most_saves = std::max(most_saves, calendar.store.saves);
      calendar.store.count_anew();
    };
    calendar.store.count_anew();
    for (int i = 0; i < 1'000; ++i) {
      const Span claim = all[random() % all.size()];
      if (calendar.claims.claims(claim) != std::vector{claim}) continue;
      calendar.cancel(claim);
      note();
      const Seconds duration{10 + 10 * static_cast<int>(random() % 30)};
      const Instant from = all[random() % all.size()].start;
      ASSERT_TRUE(calendar.book(duration, {from, from + 3660 * kDay}));
      note();
    }
    EXPECT_LE(most_trips, 4) << count;
    EXPECT_LE(most_loads, 7) << count;
    EXPECT_LE(most_saves, 4) << count << ": a claim across midnight has two days, each with its sums";
    EXPECT_LE(calendar.store.map.rows.size(), rows + 8) << count;
    const auto differences = calendar.tree().compare(calendar.claims.all(), {});
    EXPECT_TRUE(differences.empty()) << differences.front();
  }
}

TEST(DayTreeCost, OfABatchIsItsDays) {
  Counted calendar{office()};
  DayTree tree = calendar.tree();
  for (int i = 0; i < 1'000; ++i) {
    const Instant start = tree.first_fit(minutes{30}, kHorizon).value();
    calendar.take(tree, {start, start + minutes{30}});
  }
  tree.flush();
  const int working_days = 1'000 / 18 + 2;
  EXPECT_LE(calendar.store.saves, working_days + 4 + 1);
  EXPECT_LE(calendar.store.trips, working_days + 4 + 1);
}

TEST(DayTreeCost, OfALongEventIsItsEnds) {
  for (const auto& pattern : {always_open(minutes{5}), office()}) {
    Counted calendar{pattern};
    DayTree tree = calendar.tree();
    const Span claim{kNow + hours{1}, kNow + 366 * kDay};
    calendar.take(tree, claim);
    tree.flush();
    EXPECT_LE(calendar.store.saves, 2 * 3);
    calendar.cancel(claim);
    EXPECT_LE(calendar.store.map.rows.size(), 2U * 3U);
    EXPECT_TRUE(calendar.tree().compare({}, {}).empty());
  }
}

TEST(DayTreeCost, OfWhatLiesOutsideTheHoursIsNothing) {
  Counted calendar{office()};
  DayTree tree = calendar.tree();
  calendar.take(tree, {at("2026-11-21T00:00:00Z"), at("2026-11-22T20:00:00Z")});
  calendar.take(tree, {at("2026-11-23T18:00:00Z"), at("2026-11-23T23:30:00Z")});
  tree.flush();
  EXPECT_TRUE(calendar.store.map.rows.empty());
  EXPECT_EQ(calendar.store.saves, 0);
}

// A row is written when its bytes differ from the stored ones, not when a call touched the row.
TEST(DayTreeCost, OfWhatIsTakenAndGivenBackIsNothing) {
  Counted calendar{office()};
  ASSERT_TRUE(calendar.book(minutes{30}, kHorizon));
  calendar.store.count_anew();
  DayTree tree = calendar.tree();
  const Instant start = tree.first_fit(minutes{30}, kHorizon).value();
  tree.take({start, start + minutes{30}});
  tree.give({start, start + minutes{30}});
  tree.flush();
  EXPECT_EQ(calendar.store.saves, 0);
}

// Rows are updated in place, so that the table can prune them, and nothing grows.
TEST(DayTreeCost, OfBookingAndCancellingForEverIsTheSameRows) {
  Counted calendar{office()};
  for (int i = 0; i < 1'000; ++i) {
    const Span claim = calendar.book(minutes{30}, kHorizon).value();
    EXPECT_EQ(claim.start, kNow);
    calendar.cancel(claim);
  }
  EXPECT_EQ(calendar.store.map.rows.size(), 3U);
  EXPECT_TRUE(calendar.tree().compare({}, {}).empty());
}

TEST(DayTreeCost, OfAReaderIsNoWrite) {
  Counted calendar{office()};
  const Span hold = calendar.book(minutes{30}, kHorizon).value();
  calendar.store.count_anew();
  DayTree reader = calendar.tree();
  EXPECT_EQ(reader.first_fit(minutes{30}, kHorizon), hold.end);
  reader.give(hold);  // the hold is past its deadline
  EXPECT_EQ(reader.first_fit(minutes{30}, kHorizon), hold.start);
  EXPECT_EQ(calendar.store.saves, 0);
  EXPECT_EQ(calendar.tree().first_fit(minutes{30}, kHorizon), hold.end);
}

}  // namespace
}  // namespace jb::test
