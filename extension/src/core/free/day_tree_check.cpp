// SPDX-License-Identifier: PostgreSQL
//
// Compares a day tree with the claims: a second tree is made from the claims in memory, and both trees are walked side
// by side.
#include <algorithm>
#include <set>

#include "../values/time_text.hpp"
#include "day_tree.hpp"

namespace jb {

class TreeComparison {
 public:
  TreeComparison(DayTree& actual, DayTree& expected, std::size_t most)
      : actual_(actual), expected_(expected), most_(most) {}

  std::vector<std::string> differences() {
    const std::vector<NodeKey> rows = actual_.store_.keys();
    std::set<std::int64_t> roots;
    for (const auto& keys : {rows, expected_.store_.keys()})
      for (const NodeKey& key : keys)
        if (key.level == kRootLevel) roots.insert(key.block);
    for (const std::int64_t root : roots) compare_root(root);
    for (const NodeKey& row : rows)
      if (!unreadable_ && !known_.contains(row)) report(row, "is known to no row above it");
    return std::move(found_);
  }

 private:
  using Child = DayTree::Child;

  void report(NodeKey key, const std::string& what) {
    if (found_.size() < most_) found_.push_back(CorruptNode(key, what).what());
  }

  void compare_root(std::int64_t root) {
    try {
      compare({kRootLevel, root}, actual_.root(root), expected_.root(root));
    } catch (const CorruptNode& corrupt) {
      unreadable(corrupt);
    }
  }

  // The rows below are not looked at, so nothing can be said of rows without a parent either.
  void unreadable(const CorruptNode& corrupt) {
    unreadable_ = true;
    if (found_.size() < most_) found_.emplace_back(corrupt.what());
  }

  void compare(NodeKey key, const Child& actual, const Child& expected) {
    if (found_.size() >= most_) return;
    if (actual.state == ChildState::stored) known_.insert(key);
    if (actual.state == expected.state && actual.state != ChildState::stored) return;
    if (key.level == 0) return compare_pieces(key, actual, expected);
    const Node actual_node = node(actual_, key, actual), expected_node = node(expected_, key, expected);
    for (int i = 0; i < kFanout; ++i) {
      const NodeKey below{key.level - 1, key.block * kFanout + i};
      const Child child{actual_node.state[i], actual_node.sum[i]};
      try {
        compare(below, child, {expected_node.state[i], expected_node.sum[i]});
        if (child.state == ChildState::stored && child.sum != sum(below))
          report(key, "does not hold the sum of its child " + std::to_string(below.block));
      } catch (const CorruptNode& corrupt) {
        unreadable(corrupt);
      }
    }
  }

  void compare_pieces(NodeKey key, const Child& actual, const Child& expected) {
    const Pieces& is = actual_.pieces(key.block, actual.state);
    const Pieces& should = expected_.pieces(key.block, expected.state);
    if (is == should) return;
    const auto [a, b] = std::mismatch(is.begin(), is.end(), should.begin(), should.end());
    const Seconds first{
        std::min(a != is.end() ? a->start : kChunkSeconds, b != should.end() ? b->start : kChunkSeconds)};
    const Instant begin = actual_.pattern_->span_of(0, key.block).start;
    report(key, "does not agree with the claims from " + format_utc(begin + first) + " on");
  }

  static Node node(DayTree& tree, NodeKey key, const Child& child) {
    if (child.state == ChildState::stored) return tree.stored_node(key);
    Node node;
    node.state.fill(child.state);
    return node;
  }

  Sum sum(NodeKey key) {
    if (key.level == 0) return sum_of(actual_.pieces(key.block, ChildState::stored));
    return actual_.sum_of_node(key, actual_.stored_node(key));
  }

  DayTree& actual_;
  DayTree& expected_;
  std::size_t most_;
  bool unreadable_ = false;
  std::set<NodeKey> known_;
  std::vector<std::string> found_;
};

std::vector<std::string> DayTree::compare(const std::vector<Span>& claims, const std::vector<Span>& full_days,
                                          std::size_t most) {
  RowMap rows;
  DayTree expected{pattern_, rows, nullptr};
  expected.rebuild(claims, full_days);
  DayTree actual{pattern_, store_, nullptr};
  return TreeComparison{actual, expected, most}.differences();
}

}  // namespace jb
