// SPDX-License-Identifier: PostgreSQL
//
// An event fits an interval [a, b) when it starts in [a, b - duration]: so each interval becomes a run of starts, and
// the question which interval holds the event becomes the question which run holds its start. One sweep over the ends
// of all runs gives the cells: stretches of starts at which the same are free. Only how many these are is kept for each
// cell; who they are is worked out for the few that are wanted.
//
// Cells are taken in groups of equal numbers, the largest first. In a group two different pairs never include one
// another. It follows:
//   1. A pair's run around one of its cells begins after the cells of all other pairs of the group that come before it.
//      So these runs, taken in the order of the cells, are in the order of their starts, and the first few are enough.
//   2. A start that has more than the pair, and is not in such a run, lies in a cell of a group that came before. Those
//      are few: no more than twice the recommendations made so far, since of two cells in one run of their pair the
//      stretch between them has a recommendation of its own.
#include "poll_ranking.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

#include "members.hpp"

namespace jb {

namespace {

using Time = std::int64_t;

/// Starts from `begin` to before `end`.
struct Run {
  Time begin;
  Time end;
  /// One comparison: of the two by which it is usually said, the first comes out either way and cannot be foreseen.
  bool holds(Time start) const {
    return static_cast<std::uint64_t>(start - begin) < static_cast<std::uint64_t>(end - begin);
  }
};

Time count(Instant instant) { return instant.time_since_epoch().count(); }

/// The starts that leave room for the event in each span.
template <class Add>
void each_run(const std::vector<Span>& spans, Seconds duration, Add&& add) {
  for (const Span& span : spans) {
    if (span.length() >= duration) add(Run{count(span.start), count(span.end) - duration.count() + 1});
  }
}

/// The runs of all members, one after the other.
class Runs {
 public:
  void add(const std::vector<Span>& spans, Seconds duration) {
    each_run(spans, duration, [&](Run run) {
      runs_.push_back(run);
      owners_.push_back(static_cast<std::uint32_t>(members()));
    });
    first_.push_back(static_cast<std::uint32_t>(runs_.size()));
  }

  std::size_t members() const { return first_.size() - 1; }

  /// The member's run that holds `start`; nullptr when none does.
  const Run* find(std::size_t member, Time start) const {
    const Run* const begin = runs_.data() + first_[member];
    const Run* const end = runs_.data() + first_[member + 1];
    const Run* const after = std::upper_bound(begin, end, start, [](Time t, const Run& run) { return t < run.begin; });
    return after != begin && start < after[-1].end ? after - 1 : nullptr;
  }

  Members at(Time start) const {
    Members found(members());
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (runs_[i].holds(start)) found.add(owners_[i]);
    return found;
  }

  /// `run`, which holds `start`, cut to where all of `wanted` have a run; each of them has one at `start`.
  Run cut(Run run, Time start, const Members& wanted) const {
    wanted.each([&](std::size_t member) {
      const Run* own = find(member, start);
      run = {std::max(run.begin, own->begin), std::min(run.end, own->end)};
    });
    return run;
  }

  template <class Work>
  void each(Work&& work) const {
    for (std::size_t i = 0; i < runs_.size(); ++i) work(owners_[i], runs_[i]);
  }

  std::size_t size() const { return runs_.size(); }

 private:
  std::vector<std::uint32_t> first_{0};
  std::vector<Run> runs_;
  std::vector<std::uint32_t> owners_;
};

/// A stretch of starts at which the same members are free, by its first one.
struct Cell {
  Time start;
  std::uint32_t free;
  std::uint32_t yes;
  std::uint64_t sample;  ///< of up to 64 members, whether they are free: most cells are told apart by it

  friend bool operator<(const Cell& a, const Cell& b) {  // worse than
    return std::tuple(a.free, a.yes, b.start) < std::tuple(b.free, b.yes, a.start);
  }
  bool ranks_with(const Cell& other) const { return free == other.free && yes == other.yes; }
};

/// P and Y.
struct Pair {
  Members free;
  Members yes;
};

struct Found {
  Run run;
  Pair pair;
  friend bool operator<(const Found& a, const Found& b) {
    return std::tie(a.run.begin, a.pair.free, a.pair.yes) < std::tie(b.run.begin, b.pair.free, b.pair.yes);
  }
  friend bool operator==(const Found& a, const Found& b) {
    return a.run.begin == b.run.begin && a.pair.free == b.pair.free && a.pair.yes == b.pair.yes;
  }
};

/// What happens at a start: somebody is free from here on, or no longer. In one word, so that many are sorted fast: the
/// seconds since the first one, whether it is a yes, whether it begins, and which of the sample it is (none: the last).
class Turn {
 public:
  static constexpr std::uint64_t kNoSample = 64;

  Turn() = default;
  Turn(Time since_first, bool is_yes, bool begins, std::uint64_t sample)
      : word_(static_cast<std::uint64_t>(since_first) << 9 | (is_yes ? 0x100U : 0) | (begins ? 0x80U : 0) | sample) {}

  Time at() const { return static_cast<Time>(word_ >> 9); }
  std::uint32_t free() const { return (word_ & 0x100U) != 0 ? 0 : step(); }
  std::uint32_t yes() const { return (word_ & 0x100U) != 0 ? step() : 0; }
  std::uint64_t sample() const {
    const auto number = word_ & 0x7FU;
    return number < kNoSample ? std::uint64_t{1} << number : 0;
  }
  std::uint64_t digit(unsigned place) const { return word_ >> (9 + 11 * place) & 0x7FFU; }

 private:
  std::uint32_t step() const { return (word_ & 0x80U) != 0 ? 1 : static_cast<std::uint32_t>(-1); }

  std::uint64_t word_ = 0;
};

/// By time, digit by digit from the lowest: a comparison of each with each other would take most of the ranking.
void sort_by_time(std::vector<Turn>& turns, Time longest) {
  std::vector<Turn> other(turns.size());
  for (unsigned place = 0; place == 0 || longest >> 11 * place != 0; ++place) {
    std::array<std::size_t, 0x800> next{};
    for (const Turn& turn : turns) ++next[turn.digit(place)];
    std::exclusive_scan(next.begin(), next.end(), next.begin(), std::size_t{0});
    for (const Turn& turn : turns) other[next[turn.digit(place)]++] = turn;
    turns.swap(other);
  }
}

class Ranking {
 public:
  Ranking(const std::vector<Schedule>& schedules, const std::vector<Span>& open, Seconds duration,
          const std::function<void()>& pause)
      : pause_(pause) {
    for (const auto& schedule : schedules) {
      auto free = schedule.yes;
      if (!schedule.if_need_be.empty()) {
        free.insert(free.end(), schedule.if_need_be.begin(), schedule.if_need_be.end());
        join_adjoining(free);
      }
      free_.add(free, duration);
      yes_.add(schedule.yes, duration);
    }
    each_run(open, duration, [&](Run run) { open_.push_back(run); });
    sweep();
    std::make_heap(cells_.begin(), cells_.end());
  }

  std::vector<Found> best(std::size_t most) {
    std::vector<Found> best;
    while (best.size() < most && !cells_.empty()) {
      const auto group = next_group();
      auto found = around_cells(group, most - best.size());
      within_better(group, found, most - best.size());
      settle(found, most - best.size());
      std::move(found.begin(), found.end(), std::back_inserter(best));
      for (const Cell& cell : group) better_.push_back({cell, std::nullopt});
    }
    return best;
  }

 private:
  struct Better {
    Cell cell;
    std::optional<Pair> pair;
  };

  /// All turns in order, their times since `first`.
  std::vector<Turn> turns(Time first, Time last) const {
    std::vector<Turn> turns;
    turns.reserve(2 * (free_.size() + yes_.size()));
    const auto stride = free_.members() / 64 + 1;
    free_.each([&](std::size_t member, Run run) {
      const auto sample = member % stride == 0 ? member / stride : Turn::kNoSample;
      turns.emplace_back(run.begin - first, false, true, sample);
      turns.emplace_back(run.end - first, false, false, sample);
    });
    yes_.each([&](std::size_t, Run run) {
      turns.emplace_back(run.begin - first, true, true, Turn::kNoSample);
      turns.emplace_back(run.end - first, true, false, Turn::kNoSample);
    });
    sort_by_time(turns, last - first);
    return turns;
  }

  /// A run of a member never ends where another of the same begins, so each turn makes another cell.
  void sweep() {
    auto first = std::numeric_limits<Time>::max();
    auto last = std::numeric_limits<Time>::min();
    free_.each([&](std::size_t, Run run) { first = std::min(first, run.begin), last = std::max(last, run.end); });
    if (last < first) return;
    const auto turns = this->turns(first, last);
    auto turn = turns.begin();
    Cell now{0, 0, 0, 0};
    const auto advance = [&](Time to) {
      for (; turn != turns.end() && first + turn->at() <= to; ++turn) {
        now.free += turn->free();
        now.yes += turn->yes();
        now.sample ^= turn->sample();
      }
      now.start = to;
      if (now.free > 0) cells_.push_back(now);
    };
    for (const Run& run : open_) {
      advance(run.begin);
      while (turn != turns.end() && first + turn->at() < run.end) advance(first + turn->at());
    }
  }

  /// All cells of the largest numbers that are left, by start.
  std::vector<Cell> next_group() {
    std::vector<Cell> group;
    while (!cells_.empty() && (group.empty() || cells_.front().ranks_with(group.front()))) {
      std::pop_heap(cells_.begin(), cells_.end());
      group.push_back(cells_.back());
      cells_.pop_back();
    }
    return group;
  }

  Pair pair_at(Time start) const {
    if (pause_) pause_();
    return {free_.at(start), yes_.at(start)};
  }

  Run run_around(Time start, const Pair& pair) const {
    const auto after =
        std::upper_bound(open_.begin(), open_.end(), start, [](Time t, const Run& run) { return t < run.begin; });
    return yes_.cut(free_.cut(*std::prev(after), start, pair.free), start, pair.yes);
  }

  /// The first runs that hold a cell of the group (1. above). Of a run that holds several, the first finds it.
  std::vector<Found> around_cells(const std::vector<Cell>& group, std::size_t most) const {
    std::vector<Found> found;
    Time told = std::numeric_limits<Time>::min();
    for (const Cell& cell : group) {
      if (found.size() == most) break;
      if (cell.start < told) continue;
      auto pair = pair_at(cell.start);
      const auto run = run_around(cell.start, pair);
      told = run.end;
      found.push_back({run, std::move(pair)});
    }
    return found;
  }

  /// The runs of the group's pairs that hold cells of better groups only (2. above).
  void within_better(const std::vector<Cell>& group, std::vector<Found>& found, std::size_t most) {
    constexpr std::size_t spare = 1'000;  // so that a large group is not kept whole
    for (const Cell& cell : group) {
      if (found.size() > 2 * most + spare) settle(found, most);
      std::optional<Pair> pair;
      for (auto& better : better_) {
        if ((cell.sample & ~better.cell.sample) != 0) continue;
        if (!pair) pair = pair_at(cell.start);
        if (!better.pair) better.pair = pair_at(better.cell.start);
        if (!better.pair->free.includes(pair->free) || !better.pair->yes.includes(pair->yes)) continue;
        const auto run = run_around(better.cell.start, *pair);
        const bool holds_cell = run.begin <= cell.start && cell.start < run.end;
        if (!holds_cell) found.push_back({run, *pair});
      }
    }
  }

  static void settle(std::vector<Found>& found, std::size_t most) {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.size() > most) found.erase(found.begin() + static_cast<std::ptrdiff_t>(most), found.end());
  }

  const std::function<void()>& pause_;
  Runs free_;
  Runs yes_;
  std::vector<Run> open_;
  std::vector<Cell> cells_;  ///< a heap, the best on top
  std::vector<Better> better_;
};

Recommendation told(const Found& found) {
  Recommendation recommendation{Instant{Seconds{found.run.begin}}, Instant{Seconds{found.run.end - 1}}, {}, {}};
  found.pair.free.each([&](std::size_t member) {
    recommendation.participants.push_back(static_cast<std::uint32_t>(member));
    if (!found.pair.yes.has(member)) recommendation.if_need_be.push_back(static_cast<std::uint32_t>(member));
  });
  return recommendation;
}

}  // namespace

std::vector<Recommendation> rank(const std::vector<Schedule>& schedules, const std::vector<Span>& open,
                                 Seconds duration, std::size_t most, const std::function<void()>& pause) {
  std::vector<Recommendation> recommendations;
  for (const Found& found : Ranking(schedules, open, duration, pause).best(most))
    recommendations.push_back(told(found));
  return recommendations;
}

std::vector<std::uint32_t> free_at(const std::vector<Schedule>& schedules, Instant start, Seconds duration) {
  Runs runs;
  for (const auto& schedule : schedules) {
    auto free = schedule.yes;
    free.insert(free.end(), schedule.if_need_be.begin(), schedule.if_need_be.end());
    join_adjoining(free);
    runs.add(free, duration);
  }
  std::vector<std::uint32_t> members;
  runs.at(count(start)).each([&](std::size_t member) { members.push_back(static_cast<std::uint32_t>(member)); });
  return members;
}

}  // namespace jb
