// SPDX-License-Identifier: PostgreSQL
//
// The colours that a calendar may have: the names of CSS (Color Module Level 3, 4.3). COLOR of iCalendar takes no other
// value (RFC 7986, 5.9), so the feed says what was set, and not a colour near it.
#pragma once

#include <string_view>

namespace jb {

/// Whether CSS has a colour of this name, in small letters.
bool is_color(std::string_view name);

}  // namespace jb
