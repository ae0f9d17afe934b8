// SPDX-License-Identifier: PostgreSQL
//
// The rows of jb_calendar_lock: what a writer locks of a calendar, and changes with each booking. The functions need an
// open pg::SpiConnection.
//
// What must stay true: whoever changes a calendar's settings, hours, day tree, history or feed locks this row before,
// and leaves a new version of it. So a call that holds the lock, or finds the row unchanged, knows that all that it has
// read of the calendar still holds. After a change of settings, hours or day tree nothing stays recalled of it
// (recalled.hpp).
#pragma once

#include <optional>
#include <string>

#include "core/event/right.hpp"
#include "pg/table.hpp"

namespace jb {

/// The columns of a lock's row that change.
inline constexpr int kWatchedColumn = 2;
inline constexpr int kChangeSeqColumn = 3;

/// The id of the calendar of this name; nullopt when there is no such calendar.
std::optional<int> id_of(const std::string& name);

/// The table in which the rows stand.
extern pg::Table lock_table;

/// The lock of the calendar with this id, not locked; no row when the calendar is gone.
pg::Rows find_lock(int calendar, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Remembers where the lock of the calendar has been written, so that find_lock() looks there first.
void remember_lock(int calendar, pg::Place place);

/// Locks the calendar until the transaction ends, after waiting for whoever holds it, and makes a new version of its
/// lock. Result: the calendar's id; nullopt when there is no such calendar.
std::optional<int> lock_calendar(const std::string& name);

/// Locks a calendar on which the caller has the right, as lock_calendar(). The right is asked before the lock, so that
/// nobody without it waits or makes others wait, and under the lock, where it may have been taken back meanwhile
/// (rule 13.5). Result: the calendar's id. Errors: those of require_right(), and P0002 when there is no such calendar.
int lock_permitted(const std::string& name, Right right);

/// The same of a calendar that the caller manages.
int lock_managed(const std::string& name);

}  // namespace jb
