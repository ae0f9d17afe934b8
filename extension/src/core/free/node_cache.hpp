// SPDX-License-Identifier: PostgreSQL
//
// The rows of one day tree that a call has touched. Each row is read once, and written at most once in a flush, however
// many bookings change the row: the versions of a row that one transaction writes cannot be pruned while it runs.
#pragma once

#include <optional>
#include <unordered_map>
#include <utility>

#include "node_bytes.hpp"

namespace jb {

class NodeCache {
 public:
  /// `store` outlives this object.
  explicit NodeCache(NodeStore& store) : store_(store) {}

  /// Reads in one round trip the rows that are not known yet.
  void prefetch(const std::vector<NodeKey>& keys);

  /// The content of a row; nullptr when there is no such row. The pointer is valid until the row is put or erased.
  /// Errors: CorruptNode.
  const Pieces* pieces(std::int64_t chunk);
  const Node* node(NodeKey key);

  /// put and erase change a row here at once, and in the store with the next flush.
  void put(std::int64_t chunk, Pieces pieces);
  void put(NodeKey key, const Node& node);
  void erase(NodeKey key);

  /// Removes every row, in the store at once.
  void clear();

  /// Writes the rows that differ from the rows of the store.
  void flush();

 private:
  template <class Content>
  struct Row {
    std::optional<Content> content;  ///< none: there is no row
    std::string stored;              ///< what the store holds; empty: nothing
    bool changed = false;
  };
  struct Hash {
    std::size_t operator()(const NodeKey& key) const { return std::hash<std::int64_t>{}(key.block * 8 + key.level); }
  };
  using ChunkRows = std::unordered_map<std::int64_t, Row<Pieces>>;
  using NodeRows = std::unordered_map<NodeKey, Row<Node>, Hash>;

  bool knows(NodeKey key) const;
  void fetch(const std::vector<NodeKey>& keys);
  template <class Content, class Decode>
  static Row<Content> read(NodeKey key, std::string bytes, Decode decode);
  template <class Content>
  void write(NodeKey key, Row<Content>& row);

  NodeStore& store_;
  ChunkRows chunks_;
  NodeRows nodes_;
  std::vector<NodeKey> changed_;
};

}  // namespace jb
