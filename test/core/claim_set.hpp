// SPDX-License-Identifier: PostgreSQL
//
// Claims in a sorted set, as a source that answers fast however many claims there are; and a store of rows that counts
// its reads and writes.
#pragma once

#include <iterator>
#include <map>
#include <vector>

#include "core/free/day_tree.hpp"
#include "core/free/hours.hpp"

namespace jb::test {

class ClaimSet final : public ClaimSource {
 public:
  void add(Span claim) { claims_[claim.start] = claim.end; }
  void remove(Span claim) { claims_.erase(claim.start); }
  std::size_t size() const { return claims_.size(); }

  std::vector<Span> claims(Span within) override {
    auto next = claims_.lower_bound(within.start);
    if (next != claims_.begin() && std::prev(next)->second > within.start) --next;
    std::vector<Span> found;
    for (; next != claims_.end() && next->first < within.end; ++next) found.push_back({next->first, next->second});
    return found;
  }
  std::vector<Span> full_days(Span) override { return {}; }

  std::vector<Span> all() const {
    std::vector<Span> found;
    for (const auto& [start, end] : claims_) found.push_back({start, end});
    return found;
  }

 private:
  std::map<Instant, Instant> claims_;
};

class CountingStore final : public NodeStore {
 public:
  std::vector<std::string> load(const std::vector<NodeKey>& keys) override {
    ++trips;
    loads += static_cast<int>(keys.size());
    return map.load(keys);
  }
  void save(NodeKey key, const std::string& bytes) override {
    ++saves;
    map.save(key, bytes);
  }
  void erase(NodeKey key) override {
    ++saves;
    map.erase(key);
  }
  void clear() override { map.clear(); }
  std::vector<NodeKey> keys() override { return map.keys(); }

  void count_anew() { trips = loads = saves = 0; }

  RowMap map;
  int trips = 0;
  int loads = 0;
  int saves = 0;
};

}  // namespace jb::test
