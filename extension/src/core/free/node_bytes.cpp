// SPDX-License-Identifier: PostgreSQL
//
//   chunk  version, CRC (4), then unless it is empty: unit, and for each piece the gap before it and its length
//   node   version, CRC (4), two bits a child (8), then if a stored child is neither full nor without free time: unit,
//          and for each such child prefix, longest, suffix
//
// The CRC stands in front, not behind: an update in place logs the bytes from the first to the last that differ.
#include "node_bytes.hpp"

#include <numeric>

namespace jb {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHead = 5;
constexpr std::size_t kStates = kFanout / 4;

// What two bits say of a child: its state, and of a stored child the two sums that need no numbers.
enum Code : unsigned { kAsPattern, kClosed, kStored, kStoredFull };

using CrcTables = std::array<std::array<std::uint32_t, 256>, 4>;

// tables[k][byte]: what a byte followed by k zero bytes makes of the CRC. With it four bytes are taken at once
// (M. E. Kounavis and F. L. Berry, "A systematic approach to building high performance, software-based, CRC
// generators", ISCC 2005: slicing by 4). A day of a thousand spans is 2 kB, read and written by each booking.
constexpr CrcTables crc_tables() {
  CrcTables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >> 1) ^ 0x82F63B78U : crc >> 1;
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k)
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xFF];
  return tables;
}

std::uint32_t crc_over(std::uint32_t crc, std::string_view bytes) {
  static constexpr auto tables = crc_tables();
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  for (; bytes.size() >= 4; bytes.remove_prefix(4))
    crc = tables[3][(crc ^ at(0)) & 0xFF] ^ tables[2][(crc >> 8 ^ at(1)) & 0xFF] ^
          tables[1][(crc >> 16 ^ at(2)) & 0xFF] ^ tables[0][crc >> 24 ^ at(3)];
  for (const char byte : bytes) crc = tables[0][(crc ^ static_cast<std::uint8_t>(byte)) & 0xFF] ^ (crc >> 8);
  return crc;
}

void append_fixed(std::string& bytes, std::uint64_t number, int width) {
  for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
}

std::uint32_t checksum(NodeKey key, std::string_view body) {
  std::string seed;
  append_fixed(seed, static_cast<std::uint64_t>(key.level), 1);
  append_fixed(seed, static_cast<std::uint64_t>(key.block), 8);
  return ~crc_over(crc_over(~0U, seed), body);
}

std::string sealed(NodeKey key, std::string_view body) {
  std::string bytes(1, kVersion);
  append_fixed(bytes, checksum(key, body), 4);
  return bytes.append(body);
}

std::string_view opened(NodeKey key, std::string_view bytes) {
  if (bytes.size() < kHead) throw CorruptNode(key, "is too short");
  if (bytes[0] != kVersion) throw CorruptNode(key, "has an unknown version");
  std::string crc;
  append_fixed(crc, checksum(key, bytes.substr(kHead)), 4);
  if (bytes.substr(1, 4) != crc) throw CorruptNode(key, "does not match its checksum");
  return bytes.substr(kHead);
}

void append_number(std::string& bytes, std::int32_t number) {
  auto rest = static_cast<std::uint32_t>(number);
  for (; rest >= 0x80; rest >>= 7) bytes.push_back(static_cast<char>(rest | 0x80));
  bytes.push_back(static_cast<char>(rest));
}

std::string with_unit(const std::vector<std::int32_t>& numbers) {
  std::string bytes;
  std::int32_t unit = 0;
  for (const std::int32_t number : numbers)
    if (unit != 1) unit = std::gcd(unit, number);
  if (unit == 0) return bytes;
  bytes.reserve(2 * numbers.size() + 8);
  append_number(bytes, unit);
  for (const std::int32_t number : numbers) append_number(bytes, number / unit);
  return bytes;
}

/// Reads what with_unit wrote.
class Reader {
 public:
  Reader(NodeKey key, std::string_view bytes) : key_(key), rest_(bytes) {
    if (!rest_.empty()) unit_ = raw();
  }

  bool at_end() const { return rest_.empty(); }

  /// The next number. The CRC is right, so only a mistake of the writer can make the number wrong; even then the only
  /// result may be an error.
  std::int32_t next() {
    const std::int64_t number = std::int64_t{raw()} * unit_;
    if (number > kSaturation) throw CorruptNode(key_, "holds a number that is no length");
    return static_cast<std::int32_t>(number);
  }

 private:
  std::int32_t raw() {
    std::uint32_t number = 0;
    for (int shift = 0; shift < 21 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      number |= (byte & 0x7FU) << shift;
      if (byte < 0x80 && number <= kSaturation) return static_cast<std::int32_t>(number);
    }
    throw CorruptNode(key_, "holds a number that is no length");
  }

  NodeKey key_;
  std::string_view rest_;
  std::int32_t unit_ = 0;
};

Code code_of(ChildState state, const Sum& sum) {
  if (state == ChildState::stored && sum.full) return kStoredFull;
  return static_cast<Code>(state);
}

Sum full_sum(int level) { return level == 0 ? kFullChunk : Sum{kSaturation, kSaturation, kSaturation, true}; }

}  // namespace

CorruptNode::CorruptNode(NodeKey key, std::string_view why)
    : Failure(Error::data_corrupted,
              "day tree row (" + std::to_string(key.level) + ", " + std::to_string(key.block) + ") " + std::string{why},
              "", "Ask jb_check() which calendar it is, and make its tree anew with jb_rebuild()."),
      key(key) {}

std::string encode(NodeKey key, const Pieces& pieces) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(2 * pieces.size());
  std::int32_t end = 0;
  for (const Piece& piece : pieces) {
    numbers.push_back(piece.start - end);
    numbers.push_back(piece.end - piece.start);
    end = piece.end;
  }
  return sealed(key, with_unit(numbers));
}

std::string encode(NodeKey key, const Node& node) {
  std::uint64_t codes = 0;
  std::vector<std::int32_t> numbers;
  for (int i = 0; i < kFanout; ++i) {
    const Sum& sum = node.sum[i];
    const Code code = code_of(node.state[i], sum);
    codes |= std::uint64_t{code} << (2 * i);
    if (code == kStored) numbers.insert(numbers.end(), {sum.prefix, sum.longest, sum.suffix});
  }
  std::string body;
  append_fixed(body, codes, kStates);
  return sealed(key, body + with_unit(numbers));
}

Pieces decode_pieces(NodeKey key, std::string_view bytes) {
  Reader reader{key, opened(key, bytes)};
  Pieces pieces;
  std::int64_t end = 0;
  while (!reader.at_end()) {
    const std::int64_t start = end + reader.next();
    if (start == end && !pieces.empty()) throw CorruptNode(key, "holds pieces that touch");
    end = start + reader.next();
    if (start == end) throw CorruptNode(key, "holds a piece without a length");
    if (end > kChunkSeconds) throw CorruptNode(key, "reaches beyond its day");
    pieces.push_back({static_cast<std::int32_t>(start), static_cast<std::int32_t>(end)});
  }
  return pieces;
}

Node decode_node(NodeKey key, std::string_view bytes) {
  const std::string_view body = opened(key, bytes);
  if (body.size() < kStates) throw CorruptNode(key, "is too short");
  Reader reader{key, body.substr(kStates)};
  const bool has_numbers = !reader.at_end();
  Node node;
  for (int i = 0; i < kFanout; ++i) {
    const unsigned code = static_cast<std::uint8_t>(body[i / 4]) >> (2 * (i % 4)) & 3U;
    node.state[i] = code == kStoredFull ? ChildState::stored : static_cast<ChildState>(code);
    if (code == kStoredFull) node.sum[i] = full_sum(key.level - 1);
    if (code == kStored && has_numbers) node.sum[i] = {reader.next(), reader.next(), reader.next()};
  }
  if (!reader.at_end()) throw CorruptNode(key, "has bytes left over");
  return node;
}

}  // namespace jb
