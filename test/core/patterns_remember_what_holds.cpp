// SPDX-License-Identifier: PostgreSQL
//
// Promise: together, all patterns cache no more bytes than their limit, and the cache never changes an answer. This
// holds after evictions, and after a pattern has taken over what another one cached under other overrides.
//
// Why it could break: calendars with many spans a day and an override every nine days have no two days alike, so a
// backend would keep each day of each of them. A cached day depends on the dates around it, so an override changes more
// than its own date.
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <memory>

#include "cctz_zone.hpp"
#include "core/free/hours.hpp"
#include "pick.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::days;
using std::chrono::minutes;

DaySpans spans_every(minutes period, minutes open) {
  DaySpans spans;
  for (Seconds start{0}; start + open <= kDay; start += period) spans.push_back({start, start + open});
  return spans;
}

Grid busy_grid(const Date& first, int overrides) {
  Grid grid{.zone = zone("Europe/Berlin"), .hours = {}, .slot_increment = minutes{1}};
  grid.hours.week.fill(spans_every(minutes{5}, minutes{4}));
  for (int i = 0; i < overrides; ++i) grid.hours.overrides[first + days{9 * i}] = spans_every(minutes{5}, minutes{3});
  return grid;
}

void expect_same(const Pattern& actual, const Pattern& expected, std::int64_t first, std::int64_t last) {
  for (auto chunk = first; chunk <= last; ++chunk) {
    ASSERT_EQ(actual.sum(0, chunk), expected.sum(0, chunk)) << "chunk " << chunk;
    ASSERT_EQ(Pieces(actual.pieces(chunk)), Pieces(expected.pieces(chunk))) << "chunk " << chunk;
  }
  for (auto block = first >> kFanoutBits; block <= last >> kFanoutBits; ++block)
    ASSERT_EQ(actual.sum(1, block), expected.sum(1, block)) << "block " << block;
}

const Date kFirst{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}.time_since_epoch()};
const std::int64_t kChunk = kFirst.time_since_epoch().count();

TEST(Patterns, RememberNoMoreThanIsSaid) {
  std::vector<std::unique_ptr<Pattern>> patterns;
  for (int i = 0; i < 40; ++i) patterns.push_back(std::make_unique<Pattern>(busy_grid(kFirst, 60)));
  for (const auto& pattern : patterns)
    for (auto chunk = kChunk; chunk < kChunk + 540; ++chunk) {
      pattern->pieces(chunk);
      ASSERT_LE(Pattern::remembered(), Pattern::kMostRemembered);
    }
  EXPECT_GT(Pattern::remembered(), Pattern::kMostRemembered / 2);
  expect_same(*patterns.front(), Pattern(busy_grid(kFirst, 60)), kChunk, kChunk + 40);
  patterns.clear();
  EXPECT_EQ(Pattern::remembered(), 0);
}

TEST(Patterns, KeepOfAnIrregularDayThatIsPassedItsSumAlone) {
  const Pattern pattern(busy_grid(kFirst, 400));
  for (auto block = kChunk >> kFanoutBits; block <= (kChunk + 3600) >> kFanoutBits; ++block) pattern.sum(1, block);
  EXPECT_LE(Pattern::remembered(), 500'000U) << "ten years of 288 spans a day";
}

TEST(Patterns, ForgetAloneToo) {
  const Pattern pattern(busy_grid(kFirst, 4'000));
  for (auto chunk = kChunk; chunk < kChunk + 16'000; ++chunk) pattern.pieces(chunk);
  EXPECT_LE(Pattern::remembered(), Pattern::kMostRemembered);
  expect_same(pattern, Pattern(busy_grid(kFirst, 4'000)), kChunk + 8'000, kChunk + 8'040);
}

RC_GTEST_PROP(Patterns, TakeOverWhatStillHolds, ()) {
  Grid grid = busy_grid(kFirst, 5);
  grid.zone = zone(pick_from(std::vector<std::string>{"Europe/Berlin", "Pacific/Apia", "America/New_York", "UTC"}));
  auto pattern = std::make_unique<Pattern>(grid);
  for (int round = 0; round < 5; ++round) {
    for (int asked = 0; asked < 20; ++asked) {
      const auto chunk = kChunk + static_cast<std::int64_t>(pick(-20, 80));
      pattern->pieces(chunk);
      pattern->sum(1, chunk >> kFanoutBits);
    }
    std::vector<Date> changed;
    for (int changes = static_cast<int>(pick(0, 3)); changes > 0; --changes) {
      const Date date = kFirst + days{pick(-10, 70)};
      changed.push_back(date);
      if (pick(0, 2) == 0)
        grid.hours.overrides.erase(date);
      else
        grid.hours.overrides[date] = spans_every(minutes{pick(6, 90)}, minutes{5});
    }
    pattern = std::make_unique<Pattern>(grid, *pattern, changed);
  }
  const Pattern fresh(grid);
  for (auto chunk = kChunk - 25; chunk <= kChunk + 85; ++chunk) {
    RC_ASSERT(pattern->sum(0, chunk) == fresh.sum(0, chunk));
    RC_ASSERT(Pieces(pattern->pieces(chunk)) == Pieces(fresh.pieces(chunk)));
    RC_ASSERT(pattern->sum(1, chunk >> kFanoutBits) == fresh.sum(1, chunk >> kFanoutBits));
  }
}

}  // namespace
}  // namespace jb::test
