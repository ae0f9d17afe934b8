// SPDX-License-Identifier: PostgreSQL
//
// The rows of one day tree that a call has touched. Each row is read once, and written at most once in a flush, however
// many bookings change the row: the versions of a row that one transaction writes cannot be pruned while it runs.
#pragma once

#include <map>
#include <utility>
#include <variant>

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

}  // namespace jb
