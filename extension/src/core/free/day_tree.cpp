// SPDX-License-Identifier: PostgreSQL
//
// How a day tree changes. Every change is one edit, which says what time of a window is bookable. The edit goes down
// from the roots to the chunks that the window touches, and the chunks' sums come back up, as far as they changed.
#include "day_tree.hpp"

#include <algorithm>
#include <utility>

namespace jb {
namespace {

constexpr Seconds kApart = 32 * kDay;
constexpr Seconds kWeek = 7 * kDay;

NodeKey child_key(NodeKey parent, int child) { return {parent.level - 1, parent.block * kFanout + child}; }

/// The part of `spans`, sorted, that lies in the chunk beginning at `begin`, in seconds of the chunk.
Pieces pieces_of(const std::vector<Span>& spans, Instant begin) {
  Pieces pieces;
  const auto ends_before = [&](const Span& span) { return span.end <= begin; };
  for (auto span = std::partition_point(spans.begin(), spans.end(), ends_before);
       span != spans.end() && span->start < begin + kDay; ++span)
    pieces.push_back(piece_of(*span, begin));
  return pieces;
}

/// Whether a node needs no row: all its children are in the same state without a row, and the node's parent can say so.
/// A root has no parent, so a root needs no row only if it is untouched.
bool needs_no_row(NodeKey key, const Node& node) {
  const ChildState state = node.state[0];
  if (state == ChildState::stored || (state == ChildState::closed && key.level == kRootLevel)) return false;
  return std::all_of(node.state.begin(), node.state.end(), [&](ChildState other) { return other == state; });
}

}  // namespace

DayTree::DayTree(std::shared_ptr<const Pattern> pattern, NodeStore& store, ClaimSource* source)
    : pattern_(std::move(pattern)),
      store_(store),
      cache_(store),
      occupied_(pattern_->grid().buffer_before, pattern_->grid().buffer_after, source) {}

void DayTree::take(Span claim) {
  occupied_.take(claim);
  const Span window = pattern_->reach(occupied_.around(claim));
  if (!is_closed_by_pattern(window)) clear(window);
}

void DayTree::give(Span claim) {
  occupied_.give(claim);
  const Span window = pattern_->reach(occupied_.around(claim));
  if (!is_closed_by_pattern(window)) refill(window);
}

/// Whether nothing in `window`, which is short, is bookable even without claims. Then no row says otherwise, and none
/// needs to be read.
bool DayTree::is_closed_by_pattern(Span window) const {
  const auto first = pattern_->block_at(0, window.start), last = pattern_->block_at(0, window.end - Seconds{1});
  if (last > first + 1) return false;
  for (auto chunk = first; chunk <= last; ++chunk) {
    const Piece wanted = piece_of(window, pattern_->span_of(0, chunk).start);
    const auto& open = pattern_->pieces(chunk);
    const auto meets = [&](const Piece& piece) { return piece.start < wanted.end && wanted.start < piece.end; };
    if (std::any_of(open.begin(), open.end(), meets)) return false;
  }
  return true;
}

// Claims that lie close together are given back by one edit: of each chunk with many claims one state is made, not one
// for each claim.
void DayTree::give_all(const std::vector<Span>& claims) {
  for (const Span& claim : claims) occupied_.give(claim);
  for (auto first = claims.begin(), next = first; first != claims.end(); first = next) {
    Span stretch = *first;
    for (; next != claims.end() && next->start < stretch.end + kWeek; ++next)
      stretch.end = std::max(stretch.end, next->end);
    refill(pattern_->reach(occupied_.around(stretch)));
  }
}

void DayTree::close(Span day) {
  occupied_.close(day);
  clear(pattern_->reach(day));
}

void DayTree::reopen(Span day) {
  occupied_.reopen(day);
  refill(pattern_->reach(day));
}

void DayTree::flush() {
  cache_.flush();
  occupied_.forget();
}

// Makes one edit for each stretch of time whose claims lie close together. So each chunk is made once, and the years
// between two stretches are not walked. Two stretches lie farther apart than neighbouring marks do, so no stretch
// decides what is bookable in another.
void DayTree::rebuild(const std::vector<Span>& claims, const std::vector<Span>& full_days) {
  cache_.clear();
  occupied_.forget();
  const std::vector<Span> all = occupied_.around(claims, full_days);
  for (auto first = all.begin(), next = first; first != all.end(); first = next) {
    Span stretch = *first;
    for (; next != all.end() && next->start < stretch.end + kApart; ++next)
      stretch.end = std::max(stretch.end, next->end);
    const Span window = pattern_->reach(stretch);
    edit({window, pattern_->bookable(window, {first, next})});
  }
  cache_.flush();
}

// A change of the wall clock moves the ends of a date's spans by up to a day (hours.cpp).
void DayTree::refresh(Span changed) { refill(pattern_->reach({changed.start - kDay, changed.end + kDay})); }

void DayTree::refill(Span window) {
  edit({window, pattern_->bookable(window, occupied_.within(pattern_->read_for(window)))});
}

void DayTree::edit(const Edit& edit) {
  if (edit.window.empty()) return;
  prefetch_path(edit.window.start);
  const auto last = pattern_->block_at(kRootLevel, edit.window.end - Seconds{1});
  for (auto block = pattern_->block_at(kRootLevel, edit.window.start); block <= last; ++block)
    edited({kRootLevel, block}, root(block), edit);
}

DayTree::Child DayTree::edited(NodeKey key, Child child, const Edit& edit) {
  if (is_closed_by(key, edit)) {
    if (child.state == ChildState::as_pattern && pattern_->sum(key.level, key.block).longest == 0) return child;
    if (child.state == ChildState::stored) drop(key);
    return {ChildState::closed, {}};
  }
  if (child.state == ChildState::closed && edit.free.empty()) return child;
  return key.level == 0 ? edited_chunk(key, child, edit) : edited_node(key, child, edit);
}

// A long event closes whole blocks in their parents, without a row for each of its days. A root has no parent.
bool DayTree::is_closed_by(NodeKey key, const Edit& edit) const {
  return key.level < kRootLevel && edit.free.empty() && edit.window.contains(pattern_->span_of(key.level, key.block));
}

// A chunk that has a row keeps it, even when nothing in it differs from the pattern any more: erasing and inserting
// the same row again and again would cost what updating it in place saves.
DayTree::Child DayTree::edited_chunk(NodeKey key, Child child, const Edit& edit) {
  const Instant begin = pattern_->span_of(0, key.block).start;
  Pieces now = pieces(key.block, child.state);
  const bool changed = replace(now, piece_of(edit.window, begin), pieces_of(edit.free, begin));
  if (child.state != ChildState::stored) {
    if (now == pattern_->pieces(key.block)) return {};
    if (now.empty()) return {ChildState::closed, {}};
  } else if (!changed) {
    return child;
  }
  const Sum sum = sum_of(now);
  cache_.put(key.block, std::move(now));
  return {ChildState::stored, sum};
}

DayTree::Child DayTree::edited_node(NodeKey key, Child child, const Edit& edit) {
  Node node;
  const bool is_stored = child.state == ChildState::stored;
  if (is_stored)
    node = stored_node(key);
  else
    node.state.fill(child.state);
  const NodeKey below = child_key(key, 0);
  const auto first = std::max(pattern_->block_at(below.level, edit.window.start), below.block);
  const auto last = std::min(pattern_->block_at(below.level, edit.window.end - Seconds{1}), below.block + kFanout - 1);
  bool changed = false;
  for (auto block = first; block <= last; ++block) {
    const auto i = static_cast<std::size_t>(block - below.block);
    const Child before{node.state[i], node.sum[i]};
    const Child after = edited({below.level, block}, before, edit);
    if (after == before) continue;
    node.state[i] = after.state;
    node.sum[i] = after.sum;
    changed = true;
  }
  // Stored: refresh() may have changed the sums of children that have no row.
  if (!changed) return is_stored ? Child{child.state, sum_of_node(key, node)} : child;
  if (needs_no_row(key, node)) {
    if (is_stored) cache_.erase(key);
    return {node.state[0], {}};
  }
  cache_.put(key, node);
  return {ChildState::stored, sum_of_node(key, node)};
}

/// Removes the row of a stored block and all below it.
void DayTree::drop(NodeKey key) {
  if (key.level > 0) {
    const Node node = stored_node(key);
    for (int i = 0; i < kFanout; ++i)
      if (node.state[i] == ChildState::stored) drop(child_key(key, i));
  }
  cache_.erase(key);
}

void DayTree::prefetch_path(Instant instant) {
  std::vector<NodeKey> path;
  for (int level = 0; level <= kRootLevel; ++level) path.push_back({level, pattern_->block_at(level, instant)});
  cache_.prefetch(path);
}

DayTree::Child DayTree::root(std::int64_t block) {
  const Node* node = cache_.node({kRootLevel, block});
  return {node ? ChildState::stored : ChildState::as_pattern, {}};
}

Sum DayTree::sum_of_child(NodeKey key, const Child& child) const {
  if (child.state == ChildState::stored) return child.sum;
  return child.state == ChildState::closed ? Sum{} : pattern_->sum(key.level, key.block);
}

// The sum of a root is never used.
Sum DayTree::sum_of_node(NodeKey key, const Node& node) const {
  if (key.level == kRootLevel) return {};
  Sum sum = sum_of_child(child_key(key, 0), {node.state[0], node.sum[0]});
  for (int i = 1; i < kFanout; ++i) sum = joined(sum, sum_of_child(child_key(key, i), {node.state[i], node.sum[i]}));
  return sum;
}

const Pieces& DayTree::pieces(std::int64_t chunk, ChildState state) {
  static const Pieces none;
  if (state == ChildState::as_pattern) return pattern_->pieces(chunk);
  if (state == ChildState::closed) return none;
  const Pieces* stored = cache_.pieces(chunk);
  if (!stored) throw CorruptNode({0, chunk}, "is missing");
  return *stored;
}

const Node& DayTree::stored_node(NodeKey key) {
  const Node* stored = cache_.node(key);
  if (!stored) throw CorruptNode(key, "is missing");
  return *stored;
}

}  // namespace jb
