// SPDX-License-Identifier: PostgreSQL
//
// Lists and their pages.
#pragma once

#include <string>

#include "../pg/result.hpp"
#include "../request.hpp"
#include "../response.hpp"

namespace jb::gateway {

/// Rows whose first column is JSON, as one JSON array.
Response list_response(const pg::Result& result);

/// The same, with a Link to the next page where this one is full; the second column is the cursor after that row. A
/// full page may be the last: the next one is empty then.
Response page_response(const Request& request, const pg::Result& result, const std::string& limit);

}  // namespace jb::gateway
