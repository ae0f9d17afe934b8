// SPDX-License-Identifier: PostgreSQL
//
// Two texts reach `jb listen`. A rejection that was read from the database is the truth and is shown. The payload of a
// NOTIFY, which any role may send, only says where to look. The names of events, calendars and people in both texts
// were chosen by strangers, and go to a terminal or into a log.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace jb::cli {

/// The sentence in which the database says why something was refused, plain (terminal.hpp): of a rejection or of a row
/// of jb_explain, in JSON. Empty where it has none.
std::string detail_of(const nlohmann::json& refused);

/// A rejection as jb_rejection_json gives it, as one line for people, without a line feed. Control characters of its
/// texts below U+0020 are shown as JSON escapes them (RFC 8259, 7), and the rest is made plain (terminal.hpp), so that
/// no name of an event can forge a line. Throws nlohmann::json::exception for text that jb_rejection_json never gives.
/// 2026-11-20T09:00:00+01:00 rejection 7: too_soon, "Board meeting" on ceo: The notice asked for ends at 2026-11-…
std::string rejection_line(std::string_view json);

/// The rejection_id of a NOTIFY's payload; 0 when the payload has none: it is a hint, and a broken payload is no error.
long long announced_id(std::string_view payload);

}  // namespace jb::cli
