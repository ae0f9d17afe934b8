// SPDX-License-Identifier: PostgreSQL
//
// Where rows stood when this backend saw or wrote them last.
//
// A transaction that writes a row ten thousand times leaves ten thousand versions of it, which cannot be cleared away
// while it runs, and a scan of the index meets them one after the other. The backend looks where it has left the row
// instead, and asks the index where the row is not there. What must stay true: a row found at its place has the key
// that was asked for, and is shown by the snapshot. Then it is the row that the index would find, since the key is
// unique.
//
// A hash table, because a tree of many thousand keys is walked through memory that no cache holds: that took 3 % of a
// booking's time, and no count of instructions showed it.
#pragma once

#include <functional>
#include <unordered_map>

#include "pg/table.hpp"

namespace jb {

template <class Key, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
class KnownPlaces {
 public:
  /// The row of this key: that which stands at the known place of `table`, if `is_it`, or else what `search` finds.
  template <class IsIt, class Search>
  pg::Rows find(const Key& key, pg::Table& table, pg::Snapshot snapshot, IsIt is_it, Search search) {
    const auto known = places_.find(key);
    if (known != places_.end()) {
      auto row = table.at(known->second, snapshot);
      if (!row.empty() && is_it(row)) return row;
    }
    auto row = search();
    if (!row.empty()) remember(key, row.place(0));
    return row;
  }

  void remember(const Key& key, pg::Place place) {
    if (places_.size() >= kMost) places_.clear();
    places_.insert_or_assign(key, place);
  }

 private:
  static constexpr std::size_t kMost = 10'000;
  std::unordered_map<Key, pg::Place, Hash, Equal> places_;
};

}  // namespace jb
