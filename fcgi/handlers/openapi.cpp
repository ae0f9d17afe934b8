// SPDX-License-Identifier: PostgreSQL
#include "../openapi.hpp"

#include "handlers.hpp"

namespace jb::gateway {

Response get_description(const Request&, Database&) { return json_response(200, std::string(openapi)); }

}  // namespace jb::gateway
