// SPDX-License-Identifier: PostgreSQL
//
// Time zones as Windows names them, and with it the programs of its maker: "W. Europe Standard Time". Unicode's CLDR
// says which zone of the IANA database each of these names stands for (windowsZones.xml). ICU has the table: a library
// that the server uses itself. Exchange names zones as Windows shows them: "(UTC+01:00) Amsterdam, Berlin, Bern".
#pragma once

#include <string>
#include <vector>

namespace jb::pg {

/// The IANA names of the zone that Windows names so, the name of CLDR first, then the names that mean the same: the
/// server may know one of them and not another. Empty for a text that is no such name.
std::vector<std::string> windows_names(const std::string& name);

}  // namespace jb::pg
