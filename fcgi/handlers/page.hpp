// SPDX-License-Identifier: PostgreSQL
//
// Lists and their pages.
#pragma once

#include <optional>
#include <string>

#include "../pg/connection.hpp"
#include "../pg/result.hpp"
#include "../request.hpp"
#include "../response.hpp"

namespace jb::gateway {

/// Rows whose first column is JSON, as one JSON array.
Response list_response(const pg::Result& result);

/// The same, with a Link to the next page where this one is full; the second column is the cursor after that row. A
/// full page may be the last: the next one is empty then.
Response page_response(const Request& request, const pg::Result& result, const std::string& limit);

/// The same for a list that grows: an empty list asks to wait as long as the request's `wait` says, 0 to 50 s.
Response growing_page_response(const Request& request, const pg::Result& result, const std::string& limit,
                               std::optional<std::string> calendar, const std::string& after);

/// Where a page of such a list begins: the parameter `after`, 0 when absent. Throws Problem 400.
std::string sequence_parameter(const Request& request);

/// How many rows before the list's end a page begins: the parameter `last`. Throws Problem 400, also where `after`
/// names another beginning, or `wait` asks to wait at a beginning that is found anew each time.
pg::Parameter last_parameter(const Request& request);

}  // namespace jb::gateway
