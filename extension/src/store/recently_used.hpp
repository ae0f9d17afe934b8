// SPDX-License-Identifier: PostgreSQL
//
// What a backend keeps from call to call, up to a number of bytes.
#pragma once

#include <list>
#include <map>
#include <utility>

namespace jb {

/// Values by their keys. Where they take more bytes than `most`, those go first that were not looked for the longest
/// time; the one that was put last stays.
template <class Key, class Value>
class RecentlyUsed {
 public:
  explicit RecentlyUsed(std::size_t most) : most_(most) {}

  /// The value of the key, or nullptr. Valid until the next put().
  Value* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return &found->second->value;
  }

  /// Keeps the value, of this size, in the place of the one that the key had.
  Value& put(const Key& key, Value value, std::size_t bytes) {
    if (const auto found = places_.find(key); found != places_.end()) erase(found);
    const auto place = places_.emplace(key, kept_.end()).first;
    kept_.push_front({std::move(value), bytes, place});
    place->second = kept_.begin();
    bytes_ += bytes;
    while (bytes_ > most_ && kept_.size() > 1) erase(kept_.back().place);
    return kept_.front().value;
  }

 private:
  struct Kept;
  using Places = std::map<Key, typename std::list<Kept>::iterator>;
  struct Kept {
    Value value;
    std::size_t bytes;
    typename Places::iterator place;
  };

  void erase(typename Places::iterator place) {
    bytes_ -= place->second->bytes;
    kept_.erase(place->second);
    places_.erase(place);
  }

  std::size_t most_;
  std::size_t bytes_ = 0;
  std::list<Kept> kept_;  ///< the last one was not looked for the longest time
  Places places_;
};

}  // namespace jb
