// SPDX-License-Identifier: PostgreSQL
//
// Promise: a day tree gives the same first and last fit as a scan of all claims, and its rows agree with the claims.
// This holds after any booking, giving back, closing, change of settings or writing of rows.
//
// Why it could break: free time is cut at the borders of chunks, blocks and roots, and must join there again. Sums are
// saturated, and events can be longer than a saturated sum. Time that is given back extends to the neighbours' buffers
// and the next mark of the increment, perhaps into another chunk. Whole blocks are closed, and become untouched again.
// Days without a row follow a pattern that changes. A missing write, or a needless one, shows only when the tree is
// read again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "claim_list.hpp"
#include "core/free/day_tree.hpp"
#include "core/values/time.hpp"
#include "oracle.hpp"
#include "random_calendar.hpp"
#include "scanned_timeline.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::days;

constexpr int kStepsPerCalendar = 150;

bool overlaps_any(const std::vector<Span>& spans, Span wanted) {
  return std::any_of(spans.begin(), spans.end(), [&](const Span& span) { return span.overlaps(wanted); });
}

/// A range that contains a border between two chunks, blocks or roots.
Span range_at_a_border(const Pattern& pattern, Instant origin, Seconds length) {
  const int level = static_cast<int>(pick(0, kRootLevel));
  const Instant border = pattern.span_of(level, pattern.block_at(level, origin)).end;
  return {border - length / 2, border + length / 2};
}

/// The stored state: the claims and full days that a source reports, and the tree's rows.
struct Written {
  std::vector<Span> claims;
  std::vector<Span> full_days;
};

/// A calendar's day tree, and a plain list of the calendar's claims to compare it with.
class Twin {
 public:
  Twin(RandomCalendar random, Grain grain, Seconds longest)
      : calendar_(std::move(random)), grain_(grain), longest_(longest) {
    calendar_.range = range_at_a_border(Pattern{calendar_.grid}, calendar_.range.start, calendar_.range.length());
    reopen();
  }

  void step() {
    switch (pick(0, 15)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return book(true);
      case 4:
      case 5:
        return book(false);
      case 6:
        return claim_anywhere();
      case 7:
      case 8:
      case 9:
        return cancel();
      case 10:
        return close_or_reopen_a_day();
      case 11:
        return once_in(3) ? flush() : compare();
      case 12:
        return flush_and_reopen();
      case 13:
        return once_in(2) ? roll_back() : override_a_day();
      case 14:
        return once_in(4) ? change_pattern() : override_a_day();
      default:
        return ask_the_oracle();
    }
  }

  void compare() {
    flush();
    const auto differences = tree_->compare(now_.claims, now_.full_days);
    if (!differences.empty()) RC_FAIL(differences.front() + ": " + about());
  }

 private:
  std::string about() const { return written(calendar_) + ", claims " + written(now_.claims) + log_; }

  void note(const std::string& what) { log_ += "\n" + what; }

  Seconds random_duration() const {
    const Seconds unit = grain_ == Grain::kSeconds || once_in(4) ? Seconds{1} : Seconds{300};
    const Seconds usual = grain_ == Grain::kSeconds ? Seconds{900} : Seconds{4 * 3600};
    const Seconds most = once_in(6) ? longest_ : std::min(usual, longest_);
    return std::max(Seconds{1}, pick(1, std::max<std::int64_t>(1, most / unit)) * unit);
  }

  Instant random_instant() const { return calendar_.range.start + Seconds{pick(0, calendar_.range.length().count())}; }

  Span random_within() const {
    if (once_in(3)) return calendar_.range;
    const Instant a = random_instant();
    return {a, a + Seconds{pick(-60, calendar_.range.length().count())}};
  }

  std::optional<Instant> expect_same(Seconds duration, Span within, bool first) {
    ClaimList source;
    source.set(now_.claims, now_.full_days);
    ScannedTimeline scan{calendar_.grid, &source};
    const auto expected = first ? scan.first_fit(duration, within) : scan.last_fit(duration, within);
    const auto found = first ? tree_->first_fit(duration, within) : tree_->last_fit(duration, within);
    if (found != expected)
      RC_FAIL(std::string(first ? "first" : "last") + " fit of " + std::to_string(duration.count()) + " s within " +
              written(within) + " is " + (expected ? utc(*expected) : "none") + ", not " +
              (found ? utc(*found) : "none") + ": " + about());
    return found;
  }

  void book(bool first) {
    const Seconds duration = random_duration();
    const auto start = expect_same(duration, random_within(), first);
    if (!start) return;
    const Span event{*start, *start + duration};
    RC_ASSERT(tree_->first_fit(duration, event));
    take({event.start - calendar_.grid.buffer_before, event.end + calendar_.grid.buffer_after});
    RC_ASSERT(!tree_->first_fit(duration, event));
  }

  // Fixed events also lie outside the hours, off the increment, and last for days and months.
  void claim_anywhere() {
    const Instant start = random_instant();
    const Span claim{start, start + random_duration()};
    if (!overlaps_any(now_.claims, claim)) take(claim);
  }

  void take(Span claim) {
    note("take " + written(claim));
    tree_->take(claim);
    if (once_in(4)) tree_->take(claim);
    now_.claims.insert(std::upper_bound(now_.claims.begin(), now_.claims.end(), claim, earlier), claim);
  }

  void cancel() {
    if (now_.claims.empty()) return;
    const Span claim = pick_from(now_.claims);
    note("give " + written(claim));
    tree_->give(claim);
    if (once_in(4)) tree_->give(claim);
    std::erase(now_.claims, claim);
  }

  Date random_date() const { return std::chrono::floor<days>(calendar_.grid.zone->to_wall(random_instant())); }

  void close_or_reopen_a_day() {
    auto& full = now_.full_days;
    const Span day = full.empty() || once_in(2) ? calendar_.grid.zone->day(random_date()) : pick_from(full);
    if (std::find(full.begin(), full.end(), day) != full.end()) {
      note("reopen " + written(day));
      tree_->reopen(day);
      std::erase(full, day);
    } else if (!day.empty() && !overlaps_any(full, day)) {
      note("close " + written(day));
      tree_->close(day);
      full.insert(std::upper_bound(full.begin(), full.end(), day, earlier), day);
    }
  }

  void flush() {
    note("flush");
    before_ = now_;
    source_.set(now_.claims, now_.full_days);
    tree_->flush();
  }

  void reopen() { tree_ = std::make_unique<DayTree>(std::make_shared<Pattern>(calendar_.grid), rows_, &source_); }

  void flush_and_reopen() {
    flush();
    reopen();
  }

  void roll_back() {
    note("roll back");
    now_ = before_;
    reopen();
  }

  void override_a_day() {
    flush();
    const Date date = random_date();
    note("override " + format_date(date));
    auto& overrides = calendar_.grid.hours.overrides;
    if (overrides.count(date) > 0 && once_in(2))
      overrides.erase(date);
    else
      overrides[date] = random_day(grain_);
    reopen();
    tree_->refresh(calendar_.grid.zone->day(date));
    flush();
  }

  void change_pattern() {
    flush();
    note("rebuild");
    calendar_.grid = random_grid(grain_, calendar_.grid.zone);
    reopen();
    tree_->rebuild(now_.claims, now_.full_days);
    flush_and_reopen();
  }

  void ask_the_oracle() {
    const Grid& grid = calendar_.grid;
    const Seconds duration = random_duration();
    const Instant start = random_instant();
    const Span within{start,
                      start + std::min(grain_ == Grain::kSeconds ? Seconds{3'600} : kDay, calendar_.range.length())};
    const auto fits = oracle::fits({*grid.zone, grid.hours, grid.slot_increment, now_.claims, grid.buffer_before,
                                    grid.buffer_after, now_.full_days, grid.from_opening},
                                   duration, within);
    const auto first = expect_same(duration, within, true), last = expect_same(duration, within, false);
    RC_ASSERT(first == (fits.empty() ? std::nullopt : std::optional{fits.front()}));
    RC_ASSERT(last == (fits.empty() ? std::nullopt : std::optional{fits.back()}));
  }

  RandomCalendar calendar_;
  Grain grain_;
  Seconds longest_;
  Written now_;
  Written before_;  // as of the last flush
  ClaimList source_;
  RowMap rows_;
  std::unique_ptr<DayTree> tree_;
  std::string log_;
};

void live(RandomCalendar calendar, Grain grain, Seconds longest) {
  Twin twin{std::move(calendar), grain, longest};
  for (int i = 0; i < kStepsPerCalendar; ++i) twin.step();
  twin.compare();
}

RC_GTEST_PROP(DayTree, MatchesTheScanByTheMinute, ()) {
  const RandomCalendar calendar = random_calendar(Grain::kMinutes);
  live(calendar, Grain::kMinutes, calendar.range.length());
}

RC_GTEST_PROP(DayTree, MatchesTheScanByTheSecond, ()) {
  const RandomCalendar calendar = random_calendar(Grain::kSeconds);
  live(calendar, Grain::kSeconds, calendar.range.length());
}

// Events that last months, on calendars that are often open day and night: far beyond the saturation, over many blocks.
RC_GTEST_PROP(DayTree, MatchesTheScanOverYears, ()) {
  RandomCalendar calendar = random_calendar(Grain::kMinutes);
  if (once_in(2)) calendar.grid.hours.week.fill({{Seconds{0}, kDay}});
  calendar.range.end = calendar.range.start + pick(40, 900) * kDay;
  live(calendar, Grain::kMinutes, 100 * kDay);
}

// A claim of eight years covers whole roots, which no parent could mark as closed.
TEST(DayTree, TakesClaimsLongerThanItsRoots) {
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  const auto pattern = std::make_shared<Pattern>(Grid{zone("Europe/Berlin"), hours, Seconds{300}});
  const Instant now = at("2026-11-20T08:30:00Z");
  const Span claim{now, now + 3'000 * kDay};
  RowMap rows;
  ClaimList source{{claim}};
  DayTree tree{pattern, rows, &source};
  tree.take(claim);
  EXPECT_EQ(tree.first_fit(Seconds{300}, {now, now + 3'660 * kDay}), claim.end);
  tree.flush();
  EXPECT_EQ((DayTree{pattern, rows, &source}.first_fit(Seconds{300}, {now, now + 3'660 * kDay})), claim.end);
  EXPECT_EQ(tree.compare({claim}, {}), std::vector<std::string>{});
  tree.give(claim);
  tree.flush();
  EXPECT_EQ(tree.first_fit(Seconds{300}, {now, now + 3'660 * kDay}), now);
  EXPECT_EQ(tree.compare({}, {}), std::vector<std::string>{});
}

// The clock jumps from 23:30 to midnight. 23:45 is read with the offset before the jump, so a span on 1 May ends a
// quarter of an hour after that day does.
TEST(DayTree, RefreshesWhatAnOverriddenDateReachesBeyondItsDay) {
  const auto place = std::make_shared<TableZone>(
      Seconds{0}, std::vector<TableZone::Change>{{at("2026-05-01T23:30:00Z"), std::chrono::minutes{30}}});
  Grid grid{place, {}, Seconds{60}};
  grid.hours.overrides[date("2026-05-01")] = {
      {std::chrono::hours{22}, std::chrono::hours{23} + std::chrono::minutes{45}}};
  ASSERT_EQ(utc(place->day(date("2026-05-01")).end), "2026-05-01T23:30:00+00:00");
  RowMap rows;
  const std::vector<Span> claims{{at("2026-05-01T22:00:00Z"), at("2026-05-01T22:10:00Z")}};
  DayTree{std::make_shared<Pattern>(grid), rows, nullptr}.rebuild(claims);
  grid.hours.overrides.clear();
  ClaimList source{claims};
  DayTree tree{std::make_shared<Pattern>(grid), rows, &source};
  tree.refresh(place->day(date("2026-05-01")));
  tree.flush();
  EXPECT_EQ(tree.compare(claims, {}), std::vector<std::string>{});
}

}  // namespace
}  // namespace jb::test
