// SPDX-License-Identifier: PostgreSQL
#include "poll_sweep.hpp"

#include <array>
#include <limits>
#include <numeric>

namespace jb {

namespace {

constexpr std::size_t kStride = 256;

/// Sorts by time, digit by digit from the lowest (radix sort): sorting by comparisons would take most of the ranking's
/// time.
void sort_by_time(std::vector<MemberTurn>& turns, Time longest, Pause& pause) {
  std::vector<MemberTurn> other(turns.size());
  for (unsigned place = 0; place == 0 || longest >> 11 * place != 0; ++place) {
    std::array<std::size_t, 0x800> next{};
    for (const MemberTurn& turn : turns) ++next[turn.digit(place)];
    std::exclusive_scan(next.begin(), next.end(), next.begin(), std::size_t{0});
    for (const MemberTurn& turn : turns) other[next[turn.digit(place)]++] = turn;
    turns.swap(other);
    pause.after(turns.size());
  }
}

}  // namespace

Sweep::Sweep(const Runs& free, const Runs& yes, Pause& pause) {
  auto first = std::numeric_limits<Time>::max();
  auto last = std::numeric_limits<Time>::min();
  free.each([&](std::size_t, Run run) { first = std::min(first, run.begin), last = std::max(last, run.end); });
  if (free.size() > 0) {
    first_ = first;
    turns_.reserve(2 * (free.size() + yes.size()));
    const auto add = [&](const Runs& runs, bool is_yes) {
      runs.each([&](std::size_t member, Run run) {
        turns_.emplace_back(run.begin - first, is_yes, true, member);
        turns_.emplace_back(run.end - first, is_yes, false, member);
      });
    };
    add(free, false);
    add(yes, true);
    sort_by_time(turns_, last - first, pause);
  }
  keep_some(free.members(), pause);
}

void Sweep::keep_some(std::size_t members, Pause& pause) {
  Pair now{Members(members), Members(members)};
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    if (i % kStride == 0) {
      kept_.push_back(now);
      pause.after(kStride);
    }
    now.flip(turns_[i]);
  }
  if (turns_.size() % kStride == 0) kept_.push_back(now);
}

std::size_t Sweep::before(Time start) const {
  const auto found = std::partition_point(turns_.begin(), turns_.end(),
                                          [&](const MemberTurn& turn) { return first_ + turn.at() < start; });
  return static_cast<std::size_t>(found - turns_.begin());
}

Pair Sweep::after(std::size_t taken) const {
  Pair now = kept_[taken / kStride];
  for (std::size_t i = taken / kStride * kStride; i < taken; ++i) now.flip(turns_[i]);
  return now;
}

}  // namespace jb
