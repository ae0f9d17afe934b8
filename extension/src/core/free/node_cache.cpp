// SPDX-License-Identifier: PostgreSQL
#include "node_cache.hpp"

namespace jb {

void NodeCache::prefetch(const std::vector<NodeKey>& keys) {
  std::vector<NodeKey> unknown;
  for (const NodeKey& key : keys)
    if (!rows_.contains(key)) unknown.push_back(key);
  if (!unknown.empty()) fetch(unknown);
}

void NodeCache::fetch(const std::vector<NodeKey>& keys) {
  std::vector<std::string> rows = store_.load(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Row row;
    if (!rows[i].empty()) {
      if (keys[i].level == 0)
        row.content = decode_pieces(keys[i], rows[i]);
      else
        row.content = decode_node(keys[i], rows[i]);
    }
    row.stored = std::move(rows[i]);
    rows_[keys[i]] = std::move(row);
  }
}

NodeCache::Row& NodeCache::row(NodeKey key) {
  auto found = rows_.find(key);
  if (found == rows_.end()) {
    fetch({key});
    found = rows_.find(key);
  }
  return found->second;
}

// A row that is put unread is read first: what the store holds decides whether it must be written.
void NodeCache::put(NodeKey key, Content content) {
  auto& put = row(key);
  put.content = std::move(content);
  put.changed = true;
}

void NodeCache::clear() {
  rows_.clear();
  store_.clear();
}

// In the order of the keys, so that any two writers write in the same order and a run can be repeated exactly.
void NodeCache::flush() {
  for (auto& [key, row] : rows_) {
    if (!std::exchange(row.changed, false)) continue;
    const auto* pieces = std::get_if<Pieces>(&row.content);
    const auto* node = std::get_if<Node>(&row.content);
    std::string bytes = pieces ? encode(key, *pieces) : node ? encode(key, *node) : std::string{};
    if (bytes == row.stored) continue;
    if (bytes.empty())
      store_.erase(key);
    else
      store_.save(key, bytes);
    row.stored = std::move(bytes);
  }
}

}  // namespace jb
