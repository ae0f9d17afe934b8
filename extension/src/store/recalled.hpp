// SPDX-License-Identifier: PostgreSQL
//
// The calendars as this backend's calls left them: settings and rows of the day tree, each with the version that the
// calendar's lock had by then. Who finds the lock in the same version need read nothing of this again, since whoever
// changes a calendar leaves a new version of its lock (calendar_lock.hpp). A rollback takes the version away, so that
// nothing that was rolled back is found here.
#pragma once

#include <optional>
#include <string>

#include "core/event/calendar.hpp"
#include "pg/spi.hpp"
#include "tree_rows.hpp"

namespace jb {

struct RecalledCalendar {
  pg::Version lock;
  Calendar calendar;
  TreeRows rows;
};

/// What is kept of the calendar of this name. It is forgotten here: a call that fails half-way leaves nothing behind.
std::optional<RecalledCalendar> recall(const std::string& name);

/// For whoever has changed a calendar, at the end: a trigger may have booked in the midst of the change.
void forget_recalled(const std::string& name);

/// Keeps the calendar for the next call, unless it is large. Some megabytes at most are kept: then all others are
/// forgotten.
void keep(RecalledCalendar calendar);

}  // namespace jb
