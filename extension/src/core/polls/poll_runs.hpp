// SPDX-License-Identifier: PostgreSQL
//
// Intervals as runs of starts: an event fits [a, b) when it starts in [a, b - duration].
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "../values/time.hpp"
#include "members.hpp"

namespace jb {

using Time = std::int64_t;

inline Time count(Instant instant) { return instant.time_since_epoch().count(); }

/// Starts from `begin` to before `end`.
struct Run {
  Time begin;
  Time end;
  /// One comparison in place of `begin <= start && start < end`: the processor could not predict the branch on the
  /// first half, since starts lie on both sides of `begin`.
  bool holds(Time start) const {
    return static_cast<std::uint64_t>(start - begin) < static_cast<std::uint64_t>(end - begin);
  }
};

/// Calls `add` with the run of each span that is long enough: the starts that leave room for the event in the span.
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
      if (runs_[i].holds(start)) found.flip(owners_[i]);
    return found;
  }

  /// `run`, which holds `start`, cut to where all of `wanted` have a run; each of `wanted` has a run at `start`.
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

}  // namespace jb
