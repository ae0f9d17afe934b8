// SPDX-License-Identifier: PostgreSQL
//
// Compares a day tree with the claims: builds a second tree from the claims in memory, and walks both trees side by
// side.
#include <algorithm>
#include <set>

#include "../values/time.hpp"
#include "day_tree.hpp"

namespace jb {

class TreeComparison {
 public:
  TreeComparison(DayTree& actual, DayTree& expected, std::size_t most)
      : actual_(actual), expected_(expected), most_(most) {}

  std::vector<std::string> differences() {
    const auto keys = actual_.store_.keys();
    const std::set<NodeKey> rows(keys.begin(), keys.end());
    std::set<NodeKey> roots;
    for (const auto& all : {keys, expected_.store_.keys()})
      std::copy_if(all.begin(), all.end(), std::inserter(roots, roots.end()),
                   [](NodeKey key) { return key.level == kRootLevel; });
    for (const NodeKey root : roots)
      compare(root, {rows.contains(root) ? ChildState::stored : ChildState::as_pattern}, expected_.root(root.block));
    for (const NodeKey& row : rows)
      if (!unreadable_ && !known_.contains(row)) report(row, "is known to no row above it");
    return std::move(found_);
  }

 private:
  using Child = DayTree::Child;

  void report(NodeKey key, const std::string& what) {
    if (found_.size() < most_) found_.push_back(CorruptNode(key, what).what());
  }

  /// Result: whether the row of the block can be read. The rows below an unreadable row are not visited, so rows
  /// without a parent cannot be reported either.
  bool compare(NodeKey key, const Child& actual, const Child& expected) {
    if (found_.size() >= most_) return true;
    if (actual.state == ChildState::stored) known_.insert(key);
    if (actual.state == expected.state && actual.state != ChildState::stored) return true;
    try {
      key.level == 0 ? compare_pieces(key, actual, expected) : compare_children(key, actual, expected);
      return true;
    } catch (const CorruptNode& corrupt) {
      unreadable_ = true;
      if (found_.size() < most_) found_.emplace_back(corrupt.what());
      return false;
    }
  }

  void compare_children(NodeKey key, const Child& actual, const Child& expected) {
    const Node actual_node = node(actual_, key, actual), expected_node = node(expected_, key, expected);
    for (int i = 0; i < kFanout; ++i) {
      const NodeKey below{key.level - 1, key.block * kFanout + i};
      const Child child{actual_node.state[i], actual_node.sum[i]};
      const bool is_read = compare(below, child, {expected_node.state[i], expected_node.sum[i]});
      if (is_read && child.state == ChildState::stored && child.sum != sum(below))
        report(key, "does not hold the sum of its child " + std::to_string(below.block));
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
