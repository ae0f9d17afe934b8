// SPDX-License-Identifier: PostgreSQL
//
// Promise: a row of the day tree, whatever its bytes, is read as free time within its day or refused as corrupt. A
// parsed row is written and read back as the same. The checksum is set right, as the reader must be safe without it.
//
// Input: the body of a row, read as a chunk and as a node.
#include "../promise.hpp"
#include "../target.hpp"
#include "core/free/day_tree.hpp"

namespace jb::fuzz::of_tree_row {
namespace {

void append(std::string& bytes, std::uint64_t number, int width) {
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(number >> (8 * i));
}

/// CRC-32C bit by bit (RFC 3720, 12.1).
std::uint32_t crc_of(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >> 1) ^ 0x82F63B78U : crc >> 1;
  }
  return ~crc;
}

std::string row_of(NodeKey key, std::string_view body) {
  std::string sealed;
  append(sealed, static_cast<std::uint64_t>(key.level), 1);
  append(sealed, static_cast<std::uint64_t>(key.block), 8);
  const std::uint32_t crc = crc_of(sealed.append(body));
  std::string row(1, '\1');
  append(row, crc, 4);
  return row.append(body);
}

template <class Decode>
void read(NodeKey key, std::string_view bytes, Decode decode) {
  try {
    const auto content = decode(key, bytes);
    promise(decode(key, encode(key, content)) == content, "a row is read as it is written");
  } catch (const CorruptNode& corrupt) {
    promise(!corrupt.hint.empty() && corrupt.error == Error::data_corrupted, "a corrupt row says what to do");
  }
}

Pieces checked_pieces(NodeKey key, std::string_view bytes) {
  const Pieces pieces = decode_pieces(key, bytes);
  std::int32_t end = -1;
  for (const Piece& piece : pieces) {
    promise(end < piece.start && piece.start < piece.end && piece.end <= kChunkSeconds, "free time lies in its day");
    end = piece.end;
  }
  return pieces;
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const NodeKey key : {NodeKey{0, 20'000}, NodeKey{1, -3}, NodeKey{2, 0}}) {
    const std::string row = row_of(key, bytes);
    for (const std::string_view given : {bytes, std::string_view(row)}) {
      if (key.level == 0)
        read(key, given, checked_pieces);
      else
        read(key, given, decode_node);
    }
  }
  return 0;
}

const Target target{"tree_row", read_input};

}  // namespace
}  // namespace jb::fuzz::of_tree_row
