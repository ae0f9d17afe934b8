// SPDX-License-Identifier: PostgreSQL
//
// Free time within a chunk, second by second, and its sum: what a first-fit tree knows of a block from outside.
//
// A chunk is always 86,400 s of the UTC time line: a clock change alters no chunk's length. Free time is kept as a set
// of seconds, written as its maximal pieces. So two chunks are joined by looking at their common border only.
#pragma once

#include <cstdint>
#include <vector>

#include "../values/time.hpp"

namespace jb {

inline constexpr std::int32_t kChunkSeconds = 86'400;

/// Sums count up to this length; a sum of this length means "at least so much". So a change deep in an open calendar
/// ends at the first ancestor whose sums did not change. It must not be shorter than a chunk.
inline constexpr std::int32_t kSaturation = 7 * kChunkSeconds;

/// Free seconds [start, end) of a chunk, counted from its begin: 0 <= start < end <= 86,400.
struct Piece {
  std::int32_t start;
  std::int32_t end;
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Sorted by start, neither overlapping nor touching.
using Pieces = std::vector<Piece>;

/// The lengths of the free stretches at the begin of a block and at its end, and of the longest free stretch anywhere
/// in the block; in seconds, exact up to kSaturation. `full`: the whole block is free, however long it is.
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

/// Makes exactly `with`, which lies within `window`, the free time of `window`. Result: whether anything changed.
/// Cost: linear in the pieces of the chunk.
bool replace(Pieces& pieces, Piece window, const Pieces& with);

}  // namespace jb
