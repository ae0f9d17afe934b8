// SPDX-License-Identifier: PostgreSQL
//
// Converts between libfcgi's requests and the gateway's.
#pragma once

#include <fcgiapp.h>

#include <chrono>

#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// Sets how long a read from the connection may wait.
void set_patience(int connection, std::chrono::seconds patience);

/// The accepted request with its route, its body still unread.
Request receive(FCGX_Request& fastcgi);

/// Reads the body, unless that was done before. A body shorter than its Content-Length is marked as cut short and
/// dropped. Call it before send(): nginx loses the answer if a connection is closed with unread data.
void receive_body(FCGX_Request& fastcgi, Request& request);

/// Writes the answer; false if it could not be sent whole.
bool send(FCGX_Request& fastcgi, const Request& request, const Response& response);

}  // namespace jb::gateway
