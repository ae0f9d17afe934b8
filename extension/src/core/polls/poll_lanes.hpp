// SPDX-License-Identifier: PostgreSQL
//
// Which of some pairs include a pair that changes turn by turn? To ask anew after each turn would cost a look at all
// members. So each of the fixed pairs is a lane, which counts what it lacks of the changing pair, and a turn moves the
// counts of all lanes at once, four counts to a word.
#pragma once

#include <array>
#include <stdexcept>

#include "poll.hpp"
#include "poll_sweep.hpp"

namespace jb {

class Lanes {
 public:
  static constexpr std::size_t kMost = 64;

  /// At most kMost pairs, in sets of `members` members. The changing pair is empty at first. Cost: a look at each
  /// member for each pair. Errors: std::length_error for more members than a poll has.
  Lanes(const std::vector<const Pair*>& pairs, std::size_t members) : rows_(2 * members) {
    if (members > kMostParticipants) throw std::length_error("more participants than a poll has");
    for (std::size_t lane = 0; lane < pairs.size(); ++lane) {
      for (std::size_t member = 0; member < members; ++member) {
        if (!pairs[lane]->free.has(member)) rows_[2 * member][lane / kInWord] += one(lane);
        if (!pairs[lane]->yes.has(member)) rows_[2 * member + 1][lane / kInWord] += one(lane);
      }
    }
  }

  void flip(MemberTurn turn) {
    const Row& row = rows_[2 * turn.member() + (turn.is_yes() ? 1 : 0)];
    for (std::size_t i = 0; i < lacking_.size(); ++i) lacking_[i] += turn.begins() ? row[i] : -row[i];
  }

  /// Whether the lane's pair includes the changing pair.
  bool includes(std::size_t lane) const { return (lacking_[lane / kInWord] >> kBits * (lane % kInWord) & 0xFFFF) == 0; }

 private:
  static constexpr std::size_t kBits = 16;
  static constexpr std::size_t kInWord = 64 / kBits;
  static_assert(2 * kMostParticipants < 1 << kBits);
  using Row = std::array<std::uint64_t, kMost / kInWord>;

  static std::uint64_t one(std::size_t lane) { return std::uint64_t{1} << kBits * (lane % kInWord); }

  std::vector<Row> rows_;  ///< for each member, free and with yes: 1 in each lane that lacks it
  Row lacking_{};
};

}  // namespace jb
