// SPDX-License-Identifier: PostgreSQL
//
// The commands that look: jb check, jb week and jb why.
#pragma once

#include <string>
#include <vector>

#include "../fcgi/pg/connection.hpp"

namespace jb::cli {

// How the commands reach the database: a connection string or the PG* environment, as psql does.

/// A session named after the command, which finds the extension in whatever schema it is. `conninfo`: libpq's
/// connection string or URI, empty for the environment alone. Throws pg::Error 08001 if no session can be opened, 3F000
/// if the database has no extension.
pg::Connection connect(const std::string& conninfo, const std::string& command);

/// The output of --json: the items, each already JSON, as an array with one item per line.
std::string json_array(const std::vector<std::string>& items);
std::string json_array(const pg::Result& rows, int column);

}  // namespace jb::cli
