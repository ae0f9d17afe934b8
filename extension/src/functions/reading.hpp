// SPDX-License-Identifier: PostgreSQL
//
// Checks and look-ups that the reading functions share. All of them need an open pg::SpiConnection, but those that read
// arguments alone, or a zone.
#pragma once

#include <string>

#include "arguments.hpp"
#include "core/event/cursor.hpp"
#include "core/scheduling/search.hpp"
#include "results.hpp"
#include "store/calendar_row.hpp"
#include "store/rights.hpp"

namespace jb::functions {

/// The zone of this name. Errors: 22023 under `time_zone` when there is no such zone.
std::shared_ptr<const Zone> require_zone(const std::string& name);

/// The same; none without a name.
std::shared_ptr<const Zone> zone_of(const std::optional<std::string>& name);

/// The calendar of this name, if the caller has a right on it: else as if it did not exist.
std::optional<Calendar> find_seen_calendar(const std::string& name);

/// The calendar that an argument names. Errors: 22023 under `argument` when there is no such calendar, or the caller
/// has no right on it; so do all functions below that name calendars.
Calendar require_calendar(const std::string& name, std::string_view argument);

/// The names in the text[] argument `calendars`, whose calendars must all be free at once; `ceo` for null. Refuses
/// names that an event could not have in its `calendars`.
std::vector<std::string> calendar_names(const Arguments& arguments, Validation& validation);

/// The calendars of these names, in their order; refuses each unknown name under `calendars`.
std::vector<Calendar> calendars_of(Validation& validation, const std::vector<std::string>& names);

/// A Search in the free time of the calendars that the argument `calendars` names, as the calling query's snapshot
/// shows them. Errors: 22023, which lists each unknown calendar.
Search search_in(const std::vector<std::string>& names, Instant now);

/// Adds the first `most` spans of this length that are open within a span.
void add_slots(RowSet& rows, Search& search, Seconds duration, Span within, int most);

/// The calendar that a call is about. Errors: P0002 when there is no calendar of this name, or the caller has no right
/// on it; 42501 when the caller has not this right.
Calendar require_named_calendar(const std::string& name, Right right = Right::busy);

/// Whether the caller may read the event.
bool may_read(const Event& event);

/// The event of this id, if the caller may read it. An event that is hidden costs what one costs that does not exist.
std::optional<Event> find_readable_event(EventId id);

/// The same. Errors: P0002 where there is none.
Event readable_event(EventId id);

/// The id that this argument names, as the list of an event's page: none for null.
pg::Param ids_argument(const Arguments& arguments, std::string_view name);

/// The argument `status`, a list of statuses. Errors: 22023, with this hint, where one is not known.
std::optional<std::vector<std::string>> read_statuses(const Arguments& arguments, bool (*is_known)(std::string_view),
                                                      std::string_view hint);

/// Checks a range, of which null is unbounded. Errors: 22023 under `to_time` when the end is before the begin.
void check_range(std::optional<Instant> begin, std::optional<Instant> end);
/// The same of the arguments from_time and to_time.
void check_range(const Arguments& arguments);

/// The cursor that the argument `after` names; nullopt for null. Errors: 22023 when the text is no cursor
/// (parse_cursor).
std::optional<Cursor> cursor(const Arguments& arguments);

/// A cursor as parameters of a statement: the listing goes on after this start and id.
struct CursorParams {
  pg::Param start;  ///< null, as the id, at the beginning; infinity among waiting events
  pg::Param id;
};

/// The parameters of a cursor; nulls without a cursor.
CursorParams cursor_params(const std::optional<Cursor>& cursor);

}  // namespace jb::functions
