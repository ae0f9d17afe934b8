// SPDX-License-Identifier: PostgreSQL
//
// A set of participants as bits, one for each participant's number: small enough to keep many, and compared a word at a
// time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace jb {

class Members {
 public:
  /// The empty set of `count` possible members.
  explicit Members(std::size_t count) : words_((count + 63) / 64) {}

  /// Puts the member into the set, or takes it out if it is there.
  void flip(std::size_t member) { words_[member / 64] ^= std::uint64_t{1} << member % 64; }

  bool has(std::size_t member) const { return (words_[member / 64] >> member % 64 & 1U) != 0; }

  bool includes(const Members& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if ((other.words_[i] & ~words_[i]) != 0) return false;
    return true;
  }

  /// Calls `work` with each number, in ascending order.
  template <class Work>
  void each(Work&& work) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (auto word = words_[i]; word != 0; word &= word - 1)
        work(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
  }

  /// The order in which the members' numbers, written as lists, compare. Both sets have one size.
  friend bool operator<(const Members& a, const Members& b) {
    const auto [left, right] = std::mismatch(a.words_.begin(), a.words_.end(), b.words_.begin());
    if (left == a.words_.end()) return false;
    const auto lowest_difference = (*left ^ *right) & -(*left ^ *right);
    return (*left & lowest_difference) != 0;
  }
  friend bool operator==(const Members&, const Members&) = default;

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace jb
