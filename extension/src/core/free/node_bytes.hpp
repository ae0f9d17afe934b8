// SPDX-License-Identifier: PostgreSQL
//
// The rows of the day tree as bytes.
//
// A row begins with a version and a CRC-32C (RFC 3720, 12.1; Castagnoli's polynomial) over its key and all that
// follows. The CRC finds every change of up to 32 neighbouring bits, and a row that stands under the wrong key. Numbers
// are written in units of their greatest common divisor, as LEB128 (DWARF 5, 7.6): a day that is cut on the five
// minutes takes two bytes a span. The same content always gives the same bytes.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "../values/failure.hpp"
#include "free_time.hpp"
#include "node_store.hpp"
#include "pattern.hpp"

namespace jb {

/// What a node knows of a child.
enum class ChildState : std::uint8_t {
  as_pattern,  ///< untouched: as the hours say; it has no row
  closed,      ///< nothing is free; it has no row
  stored,      ///< as its own row says
};

/// A node above level 0. Sums are kept of stored children only.
struct Node {
  std::array<ChildState, kFanout> state{};
  std::array<Sum, kFanout> sum{};
  friend bool operator==(const Node&, const Node&) = default;
};

/// Thrown for a row that no writer of this version wrote like that. The claims are the truth; a rebuild mends the row.
class CorruptNode : public Failure {
 public:
  CorruptNode(NodeKey key, std::string_view why);
  NodeKey key;
};

std::string encode(NodeKey key, const Pieces& pieces);
std::string encode(NodeKey key, const Node& node);

/// Reads the row of a chunk. Errors: CorruptNode when version or checksum are wrong, or the numbers make no sense.
Pieces decode_pieces(NodeKey key, std::string_view bytes);

/// Reads the row of a node above. Errors: CorruptNode likewise.
Node decode_node(NodeKey key, std::string_view bytes);

}  // namespace jb
