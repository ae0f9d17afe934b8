// SPDX-License-Identifier: PostgreSQL
//
// What placing costs in core, without a database: the day tree against reading the claims, at 10^3 to 10^6 events.
//
// Each round does what one call does: a tree with only the calendar's pattern in memory, a search, a booking, a flush
// to the rows. The rows are in a map, so this is the work of the tree alone; make bench shows what PostgreSQL adds. The
// booking is cancelled after each round, outside the measured time, so that the calendar keeps its size. Time is the
// processor's; the column CPU also counts the cancelling.
//
//   passed     the days from now on are full except for gaps that are too short: the search passes every event
//   over_time  filled by first fit, one event cancelled for every three booked, for as many days as that takes; now is
//   the start of a random claim
#include <benchmark/benchmark.h>
#include <time.h>

#include <map>
#include <memory>
#include <random>

#include "cctz_zone.hpp"
#include "claim_set.hpp"
#include "core/free/day_tree.hpp"
#include "scanned_timeline.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

/// The processor time of this thread, in seconds: other programs on the machine do not count.
double spent() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

const Instant kNow = at("2026-11-20T08:30:00Z");

/// A calendar with claims, its rows, and the instants from which the searches begin.
struct Filled {
  Grid grid;
  std::shared_ptr<Pattern> pattern{};
  ClaimSet claims{};
  CountingStore store{};
  std::vector<Instant> origins{};
  Seconds duration{};

  DayTree tree() { return {pattern, store, &claims}; }

  void take(DayTree& tree, Instant start, Seconds length) {
    tree.take({start, start + length});
    claims.add({start, start + length});
  }
};

Grid always_open(Seconds increment) {
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  return {zone("Europe/Berlin"), hours, increment};
}

Filled passed(std::int64_t events) {
  Filled filled{always_open(Seconds{1})};
  filled.pattern = std::make_shared<Pattern>(filled.grid);
  DayTree tree = filled.tree();
  for (std::int64_t i = 0; i < events; ++i) filled.take(tree, kNow + i * Seconds{86}, Seconds{66});
  tree.flush();
  filled.origins = {kNow};
  filled.duration = Seconds{30};
  return filled;
}

Filled over_time(std::int64_t events) {
  Filled filled{always_open(Seconds{10})};
  filled.pattern = std::make_shared<Pattern>(filled.grid);
  std::mt19937 random{7};
  DayTree tree = filled.tree();
  std::vector<Span> recent;
  Instant now = kNow;
  for (int i = 0; filled.claims.size() < static_cast<std::size_t>(events); ++i) {
    const Seconds length{10 * (1 + static_cast<int>(random() % 16))};
    const Instant start = tree.first_fit(length, {now, now + 366 * kDay}).value();
    filled.take(tree, start, length);
    recent.push_back({start, start + length});
    if (i % 3 == 2) {
      const Span cancelled = recent[random() % recent.size()];
      std::erase(recent, cancelled);
      tree.give(cancelled);
      filled.claims.remove(cancelled);
    }
    if (recent.size() > 300) recent.erase(recent.begin(), recent.begin() + 200);
    if (i % 1'000 == 999) now += Seconds{85} * 600;
    if (i % 100 == 99) tree.flush();
  }
  tree.flush();
  const auto all = filled.claims.all();
  for (int i = 0; i < 1'000; ++i) filled.origins.push_back(all[random() % all.size()].start);
  filled.duration = Seconds{200};
  return filled;
}

Filled& filled(Filled (*make)(std::int64_t), std::int64_t events) {
  static std::map<std::pair<void*, std::int64_t>, std::unique_ptr<Filled>> known;
  auto& calendar = known[{reinterpret_cast<void*>(make), events}];
  if (!calendar) calendar = std::make_unique<Filled>(make(events));
  return *calendar;
}

void cancel(Filled& calendar, Span claim) {
  DayTree tree = calendar.tree();
  tree.give(claim);
  calendar.claims.remove(claim);
  tree.flush();
}

void tree_places(benchmark::State& state, Filled (*make)(std::int64_t)) {
  Filled& calendar = filled(make, state.range(0));
  calendar.store.count_anew();
  int trips = 0, loads = 0, saves = 0;
  std::size_t round = 0;
  for (auto _ : state) {
    const Instant now = calendar.origins[round++ % calendar.origins.size()];
    calendar.store.count_anew();
    const double begin = spent();
    DayTree tree = calendar.tree();
    const Instant start = tree.first_fit(calendar.duration, {now, now + 3660 * kDay}).value();
    const Span claim{start, start + calendar.duration};
    tree.take(claim);
    tree.flush();
    state.SetIterationTime(spent() - begin);
    trips += calendar.store.trips, loads += calendar.store.loads, saves += calendar.store.saves;
    calendar.claims.add(claim);
    cancel(calendar, claim);
  }
  const auto mean = [&](int count) { return benchmark::Counter(count, benchmark::Counter::kAvgIterations); };
  state.counters["trips"] = mean(trips);
  state.counters["loads"] = mean(loads);
  state.counters["saves"] = mean(saves);
  state.counters["rows"] = static_cast<double>(calendar.store.map.rows.size());
  std::size_t bytes = 0;
  for (const auto& [key, row] : calendar.store.map.rows) bytes += row.size();
  state.counters["bytes/row"] = static_cast<double>(bytes) / static_cast<double>(calendar.store.map.rows.size());
}

void tree_cancels(benchmark::State& state, Filled (*make)(std::int64_t)) {
  Filled& calendar = filled(make, state.range(0));
  std::size_t round = 0;
  for (auto _ : state) {
    const Instant now = calendar.origins[round++ % calendar.origins.size()];
    DayTree tree = calendar.tree();
    const Instant start = tree.first_fit(calendar.duration, {now, now + 3660 * kDay}).value();
    const Span claim{start, start + calendar.duration};
    tree.take(claim);
    tree.flush();
    calendar.claims.add(claim);
    const double begin = spent();
    cancel(calendar, claim);
    state.SetIterationTime(spent() - begin);
  }
}

void scan_places(benchmark::State& state, Filled (*make)(std::int64_t)) {
  Filled& calendar = filled(make, state.range(0));
  std::size_t round = 0;
  for (auto _ : state) {
    const Instant now = calendar.origins[round++ % calendar.origins.size()];
    const double begin = spent();
    ScannedTimeline scan{calendar.grid, &calendar.claims};
    benchmark::DoNotOptimize(scan.first_fit(calendar.duration, {now, now + 3660 * kDay}));
    state.SetIterationTime(spent() - begin);
  }
}

/// An office with a week booked. The pattern is kept between calls, or made anew for each.
void office_places(benchmark::State& state, bool keeps_pattern) {
  Hours hours;
  for (int day = 0; day < 5; ++day) hours.week[day] = {{std::chrono::hours{8}, std::chrono::hours{17}}};
  hours.overrides[date("2026-12-24")] = {};
  Filled calendar{{zone("Europe/Berlin"), hours, Seconds{300}}};
  calendar.duration = Seconds{1'800};
  calendar.pattern = std::make_shared<Pattern>(calendar.grid);
  for (auto _ : state) {
    const double begin = spent();
    if (!keeps_pattern) calendar.pattern = std::make_shared<Pattern>(calendar.grid);
    DayTree tree = calendar.tree();
    const Instant start = tree.first_fit(calendar.duration, {kNow, kNow + 366 * kDay}).value();
    tree.take({start, start + calendar.duration});
    tree.flush();
    state.SetIterationTime(spent() - begin);
    calendar.claims.add({start, start + calendar.duration});
    if (calendar.claims.size() > 90) {
      calendar.claims = {};
      calendar.store.clear();
    }
  }
}

void tree_rebuilds(benchmark::State& state, Filled (*make)(std::int64_t)) {
  Filled& calendar = filled(make, state.range(0));
  const auto claims = calendar.claims.all();
  for (auto _ : state) {
    const double begin = spent();
    calendar.tree().rebuild(claims);
    state.SetIterationTime(spent() - begin);
  }
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(10)->Range(1'000, 1'000'000)->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(0.2);
}

BENCHMARK_CAPTURE(office_places, kept, true)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(office_places, anew, false)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tree_places, passed, passed)->Apply(sizes);
BENCHMARK_CAPTURE(scan_places, passed, passed)->Apply(sizes);
BENCHMARK_CAPTURE(tree_places, over_time, over_time)->Apply(sizes);
BENCHMARK_CAPTURE(tree_cancels, over_time, over_time)->Apply(sizes);
BENCHMARK_CAPTURE(scan_places, over_time, over_time)->Apply(sizes);
BENCHMARK_CAPTURE(tree_rebuilds, over_time, over_time)->Apply(sizes);
BENCHMARK_CAPTURE(tree_rebuilds, passed, passed)->Apply(sizes);

}  // namespace
}  // namespace jb::test

BENCHMARK_MAIN();
