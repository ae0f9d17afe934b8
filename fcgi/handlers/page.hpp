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

/// Rows whose first column is JSON, as one JSON array. A row without JSON only says in its second column where the list
/// goes on, behind what the caller may not see.
Response list_response(const pg::Result& result);

/// Whether the list has no row with JSON.
bool shows_nothing(const pg::Result& result);

/// list_response() with a Link to the next page when this page is full, or ends behind what the caller may not see; the
/// second column is the cursor after the row. A full page may be the last page: then the next page is empty.
Response page_response(const Request& request, const pg::Result& result, const std::string& limit);

/// page_response() for a list that grows by number: an empty page makes the request wait as long as its `wait` says, 0
/// to 50 s, for what follows `after` or what was passed over.
Response growing_page_response(const Request& request, const pg::Result& result, const std::string& limit,
                               std::optional<std::string> calendar, const std::string& after);

/// The cursor behind the last row, where this row has no JSON.
std::optional<std::string> passed_to(const pg::Result& result);

/// Makes a request for an empty page wait for the news of `watch`, as long as its `wait` says, 0 to 50 s. It goes on
/// behind what was passed over.
void wait_for(Response& response, const Request& request, const pg::Result& result, Watch watch);

/// Where a page of a growing list begins: where a long poll has got to, else the parameter `after`, 0 when absent.
/// Throws Problem 400.
std::string sequence_parameter(const Request& request);

/// How many rows before the list's end a page begins: the parameter `last`. Throws Problem 400, also beside `after`,
/// which names another beginning, and beside `wait`, since each try would find another beginning.
pg::Parameter last_parameter(const Request& request);

}  // namespace jb::gateway
