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

/// The rows of one calendar. A writer holds the calendar's lock, and reads after it has taken the lock.
class NodeStore {
 public:
  virtual ~NodeStore() = default;

  /// The bytes of the rows named, in the order of their keys in the call; empty where there is no row. One call is one
  /// round trip.
  virtual std::vector<std::string> load(const std::vector<NodeKey>& keys) = 0;

  /// Writes a row, over the old row if there is one. Called at most once for each row in a flush.
  virtual void save(NodeKey key, const std::string& bytes) = 0;

  virtual void erase(NodeKey key) = 0;

  /// Removes every row.
  virtual void clear() = 0;

  /// Every row there is, for checks.
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
// A row begins with a version and a CRC-32C (RFC 3720, 12.1; Castagnoli's polynomial) over its key and all that
// follows. The CRC finds every change of up to 32 neighbouring bits, and a row that stands under the wrong key. Numbers
// are written in units of their greatest common divisor, as LEB128 (DWARF 5, 7.6): a day that is cut on the five
// minutes takes two bytes a span. The same content always gives the same bytes.

/// What a node knows of a child.
enum class ChildState : std::uint8_t {
  as_pattern,  ///< untouched: as the hours say; it has no row
  closed,      ///< nothing is free; it has no row
  stored,      ///< as its own row says
};

/// A node above level 0. Sums are kept of stored children only.
struct Node {
  std::array<ChildState, kFanout> state{};
  std::array<Sum, kFanout> sum{};
  friend bool operator==(const Node&, const Node&) = default;
};

/// Thrown for a row that no writer of this version wrote like that. The claims are the truth; a rebuild mends the row.
class CorruptNode : public Failure {
 public:
  CorruptNode(NodeKey key, std::string_view why);
  NodeKey key;
};

std::string encode(NodeKey key, const Pieces& pieces);
std::string encode(NodeKey key, const Node& node);

/// Reads the row of a chunk. Errors: CorruptNode when version or checksum are wrong, or the numbers make no sense.
Pieces decode_pieces(NodeKey key, std::string_view bytes);

/// Reads the row of a node above. Errors: CorruptNode likewise.
Node decode_node(NodeKey key, std::string_view bytes);

// The rows of one day tree that a call has touched. Each row is read once, and written at most once in a flush, however
// many bookings change the row: the versions of a row that one transaction writes cannot be pruned while it runs.

class NodeCache {
 public:
  /// `store` outlives this object.
  explicit NodeCache(NodeStore& store) : store_(store) {}

  /// Reads in one round trip the rows that are not known yet.
  void prefetch(const std::vector<NodeKey>& keys);

  /// The content of a row; nullptr when there is no such row. The pointer is valid until the row is put or erased.
  /// Errors: CorruptNode.
  const Pieces* pieces(std::int64_t chunk) { return std::get_if<Pieces>(&row({0, chunk}).content); }
  const Node* node(NodeKey key) { return std::get_if<Node>(&row(key).content); }

  /// put and erase change a row here at once, and in the store with the next flush.
  void put(std::int64_t chunk, Pieces pieces) { put({0, chunk}, Content(std::move(pieces))); }
  void put(NodeKey key, const Node& node) { put(key, Content(node)); }
  void erase(NodeKey key) { put(key, Content()); }

  /// Removes every row, in the store at once.
  void clear();

  /// Writes the rows that differ from the rows of the store.
  void flush();

 private:
  using Content = std::variant<std::monostate, Pieces, Node>;  ///< the first: there is no row
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
