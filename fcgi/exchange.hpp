// SPDX-License-Identifier: PostgreSQL
//
// Between libfcgi's request and ours.
#pragma once

#include <fcgiapp.h>

#include <chrono>

#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// How long a read of the connection waits for more.
void set_patience(int connection, std::chrono::seconds patience);

/// The request that was accepted, its route included, its body unread.
Request receive(FCGX_Request& exchange);

/// Reads the body, unless it has been read. A body that is shorter than it said is marked so and left out. To be called
/// before send(), since nginx loses the answer of a connection that is closed with unread data.
void receive_body(FCGX_Request& exchange, Request& request);

/// Writes the answer; false when nginx has gone away meanwhile.
bool send(FCGX_Request& exchange, const Request& request, const Response& response);

}  // namespace jb::gateway
