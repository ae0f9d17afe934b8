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

// Time zone names that the server may not know. Microsoft's programs use names such as "W. Europe Standard Time", which
// Unicode's CLDR maps to zones of the IANA database (windowsZones.xml); ICU has that table. Exchange uses the names
// that Windows displays: "(UTC+01:00) Amsterdam, Berlin, Bern". Debian 13 has the old names of the IANA database, such
// as US/Eastern and EST, only in the package tzdata-legacy.

/// The IANA names of the zone with this name, CLDR's own first, then its equivalents, since the server may know one of
/// them and not another. A text that is not a name has none that the server knows.
std::vector<std::string> other_names(const std::string& name);

}  // namespace jb::pg
