// SPDX-License-Identifier: PostgreSQL
//
// The payload of a NOTIFY, which any role may send: it only says where to look.
#pragma once

#include <string_view>

namespace jb::cli {

/// The rejection_id of a NOTIFY's payload; 0 when the payload has none: it is a hint, and a broken payload is no error.
long long announced_id(std::string_view payload);

}  // namespace jb::cli
