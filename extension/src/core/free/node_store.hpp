// SPDX-License-Identifier: PostgreSQL
//
// Where the rows of one calendar's day tree are kept: a table in PostgreSQL, a map in the tests.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace jb {

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

}  // namespace jb
