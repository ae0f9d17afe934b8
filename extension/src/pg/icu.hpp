// SPDX-License-Identifier: PostgreSQL
//
// Questions that ICU's Unicode tables answer. PostgreSQL uses the same library.
#pragma once

#include <string>
#include <vector>

namespace jb::pg {

// Text folded for comparison. Unicode defines which texts differ only in case, or in how a letter and its accent are
// encoded (Unicode Standard, 3.13, D145: canonical caseless matching). The result may change with the next version of
// Unicode, so no index is built on it.

/// The text case-folded and composed (NFC), with one blank for each run of white space (Unicode's White_Space) and none
/// at its ends. Texts that look the same to a reader have the same bytes.
std::string folded_text(const std::string& text);

// Time zone names of Windows and other Microsoft programs, such as "W. Europe Standard Time". Unicode's CLDR maps each
// of them to a zone of the IANA database (windowsZones.xml), and ICU has that table. Exchange uses the names that
// Windows displays: "(UTC+01:00) Amsterdam, Berlin, Bern".

/// The IANA names of the zone with this Windows name, CLDR's own first, then its equivalents, since the server may know
/// one of them and not another. Empty for a text that is not a Windows name.
std::vector<std::string> windows_names(const std::string& name);

}  // namespace jb::pg
