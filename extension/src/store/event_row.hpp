// SPDX-License-Identifier: PostgreSQL
//
// Events as rows, with their attachments, and the list of held and waiting events.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/event/event.hpp"
#include "core/event/shown.hpp"
#include "core/scheduling/store.hpp"
#include "pg/call.hpp"
#include "pg/table.hpp"

namespace jb {

// Attachments as rows, numbered per event. A number is never reused (rule 4.19): the row of a removed attachment stays,
// empty, so that its address never leads to another attachment. The functions need an open pg::SpiConnection; the
// caller holds the event's locks.

/// Adds an attachment to an event and returns its number. Errors: 22023 under `field` when the event already has 100
/// attachments.
int insert_attachment(EventId id, const Attachment& attachment, std::string_view field);

/// The event's attachments as JSON, as jb_event_view lists them.
std::string attachments_json(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The same as an object with this one member: {"attachments" : […]}.
std::string attachments_object(EventId id);

/// The events that have attachments, in the order of their ids. Cost: at most one index lookup per id, and few lookups
/// where few events in the range of the ids have attachments.
std::vector<EventId> with_attachments(std::vector<EventId> ids, pg::Snapshot snapshot);

// The rows of jb_watched, one for each calendar of a held or waiting event (core/scheduling/store.hpp, Watched). The
// functions need an open pg::SpiConnection.

/// The table of these rows.
extern pg::Table watched_table;

/// Removes the rows of an event from a table, by its index on the event's id.
void erase_rows(pg::Table& table, const char* index, EventId id);

// Events as rows. The functions need an open pg::SpiConnection, and touch neither claims nor history.

/// The columns of an event in a table aliased e, from column 1 on.
inline constexpr sql::Text kEventColumns =
    "e.id, "
#define JB_FIELD(name, kind, member, column, argument, left_out) "e." #column ", "
#include "../../fields.def"
#define JB_RESULT(name, kind, kept) "e." #name ", "
#include "../../results.def"
    "e.start_timestamp, e.end_timestamp, e.status, e.wished_wall, e.guests, e.held_by, e.proposed_on, e.stands_aside, "
    "e.offer";

/// The number of columns in kEventColumns.
inline constexpr int kEventColumnCount = 1 + static_cast<int>(std::ranges::count(kEventColumns.view(), ','));

/// The event in row `row`, counted from 0, as a copy. Long values (JB_LONG_FIELD) may stay in their row and are then
/// read on demand, as `snapshot` shows them, while the connection is open. The function does not validate, since only
/// validated events are written, and jb_check() looks for damage.
Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The event in a row of jb_event_view. It lacks its zone, whose name is in time_zone.
ShownEvent read_shown_event(Datum row);

/// The event as a row of jb_event_view for a caller who may read it; inverse of read_shown_event(). The event must be
/// complete(). nullopt when the view has a column that this library does not know.
pg::Value view_row(const pg::RowType& view, const ShownEvent& shown);

/// The event as `snapshot` shows it; nullopt when there is no event of this id.
std::optional<Event> find_event(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// How many events on the calendar the principal holds at `now`, or has waiting to be held.
std::size_t held_by(const std::string& principal, const std::string& calendar, Instant now,
                    pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The event with the greatest id not above this one.
std::optional<Event> find_event_before(EventId id, pg::Snapshot snapshot);

/// The events of these ids that `snapshot` shows, in the order of the ids. Each is looked up by its key, since for a
/// join the planner would expect to need a third of all held and waiting events, and read them all.
std::vector<Event> find_events(const std::vector<EventId>& ids, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The same by one scan, which costs less. Only for readers: the scan visits every version of an event that one
/// transaction has written many times.
std::vector<Event> read_events(const std::vector<EventId>& ids, pg::Snapshot snapshot);

/// The rule of the series; nullopt when there is no such series.
std::optional<std::string> rule_of(EventId series, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The rule of the event's series; nullopt when the event belongs to no series.
std::optional<std::string> recurrence_of(const Event& event, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Reads what an answer shows of the event and has not been read yet: its attachments, the rule of its series, and the
/// values left in its row. Needs an open connection; event_json() then needs none.
void complete(ShownEvent& shown, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Stores a new event, to which the caller has given its id. `first_change` is the number of the change that makes the
/// event.
void insert_event(const Event& event, std::int64_t first_change);

/// Writes all columns of the row of event.id except the values left there. The caller has incremented event.version,
/// holds the event's locks and has read the event under them, so the row exists; without a row the call has no effect.
void update_event(const Event& event);

/// Removes the event's row. If there is no such row, the call has no effect.
void delete_event(EventId id);

}  // namespace jb
