// SPDX-License-Identifier: PostgreSQL
#include "node_cache.hpp"

#include <algorithm>

namespace jb {

bool NodeCache::knows(NodeKey key) const { return key.level == 0 ? chunks_.contains(key.block) : nodes_.contains(key); }

template <class Content, class Decode>
NodeCache::Row<Content> NodeCache::read(NodeKey key, std::string bytes, Decode decode) {
  Row<Content> row;
  if (!bytes.empty()) row.content = decode(key, bytes);
  row.stored = std::move(bytes);
  return row;
}

void NodeCache::prefetch(const std::vector<NodeKey>& keys) {
  std::vector<NodeKey> unknown;
  for (const NodeKey& key : keys)
    if (!knows(key)) unknown.push_back(key);
  if (!unknown.empty()) fetch(unknown);
}

void NodeCache::fetch(const std::vector<NodeKey>& keys) {
  std::vector<std::string> rows = store_.load(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].level == 0)
      chunks_[keys[i].block] = read<Pieces>(keys[i], std::move(rows[i]), decode_pieces);
    else
      nodes_[keys[i]] = read<Node>(keys[i], std::move(rows[i]), decode_node);
  }
}

const Pieces* NodeCache::pieces(std::int64_t chunk) {
  auto found = chunks_.find(chunk);
  if (found == chunks_.end()) {
    fetch({{0, chunk}});
    found = chunks_.find(chunk);
  }
  return found->second.content ? &*found->second.content : nullptr;
}

const Node* NodeCache::node(NodeKey key) {
  auto found = nodes_.find(key);
  if (found == nodes_.end()) {
    fetch({key});
    found = nodes_.find(key);
  }
  return found->second.content ? &*found->second.content : nullptr;
}

// A row that is put unread is read first: what the store holds decides whether it must be written.
void NodeCache::put(std::int64_t chunk, Pieces pieces) {
  this->pieces(chunk);
  auto& row = chunks_.find(chunk)->second;
  row.content = std::move(pieces);
  if (!std::exchange(row.changed, true)) changed_.push_back({0, chunk});
}

void NodeCache::put(NodeKey key, const Node& node) {
  this->node(key);
  auto& row = nodes_.find(key)->second;
  row.content = node;
  if (!std::exchange(row.changed, true)) changed_.push_back(key);
}

void NodeCache::erase(NodeKey key) {
  const auto remove = [&](auto& row) {
    row.content.reset();
    if (!std::exchange(row.changed, true)) changed_.push_back(key);
  };
  prefetch({key});
  if (key.level == 0)
    remove(chunks_.find(key.block)->second);
  else
    remove(nodes_.find(key)->second);
}

void NodeCache::clear() {
  chunks_.clear();
  nodes_.clear();
  changed_.clear();
  store_.clear();
}

template <class Content>
void NodeCache::write(NodeKey key, Row<Content>& row) {
  row.changed = false;
  std::string bytes = row.content ? encode(key, *row.content) : std::string{};
  if (bytes == row.stored) return;
  if (row.content)
    store_.save(key, bytes);
  else
    store_.erase(key);
  row.stored = std::move(bytes);
}

// In the order of the keys, so that any two writers write in the same order and a run can be repeated exactly.
void NodeCache::flush() {
  std::sort(changed_.begin(), changed_.end());
  for (const NodeKey& key : changed_) {
    if (key.level == 0)
      write(key, chunks_.find(key.block)->second);
    else
      write(key, nodes_.find(key)->second);
  }
  changed_.clear();
}

}  // namespace jb
