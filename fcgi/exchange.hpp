// SPDX-License-Identifier: PostgreSQL
//
// Between libfcgi's request and ours.
#pragma once

#include <fcgiapp.h>

#include <cstddef>

#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// The request that was accepted, its route and body included. A body larger than `max_body`, or shorter than it said,
/// is marked so and left out. All of it is read in any case: what stays in the pipe would be taken for the next
/// request.
Request receive(FCGX_Request& exchange, std::size_t max_body);

/// Whether nothing of the request is left to come. Waits for the end of the body, which nginx sends with its last byte.
bool is_read_to_end(FCGX_Request& exchange);

/// Writes the answer; false when nginx has gone away meanwhile.
bool send(FCGX_Request& exchange, const Request& request, const Response& response);

}  // namespace jb::gateway
