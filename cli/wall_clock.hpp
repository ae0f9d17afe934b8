// SPDX-License-Identifier: PostgreSQL
//
// The database's sentences name instants with their offset (RFC 3339), for programs. A person at a terminal thinks in
// the calendar's wall clock, which stands before the offset.
#pragma once

#include <string>
#include <string_view>

namespace jb::cli {

/// Whether the text begins like the form, in which 0 stands for any digit.
bool begins_like(std::string_view text, std::string_view form);

/// The text, its instants as dates and times: 2026-11-23T09:00:00+01:00 becomes 2026-11-23 09:00, with seconds where
/// there are any. The offset stays where the text has several: one of the hours between them may come twice.
std::string on_wall_clock(std::string_view text);

}  // namespace jb::cli
