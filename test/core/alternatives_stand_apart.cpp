// SPDX-License-Identifier: PostgreSQL
//
// Promise (rules 2.5.2 and 2.5.3): a refused start gets up to three open starts as alternatives, nearest first. No two
// alternatives would overlap. If both sides of the wish have non-overlapping starts, each side contributes one.
//
// Why it could break: the nearest starts are neighbours on the increment, and taking one start closes its neighbours.
// The nearest start on one side may close every start on the other side.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "cctz_zone.hpp"
#include "claim_set.hpp"
#include "core/scheduling/place.hpp"
#include "oracle.hpp"
#include "random_calendar.hpp"
#include "random_calls.hpp"
#include "scanned_timeline.hpp"

namespace jb::test {
namespace {

using std::chrono::minutes;

/// One calendar with random claims, and what the oracle finds open on it.
struct Day {
  Grid grid = random_grid(Grain::kMinutes, zone(pick_from(kZones)));
  ClaimSet claims{};
  Span within{};

  Day() {
    const Instant origin = random_origin(*grid.zone);
    within = {origin, origin + pick(1, 2) * kDay};
    for (Instant start = within.start; start < within.end; start += minutes{5 * pick(1, 100)}) {
      const Span claim{start, start + minutes{5 * pick(1, 24)}};
      claims.add(claim);
      start = claim.end;
    }
  }

  std::vector<Instant> open(Seconds duration) const {
    return oracle::fits({*grid.zone,
                         grid.hours,
                         grid.slot_increment,
                         claims.all(),
                         grid.buffer_before,
                         grid.buffer_after,
                         {},
                         grid.from_opening},
                        duration, within);
  }

  std::vector<Span> alternatives(Span wished) {
    Calendar calendar;
    calendar.id = 1;
    calendar.name = "ceo";
    calendar.pattern = std::make_shared<Pattern>(grid);
    Search search(
        {calendar}, [&](const Calendar&) { return std::make_shared<ScannedTimeline>(grid, &claims); }, within.start);
    return nearest_open(search, wished, {&within, 1}, [](Instant) { return std::optional(true); });
  }
};

bool overlap(Instant a, Instant b, Seconds duration) { return std::chrono::abs(a - b) < duration; }

struct Chosen {
  Span wished;
  std::vector<Instant> open;
  std::vector<Instant> starts;

  auto rank(Instant start) const { return std::tuple(std::chrono::abs(start - wished.start), start); }
  bool is_before(Instant start) const { return start < wished.start; }
  bool has_both(const std::vector<Instant>& all) const {
    return std::any_of(all.begin(), all.end(), [&](Instant b) {
      return is_before(b) && std::any_of(all.begin(), all.end(),
                                         [&](Instant a) { return !is_before(a) && !overlap(a, b, wished.length()); });
    });
  }
};

Chosen random_choice() {
  Day day;
  const Seconds duration = minutes{pick_from(std::vector{5, 15, 30, 60, 240})};
  const Instant start = day.within.start + minutes{pick(0, 2 * 24 * 60)};
  Chosen chosen{.wished = {start, start + duration}, .open = day.open(duration), .starts = {}};
  for (const auto& span : day.alternatives(chosen.wished)) {
    RC_ASSERT(span.length() == duration);
    chosen.starts.push_back(span.start);
  }
  return chosen;
}

RC_GTEST_PROP(Alternatives, AreOpenAndDoNotOverlap, ()) {
  const auto chosen = random_choice();
  const auto& starts = chosen.starts;
  RC_ASSERT(starts.size() <= 3U);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    RC_ASSERT(std::binary_search(chosen.open.begin(), chosen.open.end(), starts[i]));
    for (std::size_t j = 0; j < i; ++j) RC_ASSERT(!overlap(starts[i], starts[j], chosen.wished.length()));
    if (i > 0) RC_ASSERT(chosen.rank(starts[i - 1]) < chosen.rank(starts[i]));
  }
}

RC_GTEST_PROP(Alternatives, LieOnBothSidesWhereBothHaveRoom, ()) {
  const auto chosen = random_choice();
  RC_ASSERT(chosen.has_both(chosen.starts) == chosen.has_both(chosen.open));
}

RC_GTEST_PROP(Alternatives, BeginWithTheNearestUnlessItLeavesOneSideOut, ()) {
  const auto chosen = random_choice();
  if (chosen.open.empty()) return;
  const auto nearest = *std::min_element(chosen.open.begin(), chosen.open.end(),
                                         [&](Instant a, Instant b) { return chosen.rank(a) < chosen.rank(b); });
  auto with_nearest = chosen.open;
  std::erase_if(with_nearest, [&](Instant s) { return s != nearest && overlap(s, nearest, chosen.wished.length()); });
  if (chosen.has_both(with_nearest) == chosen.has_both(chosen.open)) RC_ASSERT(chosen.starts.front() == nearest);
}

RC_GTEST_PROP(Alternatives, AreAsManyAsThereIsRoomFor, ()) {
  const auto chosen = random_choice();
  if (chosen.starts.size() == 3) return;
  for (const auto start : chosen.open) {
    RC_ASSERT(std::any_of(chosen.starts.begin(), chosen.starts.end(),
                          [&](Instant taken) { return overlap(start, taken, chosen.wished.length()); }));
  }
}

struct Cancelled {};

// A clock that is set back over midnight shows the end of a date after the next one has begun. A search that takes the
// date on the clock, and then the next one, may come to a time that is past, and to the same time again, for ever.
TEST(Alternatives, OfDaysGoOnWhereAMidnightIsShownTwice) {
  const Account account([] {
    static int steps = 0;
    if (++steps == 100'000) throw Cancelled{};
  });
  Calendar ceo;
  ceo.name = "ceo";
  ceo.time_zone = "America/St_Johns";
  Hours open;
  for (auto& day : open.week) day = {{Seconds{0}, kDay}};
  ceo.pattern = std::make_shared<Pattern>(Grid{zone(ceo.time_zone), open});
  MemoryStore store([](const std::string& name) { return zone(name); }, ceo);
  store.begin(at("2010-11-04T12:00:00Z"));
  Fields taken;
  taken.event_name.set("taken");
  taken.start_timestamp.set(at("2010-11-05T12:00:00Z"));
  taken.duration.set(std::chrono::hours{39});  // until 23:30 on the 6th, which was already the 7th
  Fields day;
  day.event_name.set("a day");
  day.start_timestamp.set(at("2010-11-06T02:30:00Z"));
  day.days.set(1);
  const auto answer = make({.kind = Call::Kind::schedule_all, .requests = {taken, day}}, store);
  ASSERT_EQ(answer.outcomes.back().outcome, Verb::rejected);
  const auto& found = answer.outcomes.back().alternatives;
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(utc(found.front().start), "2010-11-08T03:30:00+00:00");
}

}  // namespace
}  // namespace jb::test
