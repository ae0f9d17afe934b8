// SPDX-License-Identifier: PostgreSQL
//
// Promise: the first and the last start on several calendars are the first and the last start that fits on all of them.
// Each calendar's own zone, hours, increment and buffers apply (rules 2.3.2 to 2.3.4), after the longest notice and
// before the nearest horizon (rules 2.3.5 and 2.3.6).
//
// Why it could break: the search jumps from one calendar's next fit to the next calendar's. It must stop only when all
// calendars agree, not when two do, and must not jump over a start that fits on all calendars.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "claim_set.hpp"
#include "core/free/day_tree.hpp"
#include "core/scheduling/search.hpp"
#include "oracle.hpp"
#include "random_calendar.hpp"

namespace jb::test {
namespace {

using std::chrono::minutes;

struct Member {
  Grid grid;
  ClaimSet claims{};
  RowMap rows{};
  std::shared_ptr<DayTree> tree = nullptr;

  std::vector<Instant> fits(Seconds duration, Span within) const {
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
};

std::vector<Member> random_members(Span range) {
  std::vector<Member> members(static_cast<std::size_t>(pick(1, 4)));
  for (Member& member : members) {
    member.grid = random_grid(Grain::kMinutes, zone(pick_from(kZones)));
    member.tree = std::make_shared<DayTree>(std::make_shared<Pattern>(member.grid), member.rows, &member.claims);
    for (Instant start = range.start; start < range.end; start += minutes{5 * pick(1, 100)}) {
      const Span claim{start, start + minutes{5 * pick(1, 24)}};
      member.tree->take(claim);
      member.claims.add(claim);
      start = claim.end;
    }
    member.tree->flush();
  }
  return members;
}

std::vector<Instant> common_fits(const std::vector<Member>& members, Seconds duration, Span within) {
  std::vector<Instant> common = members[0].fits(duration, within);
  for (const Member& member : members) {
    std::vector<Instant> both;
    const auto fits = member.fits(duration, within);
    std::set_intersection(common.begin(), common.end(), fits.begin(), fits.end(), std::back_inserter(both));
    common = both;
  }
  return common;
}

RC_GTEST_PROP(SeveralCalendars, AgreeOnTheFirstAndTheLastFit, ()) {
  const Instant origin = random_origin(*zone("Europe/Berlin"));
  const Span within{origin, origin + pick(1, 2) * kDay};
  std::vector<Member> members = random_members(within);
  Timelines timelines;
  for (const Member& member : members) timelines.push_back(member.tree);
  for (int i = 0; i < 5; ++i) {
    const Seconds duration = minutes{pick_from(std::vector{1, 5, 15, 30, 60, 240})};
    const auto fits = common_fits(members, duration, within);
    RC_ASSERT(first_common_fit(timelines, duration, within) ==
              (fits.empty() ? std::nullopt : std::optional{fits.front()}));
    RC_ASSERT(last_common_fit(timelines, duration, within) ==
              (fits.empty() ? std::nullopt : std::optional{fits.back()}));
    if (fits.empty()) continue;
    const Span taken{fits.front(), fits.front() + duration};
    for (Member& member : members) member.tree->take(taken), member.claims.add(taken);
  }
}

// The marks of the two calendars never meet: the full hours of Kolkata are half an hour off those of Tokyo.
TEST(SeveralCalendars, MayNeverAgree) {
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  RowMap rows[2];
  Timelines both;
  for (const char* name : {"Asia/Kolkata", "Asia/Tokyo"})
    both.push_back(std::make_shared<DayTree>(std::make_shared<Pattern>(Grid{zone(name), hours, minutes{60}}),
                                             rows[both.size()], nullptr));
  const Instant now = at("2026-11-20T08:30:00Z");
  EXPECT_EQ(first_common_fit(both, minutes{30}, {now, now + 366 * kDay}), std::nullopt);
  EXPECT_EQ(last_common_fit(both, minutes{30}, {now, now + 366 * kDay}), std::nullopt);
}

Calendar calendar_of(int id, Grid grid, Seconds notice, Seconds horizon) {
  Calendar calendar;
  calendar.id = id;
  calendar.pattern = std::make_shared<Pattern>(std::move(grid));
  calendar.min_notice = notice;
  calendar.horizon = horizon;
  return calendar;
}

RC_GTEST_PROP(SeveralCalendars, OfferTheStartsThatAllOfThemHave, ()) {
  const Instant now = random_origin(*zone("Europe/Berlin"));
  std::vector<Member> members = random_members({now, now + 2 * kDay});
  std::vector<Calendar> calendars;
  Span open{now, now + 366 * kDay};
  for (const Member& member : members) {
    const Seconds notice = minutes{pick(0, 600)};
    const Seconds horizon = minutes{pick(600, 2'880)};
    open = intersection(open, {now + notice, now + horizon});
    calendars.push_back(calendar_of(static_cast<int>(calendars.size()) + 1, member.grid, notice, horizon));
  }
  Search search{calendars,
                [&](const Calendar& calendar) {
                  Member& member = members[static_cast<std::size_t>(calendar.id - 1)];
                  return std::make_unique<DayTree>(calendar.pattern, member.rows, &member.claims);
                },
                now};
  RC_ASSERT(search.bounds() == open);
  const Span within{now + minutes{pick(-600, 600)}, now + minutes{pick(600, 2'880)}};
  const Seconds duration = minutes{pick_from(std::vector{1, 5, 30, 240})};
  auto expected = common_fits(members, duration, intersection(within, open));
  const auto most = static_cast<std::size_t>(pick(1, 20));
  if (expected.size() > most) expected.resize(most);
  RC_ASSERT(search.open_starts(duration, within, most) == expected);
}

}  // namespace
}  // namespace jb::test
