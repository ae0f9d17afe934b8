// SPDX-License-Identifier: PostgreSQL
//
// A browser that holds a client certificate sends it with the requests of every page. The Origin header tells from
// which server the page came; a write that a foreign page asks for is refused (rule 6.7).
#pragma once

#include "request.hpp"

namespace jb::gateway {

/// Whether the request names an Origin (RFC 6454) that is not https on the request's own Host. "null" is foreign.
/// Port 443 may be left out on either side; letters of any case are equal.
bool has_foreign_origin(const Request& request);

}  // namespace jb::gateway
