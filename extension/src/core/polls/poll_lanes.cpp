// SPDX-License-Identifier: PostgreSQL
#include "poll_lanes.hpp"

#include <stdexcept>

namespace jb {

Lanes::Lanes(const std::vector<const Pair*>& pairs, std::size_t members) : rows_(2 * members) {
  if (members > kMostParticipants) throw std::length_error("more participants than a poll has");
  for (std::size_t lane = 0; lane < pairs.size(); ++lane) {
    for (std::size_t member = 0; member < members; ++member) {
      if (!pairs[lane]->free.has(member)) rows_[2 * member][lane / kInWord] += one(lane);
      if (!pairs[lane]->yes.has(member)) rows_[2 * member + 1][lane / kInWord] += one(lane);
    }
  }
}

}  // namespace jb
