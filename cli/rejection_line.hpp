// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <string>
#include <string_view>

namespace jb::cli {

/// A rejection as jb_rejection_json gives it, as one line for people, without a line feed. Control characters of its
/// texts are shown as JSON escapes them, so that no name of an event can forge a line.
/// 2026-11-20T09:00:00+01:00 rejection 7: conflict, "Board meeting" on ceo: 1 fixed event is in the way
std::string rejection_line(std::string_view json);

/// The rejection_id of a NOTIFY's payload; 0 when there is none: the payload is a hint, and a broken one is no error.
long long announced_id(std::string_view payload);

}  // namespace jb::cli
