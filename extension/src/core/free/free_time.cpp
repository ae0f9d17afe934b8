// SPDX-License-Identifier: PostgreSQL
#include "free_time.hpp"

#include <algorithm>

namespace jb {
namespace {

/// Appends a piece that begins no earlier than the last piece ends.
void append(Pieces& pieces, Piece piece) {
  if (piece.start >= piece.end) return;
  if (!pieces.empty() && pieces.back().end == piece.start)
    pieces.back().end = piece.end;
  else
    pieces.push_back(piece);
}

}  // namespace

Sum sum_of(const Pieces& pieces) {
  Sum sum;
  if (pieces.empty()) return sum;
  if (pieces.front().start == 0) sum.prefix = pieces.front().end;
  if (pieces.back().end == kChunkSeconds) sum.suffix = kChunkSeconds - pieces.back().start;
  for (const Piece& piece : pieces) sum.longest = std::max(sum.longest, piece.end - piece.start);
  sum.full = sum.longest == kChunkSeconds;
  return sum;
}

// A full block's prefix is its length, or saturated. In both cases adding the next block's prefix and saturating gives
// the right sum.
Sum joined(const Sum& left, const Sum& right) {
  Sum sum;
  sum.prefix = left.full ? std::min(left.prefix + right.prefix, kSaturation) : left.prefix;
  sum.suffix = right.full ? std::min(right.suffix + left.suffix, kSaturation) : right.suffix;
  sum.longest = std::max({left.longest, right.longest, std::min(left.suffix + right.prefix, kSaturation)});
  sum.full = left.full && right.full;
  return sum;
}

bool replace(Pieces& pieces, Piece window, const Pieces& with) {
  Pieces result;
  result.reserve(pieces.size() + with.size() + 1);
  for (const Piece& piece : pieces)
    if (piece.start < window.start) append(result, {piece.start, std::min(piece.end, window.start)});
  for (const Piece& piece : with) append(result, piece);
  for (const Piece& piece : pieces)
    if (piece.end > window.end) append(result, {std::max(piece.start, window.end), piece.end});
  if (result == pieces) return false;
  pieces = std::move(result);
  return true;
}

}  // namespace jb
