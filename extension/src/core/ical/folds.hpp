// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <string>

namespace jb {

/// A file with each line break that stands within a UTF-8 character, and the blank after it, moved before that
/// character. RFC 5545, 3.1 allows such folds; the text is no UTF-8 before they are undone, and no server takes it. The
/// lines keep their numbers.
std::string with_whole_characters(std::string file);

}  // namespace jb
