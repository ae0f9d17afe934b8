// SPDX-License-Identifier: PostgreSQL
//
// What the reading functions share.
#pragma once

#include <string>

#include "arguments.hpp"
#include "core/scheduling/search.hpp"
#include "pg/row_type.hpp"
#include "store/calendar_row.hpp"

namespace jb::sql {

/// The calendar named in an argument. Errors: 22023 under `argument` when there is none.
Calendar require_calendar(const std::string& name, std::string_view argument);

/// The names in a text[] of calendars that are needed all at once; `ceo` for null. Refuses what an event could not
/// name.
std::vector<std::string> calendar_names(const Arguments& arguments, Validation& validation, int i);

/// The calendars named in the argument `calendars`, and their free time, as the calling query's snapshot shows them.
/// Errors: 22023, naming each that there is none of.
Search search_in(const std::vector<std::string>& names, Instant now);

/// The calendar that a call is about. Errors: P0002 when there is none.
Calendar require_named_calendar(const std::string& name);

/// Errors: P0002 when there is no event of this id.
void require_event(EventId id);

/// Refuses a range whose end, the argument after `from`, is before its begin.
void check_range(const Arguments& arguments, int from);

/// Where a listing goes on, for a statement.
struct CursorParams {
  pg::Param start;  ///< null, as the id, at the beginning; infinity among waiting events
  pg::Param id;
};

/// Errors: 22023 under `after` for what is no cursor (parse_cursor).
CursorParams cursor_params(const std::optional<std::string>& text);

}  // namespace jb::sql
