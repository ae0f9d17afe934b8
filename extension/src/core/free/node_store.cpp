// SPDX-License-Identifier: PostgreSQL
#include "node_store.hpp"

namespace jb {

std::vector<std::string> RowMap::load(const std::vector<NodeKey>& keys) {
  std::vector<std::string> found;
  found.reserve(keys.size());
  for (const NodeKey& key : keys) {
    const auto row = rows.find(key);
    found.push_back(row != rows.end() ? row->second : std::string{});
  }
  return found;
}

std::vector<NodeKey> RowMap::keys() {
  std::vector<NodeKey> all;
  all.reserve(rows.size());
  for (const auto& [key, bytes] : rows) all.push_back(key);
  return all;
}

}  // namespace jb
