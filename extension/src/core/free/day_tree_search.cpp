// SPDX-License-Identifier: PostgreSQL
//
// First fit and last fit in a day tree.
//
// Last fit is first fit with time running the other way: positions are seconds since 1970, negated backwards, so that
// both searches look for the lowest position from which on `duration` seconds are bookable. What the tree calls prefix
// is then the far end of a block, and children and pieces are passed from the last to the first.
#include <algorithm>

#include "../values/budget.hpp"
#include "day_tree.hpp"

namespace jb {

class FitSearch {
 public:
  FitSearch(DayTree& tree, Seconds duration, Span within, bool backwards)
      : tree_(tree),
        backwards_(backwards),
        wanted_(duration.count()),
        begin_(seen(within).near),
        limit_(seen(within).far),
        run_(begin_) {}

  /// The first `duration` seconds that are bookable.
  std::optional<Span> find(Span within) {
    const Pattern& pattern = *tree_.pattern_;
    std::int64_t block = pattern.block_at(kRootLevel, within.start);
    std::int64_t last = pattern.block_at(kRootLevel, within.end - Seconds{1});
    if (backwards_) std::swap(block, last);
    for (const int step = backwards_ ? -1 : 1;; block += step) {
      const Step reached = open({kRootLevel, block}, tree_.root(block));
      if (reached == Step::found) return found();
      if (reached == Step::nothing || block == last) return std::nullopt;
    }
  }

 private:
  enum class Step { go_on, found, nothing };
  struct Range {
    std::int64_t near;
    std::int64_t far;
  };

  Range seen(Span span) const {
    const std::int64_t start = span.start.time_since_epoch().count(), end = span.end.time_since_epoch().count();
    return backwards_ ? Range{-end, -start} : Range{start, end};
  }

  Span found() const {
    const Instant near{Seconds{backwards_ ? -run_ : run_}}, far{Seconds{backwards_ ? -run_ - wanted_ : run_ + wanted_}};
    return backwards_ ? Span{far, near} : Span{near, far};
  }

  // Every later run starts no earlier than the run that is open, so no later run can end before the limit either.
  bool is_beyond() const { return run_ + wanted_ > limit_; }

  /// Passes a block whose sum is known, if the sum tells enough; otherwise opens the block. A block that lies partly
  /// before the begin must be opened: its sum counts time that may not be used.
  Step visit(NodeKey key, const DayTree::Child& child) {
    if (is_beyond()) return Step::nothing;
    const Range range = seen(tree_.pattern_->span_of(key.level, key.block));
    if (range.near < begin_) return open(key, child);
    const Sum sum = tree_.sum_of_child(key, child);
    const std::int64_t near = backwards_ ? sum.suffix : sum.prefix;
    if (range.near - run_ + (sum.full ? range.far - range.near : near) >= wanted_) return Step::found;
    // A saturated `longest` may be longer than it says. Neither line below concerns a full block: the join above has
    // counted the block, and where it was too short the run goes on through it.
    if (!sum.full && sum.longest >= std::min<std::int64_t>(wanted_, kSaturation)) return open(key, child);
    if (!sum.full) run_ = range.far - (backwards_ ? sum.prefix : sum.suffix);
    return Step::go_on;
  }

  Step open(NodeKey key, const DayTree::Child& child) {
    step();
    if (key.level == 0) return pass(key.block, tree_.pieces(key.block, child.state));
    const Node* node = child.state == ChildState::stored ? &tree_.stored_node(key) : nullptr;
    for (int passed = 0; passed < kFanout; ++passed) {
      const int i = backwards_ ? kFanout - 1 - passed : passed;
      const NodeKey below{key.level - 1, key.block * kFanout + i};
      if (seen(tree_.pattern_->span_of(below.level, below.block)).far <= begin_) continue;
      const Step step =
          visit(below, node ? DayTree::Child{node->state[i], node->sum[i]} : DayTree::Child{child.state, {}});
      if (step != Step::go_on) return step;
    }
    return Step::go_on;
  }

  Step pass(std::int64_t chunk, const Pieces& pieces) {
    const Span span = tree_.pattern_->span_of(0, chunk);
    const Range range = seen(span);
    std::int64_t end = std::max(range.near, begin_);  // where the run that is open ends
    for (std::size_t passed = 0; passed < pieces.size(); ++passed) {
      const Piece& piece = pieces[backwards_ ? pieces.size() - 1 - passed : passed];
      Range free = seen({span.start + Seconds{piece.start}, span.start + Seconds{piece.end}});
      free.near = std::max(free.near, begin_);
      if (free.far <= free.near) continue;
      if (free.near > end) run_ = free.near;
      end = free.far;
      if (end - run_ >= wanted_) return Step::found;
    }
    if (end < range.far) run_ = range.far;
    return Step::go_on;
  }

  DayTree& tree_;
  bool backwards_;
  std::int64_t wanted_;
  std::int64_t begin_;
  std::int64_t limit_;
  std::int64_t run_;  // everything from here to where the search has come is bookable
};

std::optional<Span> DayTree::find(Seconds duration, Span within, bool backwards) {
  if (within.length() < duration) return std::nullopt;
  if (is_closed_by_pattern(within)) return std::nullopt;
  prefetch_path(backwards ? within.end - Seconds{1} : within.start);
  const auto found = FitSearch{*this, duration, within, backwards}.find(within);
  return found && within.contains(*found) ? found : std::nullopt;
}

std::optional<Instant> DayTree::first_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  if (within.empty()) return std::nullopt;
  within.start = pattern_->mark_from(within.start);
  const auto found = find(duration, within, false);
  return found ? std::optional{found->start} : std::nullopt;
}

// Every span begins on the increment. So wherever a span is long enough, the last mark at which the event still ends in
// time lies in the span too.
std::optional<Instant> DayTree::last_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  if (within.empty()) return std::nullopt;
  const auto found = find(duration, within, true);
  if (!found) return std::nullopt;
  const Instant start = pattern_->mark_until(found->start);
  return start >= within.start ? std::optional{start} : std::nullopt;
}

}  // namespace jb
