// SPDX-License-Identifier: PostgreSQL
//
// The description of the routes, docs/openapi.json, which is built in: what is served is what was tested with the
// table.
#pragma once

#include <string_view>

namespace jb::gateway {

/// The whole file; OpenAPI 3.1.
extern const std::string_view openapi;

}  // namespace jb::gateway
