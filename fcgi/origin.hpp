// SPDX-License-Identifier: PostgreSQL
//
// A browser that holds a client certificate sends it with every page's requests. Its Origin header tells whose page it
// was; a write asked for by a foreign page is refused.
#pragma once

#include "request.hpp"

namespace jb::gateway {

/// Whether the request names an Origin (RFC 6454) that is not https on the request's own Host. "null" is foreign.
/// Port 443 may be left out on either side; letters of any case are equal.
bool has_foreign_origin(const Request& request);

}  // namespace jb::gateway
