// SPDX-License-Identifier: PostgreSQL
//
// Lists that grow by number, and the requests that wait for what comes.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pg/connection.hpp"
#include "pg/result.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// How long the request may wait for news, by its parameter `wait`: 0 where it may not.
std::chrono::seconds patience(const Request& request);

/// The page of a list that grows by number: an empty page makes the request wait for what follows `after`, or what was
/// passed over.
Response growing_page(const Request& request, const pg::Result& result, std::optional<std::string> calendar,
                      const std::string& after);

/// Makes a request for an empty page wait for the news of `watch`. It goes on behind what was passed over.
void wait_for(Response& response, const Request& request, const pg::Result& result, Watch watch);

/// Where a page of a growing list begins: where a long poll has got to, else the parameter `after`, 0 when absent.
/// Throws Problem 400.
std::string sequence_parameter(const Request& request);

/// How many rows before the list's end a page begins: the parameter `last`. Throws Problem 400, also beside `after`,
/// which names another beginning, and beside `wait`, since each try would find another beginning.
pg::Parameter last_parameter(const Request& request);

}  // namespace jb::gateway
