// SPDX-License-Identifier: PostgreSQL
//
// Finds the row of the table of routes that a request is for: what exists (404), and by which methods (405 and Allow).
// Rule 5.1 is its source.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "request.hpp"
#include "route.hpp"

namespace jb::gateway {

/// The whole table, in order of precedence; as long as the program.
std::span<const Route> routes();

/// Decodes the target and finds the route; fills in request.path, query, route, parameter and item. HEAD finds GET's.
/// Does nothing where request.route is there already. Throws Problem 400 for what cannot be decoded, 404 when no route
/// of the request's face has this path, 405 with Allow when none has it with this method. A route that a face does not
/// have is not found there, and is not in `Allow`.
const Route& find_route(Request& request);

/// The methods of a path as an Allow header: "GET, HEAD, OPTIONS, POST"; empty when there is no such path on this face.
std::string allowed_methods(const std::vector<std::string>& path, Face face = Face::main);

}  // namespace jb::gateway
