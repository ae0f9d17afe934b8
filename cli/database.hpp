// SPDX-License-Identifier: PostgreSQL
//
// How the commands reach the database: a connection string or the PG* environment, as psql does.
#pragma once

#include <string>

#include "../fcgi/pg/connection.hpp"

namespace jb::cli {

/// A session under the name of the command. `conninfo`: libpq's connection string or URI, empty for the environment
/// alone. Throws pg::Error 08001 when there is none to be had.
pg::Connection connect(const std::string& conninfo, const std::string& command);

}  // namespace jb::cli
