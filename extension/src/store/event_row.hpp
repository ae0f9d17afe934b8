// SPDX-License-Identifier: PostgreSQL
//
// Events as rows. Needs an open pg::Session; claims and history are not touched.
#pragma once

#include "core/event/event.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The columns that read_event expects, from column 1 on, of a table named e.
#define JB_EVENT_COLUMNS                                                                                         \
  "e.attendees, e.id, e.event_name, e.start_timestamp, e.end_timestamp, e.event_location, e.calendars, e.date, " \
  "e.start_time, e.wished_start, e.duration, e.not_before, e.not_after, e.priority, e.status, e.created_at, "    \
  "e.updated_at, e.version, e.attendee_calendars, e.check_attendees, e.hold_for, e.expires_at, e.series, "       \
  "e.wish_zone"

/// The event of one row, counted from 0, copied out of it; its attendees are left in the row where they are long, to be
/// read as `snapshot` shows them while the session is open. What is stored is taken to be valid, since only validated
/// events are written; jb_check() is what looks for damage.
Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The event as `snapshot` shows it; nullopt when there is none of this id.
std::optional<Event> find_event(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The events of a series, in any order.
std::vector<Event> series_events(EventId series, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The events that are held or wait on any of the calendars.
std::vector<Event> watched_events(const std::vector<std::string>& calendars,
                                  pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The events of a statement's rows, whose columns are JB_EVENT_COLUMNS.
std::vector<Event> read_events(const pg::Rows& rows, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The rule of the series that the event belongs to, as it was given; nullopt for none.
std::optional<std::string> recurrence_of(const Event& event);

/// Stores a new event as it is given, id included.
void insert_event(const Event& event);

/// Stores every column anew over the row of event.id, but attendees that were left there; the caller has counted the
/// version up. No such row, no effect: the caller holds the event's locks and has read it under them.
void update_event(const Event& event);

/// Removes the row. No such row, no effect.
void delete_event(EventId id);

}  // namespace jb
