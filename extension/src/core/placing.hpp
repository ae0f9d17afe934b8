// SPDX-License-Identifier: PostgreSQL
//
// Where one event goes, by SPEC's rules of placing: pure decisions over a calendar's settings, its timeline and the
// events in the way. Nothing is written here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"
#include "event.hpp"

namespace jb {

/// The answer of the rules to one wish.
struct Placement {
  std::optional<Span> time;        ///< where it goes; none: rejected for `reason`
  std::vector<Event> displaced;    ///< automatic events that must give way to it, in the order of their re-placing
  std::string_view reason;         ///< one of docs/errors.md, as a literal; empty when it has a place
  std::string detail;              ///< the reason in a sentence, without names of events
  std::vector<EventId> conflicts;  ///< those in the way that may not be moved, in the order of the occupants
  std::vector<Span> alternatives;  ///< at most three slots, nearest to the wish first; only for a fixed one
};

/// How a fixed wish is meant.
struct FixedOptions {
  bool allow_past = false;  ///< it records or imports: the past is no reason
  bool has_begun = false;   ///< it is in progress where it is, and only its end moves
};

/// The earliest start that fits, by first fit; or why there is none: in_the_past, beyond_horizon, too_soon,
/// outside_hours, off_increment, no_open_slot. Cost: that of Timeline::first_fit, once or twice.
Placement place_automatic(const Calendar& calendar, Timeline& timeline, const Wish& wish, Instant now);

/// The start wished, where it is allowed and nobody stands who may not be moved; or why not: in_the_past,
/// beyond_horizon, too_soon, outside_hours, off_increment, conflict. `occupants` are the events that claim time in its
/// way, its own aside.
Placement place_fixed(const Calendar& calendar, Timeline& timeline, Span wished, const std::vector<Event>& occupants,
                      Instant now, FixedOptions options);

/// Where a fixed wish says that it starts.
Instant wished_start(const Wish& wish, const Zone& zone);

/// Whether a fixed event may move this one away: automatic, not begun, and not settled.
bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now);

}  // namespace jb
