// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file as its blocks, BEGIN to END, with the lines of each block: the shape of the file, without its
// meaning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content_line.hpp"

namespace jb {

struct Block {
  std::string name;      ///< VEVENT, in upper case
  std::size_t line = 0;  ///< of its BEGIN
  std::vector<ContentLine> lines;
  std::vector<Block> blocks;
  std::string problem;  ///< the first of its lines that is no content line, as a sentence's end; empty: there is none

  /// The first line of this name; nullptr when there is no such line.
  const ContentLine* find(std::string_view name) const;
};

/// The VCALENDAR blocks of a file, at least one.
/// Errors: 22023 under `ics`, with the line, where blocks do not fit into each other, are missing or too deep, and
/// where the file is longer than 16 MiB.
std::vector<Block> parse_blocks(std::string_view text);

}  // namespace jb
