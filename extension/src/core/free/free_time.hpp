// SPDX-License-Identifier: PostgreSQL
//
// Free time within a chunk, second by second, and seen from outside as a sum: what a first-fit tree knows of a block.
//
// A chunk is 86,400 s of the UTC time line, always: a clock change alters no length. Free time is kept as a set of
// seconds, written as its maximal pieces, so that two chunks join by looking at their common border only.
#pragma once

#include <cstdint>
#include <vector>

#include "../values/time.hpp"

namespace jb {

inline constexpr std::int32_t kChunkSeconds = 86'400;

/// Sums count no further: from here on a length means "at least so much". It lets a change deep in an open calendar
/// end at its first ancestor whose sums did not change, and it must not be shorter than a chunk.
inline constexpr std::int32_t kSaturation = 7 * kChunkSeconds;

/// Free seconds [start, end) of a chunk, counted from its begin: 0 <= start < end <= 86,400.
struct Piece {
  std::int32_t start;
  std::int32_t end;
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Sorted by start, neither overlapping nor touching.
using Pieces = std::vector<Piece>;

/// What is free at the begin of a block, at its end, and the longest stretch anywhere in it; in seconds, exact up to
/// kSaturation. `full`: the whole block is free, however long it is.
struct Sum {
  std::int32_t prefix = 0;
  std::int32_t longest = 0;
  std::int32_t suffix = 0;
  bool full = false;
  friend bool operator==(const Sum&, const Sum&) = default;
};

inline constexpr Sum kFullChunk{kChunkSeconds, kChunkSeconds, kChunkSeconds, true};

/// The sum of a chunk.
Sum sum_of(const Pieces& pieces);

/// The sum of two blocks that follow one another. Associative, so blocks may be joined one by one.
Sum joined(const Sum& left, const Sum& right);

/// Makes nothing but `with`, which lies within `window`, free in `window`. Result: whether that changed anything.
/// Cost: linear in the pieces of the chunk.
bool replace(Pieces& pieces, Piece window, const Pieces& with);

}  // namespace jb
