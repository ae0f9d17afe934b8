// SPDX-License-Identifier: PostgreSQL
//
// Events as rows.
#pragma once

#include "core/event.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The columns that read_event expects, from column 1 on, of a table named e.
#define JB_EVENT_COLUMNS                                                                                         \
  "e.id, e.event_name, e.start_timestamp, e.end_timestamp, e.attendees, e.event_location, e.calendars, e.date, " \
  "e.start_time, e.wished_start, e.duration, e.not_before, e.not_after, e.priority, e.status, e.created_at, "    \
  "e.updated_at, e.version"

Event read_event(const pg::Rows& rows, std::uint64_t row);

EventId insert_event(const Event& event);
void update_event(const Event& event);

}  // namespace jb
