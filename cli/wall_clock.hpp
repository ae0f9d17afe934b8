// SPDX-License-Identifier: PostgreSQL
//
// The database tells instants with their offset (RFC 3339), for programs. A person at a terminal thinks in the
// calendar's wall clock, which stands before the offset.
#pragma once

#include <string>
#include <string_view>

namespace jb::cli {

/// Whether the text begins like the form, in which 0 stands for any digit.
bool begins_like(std::string_view text, std::string_view form);

/// 2026-11-23 09:00 of 2026-11-23T09:00:00+01:00, with seconds where there are any. Any other text as it is.
std::string wall_time(std::string_view timestamp);

/// 2026-11-23 09:00–10:30, or with both dates; with the offsets where these differ: one of the hours between them may
/// come twice.
std::string wall_span(std::string_view from, std::string_view to);

}  // namespace jb::cli
