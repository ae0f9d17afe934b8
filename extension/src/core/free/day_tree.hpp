// SPDX-License-Identifier: PostgreSQL
//
// The day tree: a calendar's bookable time as a first-fit segment tree whose nodes are rows. The cost of a search does
// not depend on the number of events. day_tree.md explains the tree, with a picture, sources and proofs.
//
// Invariants: a chunk's row, or the pattern if there is none, is exactly the chunk's bookable time given the source's
// claims and the changes made here; a node's sum of a stored child is exactly that child's sum; a child that is not
// stored has no row.
//
// Locks: reading needs a snapshot in which rows and claims agree. Writing needs the calendar's lock to the end of the
// transaction, taken before the first read or with proof that everything read earlier still holds.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../values/input.hpp"
#include "hours.hpp"

namespace jb {

// Where the rows of one calendar's day tree are kept: a table in PostgreSQL, a map in the tests.

/// Level 0 is one chunk, level k covers 32 nodes of level k - 1. Blocks are numbered from 1970 on, negative before.
struct NodeKey {
  int level;
  std::int64_t block;
  friend auto operator<=>(const NodeKey&, const NodeKey&) = default;
  struct Hash {
    std::size_t operator()(const NodeKey& key) const { return std::hash<std::int64_t>{}(key.block * 8 + key.level); }
  };
};

/// The rows of one calendar. A writer holds the calendar's lock, and reads only after taking it.
class NodeStore {
 public:
  virtual ~NodeStore() = default;

  /// The bytes of the rows, in the order of `keys`; empty where there is no row. One call is one round trip.
  virtual std::vector<std::string> load(const std::vector<NodeKey>& keys) = 0;

  /// Writes a row, replacing the old one if there is one. Called at most once per row in a flush.
  virtual void save(NodeKey key, const std::string& bytes) = 0;

  virtual void erase(NodeKey key) = 0;

  /// Removes every row.
  virtual void clear() = 0;

  /// The keys of all rows, for checks.
  virtual std::vector<NodeKey> keys() = 0;
};

/// Rows in memory.
class RowMap final : public NodeStore {
 public:
  std::vector<std::string> load(const std::vector<NodeKey>& keys) override {
    std::vector<std::string> found;
    for (const NodeKey& key : keys) found.push_back(rows.contains(key) ? rows[key] : std::string{});
    return found;
  }
  void save(NodeKey key, const std::string& bytes) override { rows[key] = bytes; }
  void erase(NodeKey key) override { rows.erase(key); }
  void clear() override { rows.clear(); }
  std::vector<NodeKey> keys() override {
    std::vector<NodeKey> all;
    for (const auto& [key, bytes] : rows) all.push_back(key);
    return all;
  }

  std::map<NodeKey, std::string> rows;
};

// The rows of the day tree as bytes.
//
// A row begins with a version and a CRC-32C (RFC 3720, 12.1; Castagnoli's polynomial) over its key and everything that
// follows. The CRC detects every change of up to 32 adjacent bits, and a row stored under the wrong key. Numbers are
// written in units of their greatest common divisor, as LEB128 (DWARF 5, 7.6): a day divided at five-minute marks takes
// two bytes a span. Equal content always gives equal bytes.

/// The state of a child, as its parent records it.
enum class ChildState : std::uint8_t {
  as_pattern,  ///< untouched: as in the pattern; has no row
  closed,      ///< nothing is free; has no row
  stored,      ///< has its own row
};

/// A node above level 0. Only stored children have sums here.
struct Node {
  std::array<ChildState, kFanout> state{};
  std::array<Sum, kFanout> sum{};
  friend bool operator==(const Node&, const Node&) = default;
};

/// Thrown for a row that no writer of this version can have written. The claims are authoritative; a rebuild repairs
/// the row.
class CorruptNode : public Failure {
 public:
  CorruptNode(NodeKey key, std::string_view why);
  NodeKey key;
};

std::string encode(NodeKey key, const Pieces& pieces);
std::string encode(NodeKey key, const Node& node);

/// Reads the row of a chunk. Errors: CorruptNode when version or checksum are wrong, or the numbers make no sense.
Pieces decode_pieces(NodeKey key, std::string_view bytes);

/// Reads the row of a node above level 0. Errors: CorruptNode, as above.
Node decode_node(NodeKey key, std::string_view bytes);

// The rows of one day tree that a call has touched. Each row is read once, and written at most once per flush, however
// many bookings change it: the versions of a row that a transaction writes cannot be pruned while the transaction runs.

class NodeCache {
 public:
  /// `store` outlives this object.
  explicit NodeCache(NodeStore& store) : store_(store) {}

  /// Reads the rows that are not cached yet, in one round trip.
  void prefetch(const std::vector<NodeKey>& keys);

  /// The content of a row; nullptr when there is no such row. The pointer is valid until the row is put or erased.
  /// Errors: CorruptNode.
  const Pieces* pieces(std::int64_t chunk) { return std::get_if<Pieces>(&row({0, chunk}).content); }
  const Node* node(NodeKey key) { return std::get_if<Node>(&row(key).content); }

  /// put and erase change a row here at once, and in the store at the next flush.
  void put(std::int64_t chunk, Pieces pieces) { put({0, chunk}, Content(std::move(pieces))); }
  void put(NodeKey key, const Node& node) { put(key, Content(node)); }
  void erase(NodeKey key) { put(key, Content()); }

  /// Removes every row, in the store at once.
  void clear();

  /// Writes the rows that differ from the rows of the store.
  void flush();

 private:
  using Content = std::variant<std::monostate, Pieces, Node>;  ///< monostate: there is no row
  struct Row {
    Content content;
    std::string stored;  ///< what the store holds; empty: nothing
    bool changed = false;
  };

  void fetch(const std::vector<NodeKey>& keys);
  Row& row(NodeKey key);
  void put(NodeKey key, Content content);

  NodeStore& store_;
  std::map<NodeKey, Row> rows_;
};

/// Nodes on this level have no parent. Each covers 1,024 days, so a search to the farthest horizon passes at most five
/// roots.
inline constexpr int kRootLevel = 2;

class DayTree : public Timeline {
 public:
  /// `store` and `source` outlive this object. `source` is read only when give(), give_all(), reopen() or refresh()
  /// frees time, to learn how much of it is really free; nullptr means a calendar without claims.
  DayTree(std::shared_ptr<const Pattern> pattern, NodeStore& store, ClaimSource* source);

  /// Cost, whatever the number of events: outside the hours no row; within two roots (1,024 days each) at most six rows
  /// in four round trips; one more row and round trip for each further root. A `duration` above kSaturation also costs
  /// one row for each 32 days passed over. Errors of this and all following functions: CorruptNode.
  std::optional<Instant> first_fit(Seconds duration, Span within) override;
  std::optional<Instant> last_fit(Seconds duration, Span within) override;

  /// Cost: the rows of the days that the claim covers in part, and the rows above them. Days that it covers entirely,
  /// and time outside the hours, cost no row.
  void take(Span claim) override;

  /// Cost: as take(), plus one read of the source around the claim.
  void give(Span claim) override;

  /// Gives back claims, sorted by start: holds past their deadline, which a reader gives back but never flushes. Cost:
  /// the rows as for give(), and one read of the source per stretch of claims less than a week apart.
  void give_all(const std::vector<Span>& claims);

  void close(Span day) override;
  void reopen(Span day) override;

  /// Writes the rows that have changed. The source must already include everything taken, given, closed and reopened
  /// here, because this object drops its own record of these changes.
  void flush();

  /// Rebuilds the tree from the pattern, `claims` (sorted) and `full_days`, and writes it. Needed when hours,
  /// increment, buffers, zone, zone data or the start of the chunks have changed. Cost: linear in the claims and in the
  /// days that they span.
  void rebuild(const std::vector<Span>& claims, const std::vector<Span>& full_days = {});

  /// Does the same for one part of the time line, after an override was added, changed or removed: the pattern of this
  /// object differs only in `changed` from the one with which the rows were written. Untouched days stay untouched.
  void refresh(Span changed);

  /// The faults of the rows, in at most `most` sentences: unreadable rows, rows without a parent, sums that differ from
  /// their child's, days that disagree with `claims` and `full_days`. Empty for a sound tree. Reads the store, without
  /// unflushed changes. Cost: that of a rebuild.
  std::vector<std::string> compare(const std::vector<Span>& claims, const std::vector<Span>& full_days,
                                   std::size_t most = 100);

 private:
  friend class FitSearch;
  friend class TreeComparison;

  /// A block as its parent records it; `sum` is set only if the block is stored.
  struct Child {
    ChildState state = ChildState::as_pattern;
    Sum sum{};
    friend bool operator==(const Child&, const Child&) = default;
  };
  /// Replaces the bookable time of `window` with `free`, which lies within it.
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

/// The timeline of a calendar that has this pattern and no claims.
std::shared_ptr<Timeline> timeline_without_claims(std::shared_ptr<const Pattern> pattern);

}  // namespace jb
