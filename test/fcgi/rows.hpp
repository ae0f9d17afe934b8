// SPDX-License-Identifier: PostgreSQL
//
// Results without a server: made with libpq's own PQmakeEmptyPGresult, so what the code under test reads is a real
// PGresult.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fcgi/pg/connection.hpp"

namespace jb::test {

using Row = std::vector<std::optional<std::string>>;

/// A result of text columns; all rows are as long as the first row. Without rows the result has no columns.
pg::Result rows(const std::vector<Row>& values);

}  // namespace jb::test
