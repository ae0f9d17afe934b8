// SPDX-License-Identifier: PostgreSQL
//
// The time that a wish names, as a span or an instant.
#pragma once

#include "../event/calendar.hpp"
#include "../event/event.hpp"

namespace jb {

/// Where an automatic wish may lie: within its date, read in the zone of `first`, and within its window (rule 2.3.7).
Span window_of(const Wish& wish, const Calendar& first);

/// The start that a fixed wish names; `zone` reads its date and start_time.
Instant wished_start(const Wish& wish, const Zone& zone);

}  // namespace jb
