// SPDX-License-Identifier: PostgreSQL
//
// The day tree: a calendar's bookable time as a first-fit segment tree whose nodes are rows. Its
// answers cost no more where there are more events. day_tree.md explains it, with a picture, its sources
// and proofs.
//
// What must stay true: a chunk's row, or the pattern where there is none, is exactly the chunk's bookable time by the
// claims of the source and the changes made here; the sum that a node keeps of a stored child is exactly the child's; a
// child that is not stored has no row.
//
// Locks: reading needs a snapshot in which rows and claims agree; writing, the calendar's lock from before the first
// read, or the proof that what was read still holds, to the end of the transaction.
#pragma once

#include <memory>
#include <string>

#include "node_cache.hpp"
#include "pattern.hpp"
#include "timeline.hpp"

namespace jb {

/// Nodes on this level have no parent. Each covers 1,024 days, so a search to the farthest horizon passes five roots.
inline constexpr int kRootLevel = 2;

class DayTree : public Timeline {
 public:
  /// `store` and `source` outlive this object. Only give() and reopen() ask `source`, to find out how far the time that
  /// they free really reaches; nullptr means a calendar without claims.
  DayTree(std::shared_ptr<const Pattern> pattern, NodeStore& store, ClaimSource* source);

  /// Cost: outside the hours no row; else at most six rows in four round trips within two roots (1,024 days each), and
  /// one row and one round trip more for each further root, whatever the number of events; for a `duration` above
  /// kSaturation also one row for each 32 days passed over. Errors of this and all following functions: CorruptNode.
  std::optional<Instant> first_fit(Seconds duration, Span within) override;
  std::optional<Instant> last_fit(Seconds duration, Span within) override;

  /// Cost: the rows of the days that the claim touches in part, and the rows above these; a day that the claim covers
  /// wholly, and time outside the hours, cost no row.
  void take(Span claim) override;

  /// Cost: as take(), and one reading of the source around the claim.
  void give(Span claim) override;

  /// Gives back claims, sorted by start: holds past their deadline, which a reader gives back and never flushes. Cost:
  /// the rows as for give(), and one reading of the source for each stretch of claims without a free week between them.
  void give_all(const std::vector<Span>& claims);

  void close(Span day) override;
  void reopen(Span day) override;

  /// Writes the rows that have changed. By now the source must say what was taken, given, closed and reopened here:
  /// this object forgets its own record of these changes.
  void flush();

  /// Makes the tree anew, as the pattern, `claims` (sorted) and `full_days` say, and writes it. Needed when hours,
  /// increment, buffers, zone, zone data or the chunks' begin have changed. Cost: linear in the claims, and in the days
  /// on which and between which they lie.
  void rebuild(const std::vector<Span>& claims, const std::vector<Span>& full_days = {});

  /// Does the same for one part of the time line, after an override by date came, changed or went: the pattern of this
  /// object and the pattern with which the rows were written differ in `changed` only. Untouched days stay untouched.
  void refresh(Span changed);

  /// What is wrong with the rows, in at most `most` sentences: rows that cannot be read, rows that no parent knows,
  /// sums that are not their child's, days that are not as `claims` and `full_days` say. A sound tree has no sentence.
  /// Reads the store, without the changes that are not flushed. Cost: that of a rebuild.
  std::vector<std::string> compare(const std::vector<Span>& claims, const std::vector<Span>& full_days,
                                   std::size_t most = 100);

 private:
  friend class FitSearch;
  friend class TreeComparison;

  /// What a parent knows of a block; `sum` only when the block is stored.
  struct Child {
    ChildState state = ChildState::as_pattern;
    Sum sum{};
    friend bool operator==(const Child&, const Child&) = default;
  };
  /// Makes exactly `free`, which lies within `window`, the bookable time of `window`.
  struct Edit {
    Span window;
    std::vector<Span> free;
  };

  std::optional<Span> find(Seconds duration, Span within, bool backwards);
  bool is_closed_by_pattern(Span window) const;
  void clear(Span window) { edit({window, {}}); }
  void refill(Span window);
  void edit(const Edit& edit);
  Child edited(NodeKey key, Child child, const Edit& edit);
  Child edited_chunk(NodeKey key, Child child, const Edit& edit);
  Child edited_node(NodeKey key, Child child, const Edit& edit);
  bool is_closed_by(NodeKey key, const Edit& edit) const;
  void drop(NodeKey key);
  void prefetch_path(Instant instant);

  Child root(std::int64_t block);
  Sum sum_of_child(NodeKey key, const Child& child) const;
  Sum sum_of_node(NodeKey key, const Node& node) const;
  const Pieces& pieces(std::int64_t chunk, ChildState state);
  const Node& stored_node(NodeKey key);

  std::shared_ptr<const Pattern> pattern_;
  NodeStore& store_;
  NodeCache cache_;
  Occupied occupied_;
};

}  // namespace jb
