// SPDX-License-Identifier: PostgreSQL
//
// Finds the route of a request: whether the path exists (404), and by which methods (405 and Allow). Its source is rule
// 5.1.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "message.hpp"
#include "route.hpp"

namespace jb::gateway {

/// The whole table, in order of precedence; lives as long as the program.
std::span<const Route> routes();

/// Decodes the target and finds the route; fills in request.path, query, route, parameter and item. HEAD finds GET's.
/// Does nothing if request.route is set already. Throws Problem 400 for what cannot be decoded, 404 if no route of the
/// request's face has this path, 405 with Allow if none has it with this method. Routes of other faces are neither
/// found nor named in `Allow`.
const Route& find_route(Request& request);

/// The methods of a path as an Allow header: "GET, HEAD, OPTIONS, POST"; empty when there is no such path on this face.
std::string allowed_methods(const std::vector<std::string>& path, Face face = Face::main);

// The rows of the table, by topic, each in a file of its own in routes/. Rows are tried in order: for one method, a
// literal must come before a placeholder.

using enum Access;

std::span<const Row> event_routes();
std::span<const Row> calendar_routes();
std::span<const Row> news_routes();
std::span<const Row> poll_routes();
std::span<const Row> provider_routes();
std::span<const Row> operation_routes();

}  // namespace jb::gateway
