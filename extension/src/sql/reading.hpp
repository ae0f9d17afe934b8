// SPDX-License-Identifier: PostgreSQL
//
// What the reading functions share.
#pragma once

#include <string>

#include "pg/spi.hpp"
#include "store/calendar_row.hpp"

namespace jb::sql {

/// The calendar named in an argument. Errors: 22023 under `argument` when there is none.
Calendar require_calendar(const std::string& name, std::string_view argument);

/// The calendar that a call is about. Errors: P0002 when there is none.
Calendar require_named_calendar(const std::string& name);

/// The first row as a composite value that outlives the session.
Datum returned_row(const pg::Rows& rows);

}  // namespace jb::sql
