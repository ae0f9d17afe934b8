// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file as its blocks, BEGIN to END, with the lines of each block: the shape of the file, without its
// meaning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lenient_text.hpp"

namespace jb {

struct Block {
  std::string name;      ///< VEVENT, in upper case
  std::size_t line = 0;  ///< of its BEGIN
  std::vector<ContentLine> lines;
  std::vector<Block> blocks;
  Notes odd;  ///< lines that are no content lines, and what of the others was overlooked

  /// The first line of this name; nullptr when there is no such line.
  const ContentLine* find(std::string_view name) const;
};

/// The VCALENDAR blocks of a file, at least one. Lines around them are overlooked; the first block with an event notes
/// them. A block without its END ends where the next one begins beside it, or where a block around it ends.
/// Errors: 22023 under `ics`, with the line, where the file ends within a block, which tells that the rest of it is
/// missing; where blocks stand outside of a calendar or too deep; and where the file is longer than 16 MiB.
std::vector<Block> parse_blocks(std::string_view text);

}  // namespace jb
