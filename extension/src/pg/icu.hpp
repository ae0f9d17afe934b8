// SPDX-License-Identifier: PostgreSQL
//
// What Unicode knows and ICU has tables of. PostgreSQL uses the same library.
#pragma once

#include <string>
#include <vector>

namespace jb::pg {

// People's words as they are compared: Unicode says which texts differ in case alone, or in how a letter and its accent
// are written (Unicode Standard, 3.13, D145: canonical caseless matching). ICU has the tables. Its answer may change
// with the next version of Unicode, so no index is made of it.

/// The text in folded case and composed (NFC), with one blank in place of white space (Unicode's White_Space), and none
/// at its ends: texts that a reader takes for the same are the same bytes.
std::string folded_text(const std::string& text);

// Time zones as Windows names them, and with it the programs of its maker: "W. Europe Standard Time". Unicode's CLDR
// says which zone of the IANA database each of these names stands for (windowsZones.xml). ICU has the table: a library
// that the server uses itself. Exchange names zones as Windows shows them: "(UTC+01:00) Amsterdam, Berlin, Bern".

/// The IANA names of the zone that Windows names so, the name of CLDR first, then the names that mean the same: the
/// server may know one of them and not another. Empty for a text that is no such name.
std::vector<std::string> windows_names(const std::string& name);

}  // namespace jb::pg
