// SPDX-License-Identifier: PostgreSQL
//
// Results without a server, made with libpq's own PQmakeEmptyPGresult, so that the code under test reads a real
// PGresult.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fcgi/pg/connection.hpp"

namespace jb::test {

using Row = std::vector<std::optional<std::string>>;

/// A result of text columns; all rows have the length of the first. Without rows the result has no columns.
pg::Result rows(const std::vector<Row>& values);

}  // namespace jb::test
