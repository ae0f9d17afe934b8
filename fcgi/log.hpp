// SPDX-License-Identifier: PostgreSQL
//
// One line a request on standard error, as key=value pairs. Never a body, and of the target only the path: a query may
// name people.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "gateway.hpp"

namespace jb::gateway {

/// The line of one request, line feed included. `at` is wall clock, for the operator only.
std::string log_line(const Request& request, const Answer& answer, std::chrono::microseconds took,
                     std::chrono::system_clock::time_point at);

/// A value as it may stand in the log: in quotes, with backslashes for quotes and control characters, where it holds a
/// blank or any of these; a client's text can neither end a line nor forge a pair.
std::string log_value(std::string_view text);

/// Writes whole lines to standard error with one call, so that threads do not mix theirs.
void write_log(std::string_view lines);

}  // namespace jb::gateway
