// SPDX-License-Identifier: PostgreSQL
//
// Promise: polls recommend what the first scheduler of this kind recommended, or differ for a reason given with the
// case. test/core/data/poll_vectors.json holds the cases with their sources; its members "ours" and "why" record an
// intended difference.
//
// Why it could break: the users of that scheduler know its answers and would notice any other difference.
//
// Promise: a poll recommends what rules 9.5 and 9.6 say, exact to the second. For each pair (P, Y) that occurs, the
// recommendations are the maximal runs of starts at which at least these participants are free. More in P come first,
// then more in Y, then the earlier start. A smaller limit gives the same list, cut short.
//
// Why it could break: the sweep keeps numbers, not sets, and recomputes the free participants for the few starts that
// it shows. It detects a run that lies wholly in better runs by comparing it with these better runs alone. Participants
// choose the shape of the poll: many equal cells beside a few better ones, which only the last participants
// distinguish.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "cctz_zone.hpp"
#include "core/polls/poll.hpp"
#include "core/values/input.hpp"
#include "pick.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using nlohmann::json;

Instant utc_instant(const json& text) { return at(std::string{text} + "Z"); }

std::string wall_text(Instant instant) { return utc(instant).substr(0, 19); }

json suggest(const json& given) {
  std::map<std::string, std::vector<Span>> intervals;
  Span frame{Instant::max(), Instant::min()};
  for (const json& interval : given["intervals"]) {
    const Span span{utc_instant(interval["start"]), utc_instant(interval["end"])};
    intervals[interval["participant"]].push_back(span);
    frame = {std::min(frame.start, span.start), std::max(frame.end, span.end)};
  }
  std::vector<std::string> names;
  std::vector<PollSchedule> schedules;
  for (const auto& [name, spans] : intervals) {
    names.push_back(name);
    schedules.push_back(make_schedule(spans, {}));
  }
  const Seconds duration{given["duration_s"].get<int>()};
  const auto most = given["limit"].is_null() || given["limit"] <= 0 ? 1'000 : given["limit"].get<std::size_t>();
  json suggestions = json::array();
  for (const auto& found : rank(schedules, frame.empty() ? std::vector<Span>{} : std::vector{frame}, duration, most)) {
    json participants = json::array();
    for (const auto place : found.participants) participants.push_back(names[place]);
    suggestions.push_back({{"start", wall_text(found.earliest_start)},
                           {"end", wall_text(found.latest_start + duration)},
                           {"participants", participants}});
  }
  return suggestions;
}

TEST(Polls, AreRankedAsPublished) {
  std::ifstream file(JB_SOURCE_DIR "/test/core/data/poll_vectors.json");
  const json all = json::parse(file);
  ASSERT_EQ(all["vectors"].size(), 12U);
  for (const json& vector : all["vectors"]) {
    const json found = suggest(vector["given"]);
    ASSERT_EQ(vector.contains("ours"), vector.contains("why")) << vector["id"];
    const json& expected = vector.contains("ours") ? vector["ours"] : vector["expect"];
    EXPECT_EQ(found, expected["suggestions"]) << vector["id"];
    if (vector.contains("ours")) {
      EXPECT_NE(found, vector["expect"]["suggestions"]) << vector["id"] << " differs no longer";
    }
  }
}

using Places = std::vector<std::uint32_t>;

/// The parts of a recommendation that decide its order.
struct Ranked {
  std::size_t free;
  std::size_t yes;
  Instant earliest;
  Places participants;
  Places with_yes;
  Instant latest;

  auto key() const {
    return std::tuple(-static_cast<long>(free), -static_cast<long>(yes), earliest, participants, with_yes, latest);
  }
  bool operator==(const Ranked& other) const { return key() == other.key(); }
  bool operator<(const Ranked& other) const { return key() < other.key(); }
};

std::ostream& operator<<(std::ostream& out, const Ranked& row) {
  out << utc(row.earliest) << " to " << utc(row.latest) << ":";
  for (const auto place : row.participants) out << ' ' << place;
  out << " with yes:";
  for (const auto place : row.with_yes) out << ' ' << place;
  return out << '\n';
}

bool holds(const std::vector<Span>& spans, Span event) {
  return std::any_of(spans.begin(), spans.end(), [&](const Span& span) { return span.contains(event); });
}

std::vector<Span> free_of(const PollSchedule& schedule) {
  auto free = schedule.yes;
  free.insert(free.end(), schedule.if_need_be.begin(), schedule.if_need_be.end());
  std::set<std::int64_t> seconds;
  for (const Span& span : free)
    for (auto t = span.start; t < span.end; t += Seconds{1}) seconds.insert(t.time_since_epoch().count());
  std::vector<Span> joined;
  for (const auto second : seconds) {
    const Instant start{Seconds{second}};
    if (!joined.empty() && joined.back().end == start)
      joined.back().end += Seconds{1};
    else
      joined.push_back({start, start + Seconds{1}});
  }
  return joined;
}

/// The recommendations, computed by checking every second.
std::vector<Ranked> oracle(const std::vector<PollSchedule>& schedules, const std::vector<Span>& open,
                           Seconds duration) {
  std::map<Instant, std::pair<Places, Places>> by_start;
  std::vector<std::vector<Span>> all_free;
  for (const auto& schedule : schedules) all_free.push_back(free_of(schedule));
  for (const Span& span : open) {
    for (auto start = span.start; start + duration <= span.end; start += Seconds{1}) {
      auto& [free, yes] = by_start[start];
      for (std::uint32_t i = 0; i < schedules.size(); ++i) {
        if (holds(all_free[i], {start, start + duration})) free.push_back(i);
        if (holds(schedules[i].yes, {start, start + duration})) yes.push_back(i);
      }
    }
  }
  std::set<std::pair<Places, Places>> pairs;
  for (const auto& [start, pair] : by_start) pairs.insert(pair);
  const auto includes = [](const Places& all, const Places& some) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
  };
  std::vector<Ranked> rows;
  for (const auto& [free, yes] : pairs) {
    if (free.empty()) continue;
    std::optional<Ranked> run;
    for (const auto& [start, pair] : by_start) {
      if (!includes(pair.first, free) || !includes(pair.second, yes)) continue;
      if (!run || run->latest + Seconds{1} != start) {
        if (run) rows.push_back(*run);
        run = Ranked{free.size(), yes.size(), start, free, yes, start};
      }
      run->latest = start;
    }
    rows.push_back(*run);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<Ranked> ranked(const std::vector<PollSchedule>& schedules, const std::vector<Span>& open, Seconds duration,
                           std::size_t most = 100'000) {
  std::vector<Ranked> rows;
  for (const auto& found : rank(schedules, open, duration, most)) {
    Places yes;
    std::set_difference(found.participants.begin(), found.participants.end(), found.if_need_be.begin(),
                        found.if_need_be.end(), std::back_inserter(yes));
    rows.push_back(
        {found.participants.size(), yes.size(), found.earliest_start, found.participants, yes, found.latest_start});
  }
  return rows;
}

std::vector<Span> random_intervals(Span within, int most) {
  std::vector<Span> spans;
  for (auto n = pick(0, most); n > 0; --n) {
    const auto start = within.start + Seconds{pick(0, within.length().count() - 1)};
    spans.push_back({start, start + Seconds{pick(1, (within.end - start).count())}});
  }
  return spans;
}

RC_GTEST_PROP(Polls, AreRankedAsTheOracleSays, ()) {
  const Instant origin = at("2026-11-23T08:00:00Z");
  const Span frame{origin, origin + Seconds{pick(1, 60)}};
  std::vector<PollSchedule> schedules;
  // With more than sixty-four participants, some are not among those by which cells are distinguished.
  const auto count = once_in(5) ? pick(60, 70) : pick(1, 6);
  for (auto i = count; i > 0; --i)
    schedules.push_back(make_schedule(random_intervals(frame, count > 6 ? 1 : 4), random_intervals(frame, 2)));
  auto open = once_in(2) ? std::vector{frame} : random_intervals(frame, 3);
  join_adjoining(open);
  const Seconds duration{pick(1, once_in(3) ? frame.length().count() : 8)};
  const auto expected = oracle(schedules, open, duration);
  RC_ASSERT(ranked(schedules, open, duration) == expected);
  const auto limit = static_cast<std::size_t>(pick(1, 10));
  const auto first = ranked(schedules, open, duration, limit);
  RC_ASSERT(first == std::vector<Ranked>(expected.begin(), expected.begin() + std::min(limit, expected.size())));
  for (const auto& row : first) {
    const auto free = free_at(schedules, row.earliest, duration);
    RC_ASSERT(std::includes(free.begin(), free.end(), row.participants.begin(), row.participants.end()));
  }
}

// Few members with many intervals make many cells of few numbers: large groups, beside many better cells.
RC_GTEST_PROP(Polls, AreRankedAsTheOracleSaysInManyCells, ()) {
  const Instant origin = at("2026-11-23T08:00:00Z");
  const Span frame{origin, origin + Seconds{pick(100, 300)}};
  std::vector<PollSchedule> schedules(static_cast<std::size_t>(pick(0, 100)));  // members who are never free come first
  for (auto i = pick(2, 7); i > 0; --i) {
    std::vector<Span> yes;
    std::vector<Span> if_need_be;
    for (auto start = frame.start + Seconds{pick(0, 5)}; start + Seconds{12} < frame.end; start += Seconds{pick(2, 12)})
      (once_in(4) ? if_need_be : yes).push_back({start, start + Seconds{pick(1, 12)}});
    schedules.push_back(make_schedule(yes, if_need_be));
  }
  const auto expected = oracle(schedules, {frame}, Seconds{1});
  RC_ASSERT(ranked(schedules, {frame}, Seconds{1}) == expected);
  const auto limit = static_cast<std::size_t>(pick(1, 200));
  RC_ASSERT(ranked(schedules, {frame}, Seconds{1}, limit) ==
            std::vector<Ranked>(expected.begin(), expected.begin() + std::min(limit, expected.size())));
}

/// How often a ranking asks whether to continue; between two questions lie at most some hundred microseconds of work.
std::size_t pauses(const std::vector<PollSchedule>& schedules, Span frame) {
  static std::size_t count;
  count = 0;
  const Account account([] { ++count; });
  rank(schedules, {frame}, Seconds{60}, 10);
  return count;
}

// Ninety-nine of 9,099 participants take turns, a thousand times each. All these cells have the same numbers, and each
// cell's participants are a subset of those of the last cell, in which all ninety-nine are free. The other participants
// are never free, or always free.
TEST(Polls, AreRankedQuicklyWhateverTheirShape) {
  const Instant origin = at("2026-11-23T08:00:00Z");
  const Span frame{origin, origin + Seconds{31'000'000}};
  std::vector<PollSchedule> schedules;
  for (int member = 0; member < 99; ++member) {
    std::vector<Span> yes;
    for (int i = 0; i < 999; ++i) {
      const auto start = origin + Seconds{i * 30'000 + member * 100};
      yes.push_back({start, start + Seconds{160}});
    }
    yes.push_back({frame.end - Seconds{1'000}, frame.end});
    schedules.push_back(make_schedule(yes, {}));
  }
  const std::size_t most = 2'000;
  for (const auto& other : {make_schedule({}, {}), make_schedule({frame}, {})}) {
    auto all = std::vector<PollSchedule>(9'000, other);
    all.insert(all.end(), schedules.begin(), schedules.end());
    EXPECT_LT(pauses(all, frame), most);
  }
}

RC_GTEST_PROP(Polls, JoinIntervalsAndLetYesWin, ()) {
  const Instant origin = at("2026-11-23T08:00:00Z");
  const Span frame{origin, origin + Seconds{pick(1, 40)}};
  const auto yes = random_intervals(frame, 5);
  const auto if_need_be = random_intervals(frame, 5);
  const auto schedule = make_schedule(yes, if_need_be);
  for (auto t = frame.start; t < frame.end; t += Seconds{1}) {
    const Span second{t, t + Seconds{1}};
    RC_ASSERT(holds(schedule.yes, second) == holds(yes, second));
    RC_ASSERT(holds(schedule.if_need_be, second) == (holds(if_need_be, second) && !holds(yes, second)));
  }
  for (const auto* list : {&schedule.yes, &schedule.if_need_be})
    for (std::size_t i = 1; i < list->size(); ++i) RC_ASSERT((*list)[i - 1].end < (*list)[i].start);
}

Poll poll(std::string_view from, std::string_view to, Seconds duration, DaySpan daily) {
  return {"Meeting", {at(from), at(to)}, duration, daily, zone("Europe/Berlin")};
}

// Clocks go back in the night to 2026-10-25 and forward in the night to 2027-03-28.
TEST(Polls, DailyHoursAreWallClock) {
  using std::chrono::hours;
  const auto autumn = poll("2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", hours{1}, {hours{2}, hours{4}});
  EXPECT_EQ(written(open_time(autumn)),
            "[2026-10-24T00:00:00+00:00, 2026-10-24T02:00:00+00:00) [2026-10-25T00:00:00+00:00, "
            "2026-10-25T03:00:00+00:00)");
  const auto spring = poll("2027-03-27T03:00:00+01:00", "2027-03-28T09:00:00+02:00", hours{1}, {hours{2}, hours{4}});
  EXPECT_EQ(written(open_time(spring)),
            "[2027-03-27T02:00:00+00:00, 2027-03-27T03:00:00+00:00) [2027-03-28T01:00:00+00:00, "
            "2027-03-28T02:00:00+00:00)");
  // Whole days join: an event may continue across midnight, and a day of 25 hours is one of them.
  const auto whole = poll("2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", hours{49}, {hours{0}, kDay});
  EXPECT_EQ(open_time(whole), std::vector{whole.frame});
}

TEST(Polls, WithoutRoomForTheirEventAreRefused) {
  using std::chrono::hours;
  const auto refused = [](const Poll& poll) {
    Validation validation;
    check_room(validation, poll);
    return validation.has_refused("duration");
  };
  const DaySpan morning{hours{2}, hours{4}};
  // Three hours fit between two and four o'clock only in the night that has an hour more.
  EXPECT_FALSE(refused(poll("2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", hours{3}, morning)));
  EXPECT_TRUE(refused(poll("2026-10-26T00:00:00+01:00", "2026-11-26T00:00:00+01:00", hours{3}, morning)));
  EXPECT_TRUE(refused(poll("2026-10-26T00:00:00+01:00", "2026-10-26T01:00:00+01:00", hours{2}, {hours{0}, kDay})));
}

}  // namespace
}  // namespace jb::test
