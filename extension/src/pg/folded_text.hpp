// SPDX-License-Identifier: PostgreSQL
//
// People's words as they are compared: Unicode says which texts differ in case alone, or in how a letter and its accent
// are written (Unicode Standard, 3.13, D145: canonical caseless matching). ICU has the tables. Its answer may change
// with the next version of Unicode, so no index is made of it.
#pragma once

#include <string>

namespace jb::pg {

/// The text in folded case and composed (NFC), with one blank in place of white space (Unicode's White_Space), and none
/// at its ends: texts that a reader takes for the same are the same bytes.
std::string folded_text(const std::string& text);

}  // namespace jb::pg
