// SPDX-License-Identifier: PostgreSQL
//
// The free time of a calendar for readers, who hold no lock: none of these trees is ever flushed. The functions need an
// open pg::SpiConnection.
#pragma once

#include <memory>

#include "core/event/calendar.hpp"
#include "core/free/day_tree.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The free time of a calendar as `snapshot` shows it. The time of a hold whose deadline has come by `now` is free,
/// whether or not a writer has ended the hold (rule 3.9). Cost of a search: that of the day tree; where more than
/// kFewDue events are due (watched_rows.hpp), it is linear in the claims between the begin of the search and twice the
/// distance of the fit.
std::shared_ptr<Timeline> free_time_of(const Calendar& calendar, Instant now, pg::Snapshot snapshot);

/// The stored day tree of a calendar, in which every hold takes its time, a hold past its deadline too. For a Scheduler
/// on a dry run, which ends the due holds itself.
std::unique_ptr<DayTree> tree_with_holds(const Calendar& calendar, pg::Snapshot snapshot);

/// A day tree that is made anew from the claims, whatever the stored tree says: its rows are in memory, and jb_tree is
/// neither read nor written. Cost: as a rebuild, linear in the
/// calendar's claims.
std::unique_ptr<DayTree> tree_of_claims(const Calendar& calendar, pg::Snapshot snapshot);

}  // namespace jb
