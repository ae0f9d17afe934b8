// SPDX-License-Identifier: PostgreSQL
//
// One line a request on standard error, as key=value pairs. Never a body, and of the target only the path as nginx
// shows it, without a token: a query may name people.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// The line of one request, line feed included.
std::string log_line(const Request& request, const Response& response, std::chrono::microseconds took);

/// A value as it may stand in the log: as a JSON string in ASCII where it holds a blank, a quote, or what is no plain
/// character; a client's text can neither end a line nor forge a pair.
std::string log_value(std::string_view text);

/// Writes whole lines to standard error with one call, so that threads do not mix theirs.
void write_log(std::string_view lines);

}  // namespace jb::gateway
