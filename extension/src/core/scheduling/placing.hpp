// SPDX-License-Identifier: PostgreSQL
//
// Where one event goes, by the rules of placing (2.1 to 2.8): pure decisions over the settings of the calendars that it
// needs, their free time and the events in the way. Nothing is written here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../event/event.hpp"
#include "search.hpp"

namespace jb {

/// The answer of the rules to one wish.
struct Placement {
  std::optional<Span> time;        ///< where it goes; none: rejected for `reason`
  std::vector<Event> displaced;    ///< automatic events that must give way to it, in the order of their re-placing
  std::string_view reason;         ///< one of docs/errors.md, as a literal; empty when it has a place
  std::string detail;              ///< the reason in a sentence, without names of events
  std::vector<EventId> conflicts;  ///< those in the way that may not be moved, by start
  std::vector<Span> alternatives;  ///< at most three slots, nearest to the wish first; only for a fixed one
  PlacingOptions options{};        ///< as the wish was meant

  /// Whether it could have a place once time opens: hours, increment, notice, horizon and window allow one.
  bool may_wait() const { return reason == "over_limit" || reason == "conflict" || reason == "no_open_slot"; }
};

/// What stands at the time of a fixed wish, on any of its calendars.
struct InTheWay {
  std::vector<Event> displaceable;    ///< automatic events that give way, in the order of their re-placing
  std::vector<EventId> conflicts;     ///< those that do not, by start
  const Calendar* full_on = nullptr;  ///< the first calendar whose day is full; as long as the Search lives
};

/// The earliest start that fits, by first fit; or why there is none: in_the_past, beyond_horizon, too_soon,
/// outside_hours, off_increment, over_limit, no_open_slot. `is_full` says whether a calendar's day is. Cost: that of
/// Search::first_fit, once or twice.
using IsFull = std::function<bool(const Calendar&, Instant start)>;
Placement place_automatic(Search& search, const Wish& wish, Instant now, const IsFull& is_full);

/// The start wished, where it is allowed and nobody stands who may not be moved; or why not: in_the_past,
/// beyond_horizon, too_soon, outside_hours, off_increment, over_limit, conflict. `in_the_way` is asked only where the
/// time is not open anyway.
Placement place_fixed(Search& search, Span wished, const std::function<InTheWay()>& in_the_way, Instant now,
                      const PlacingOptions& options);

/// The names of the first ten of `count` things, by their place, and how many more there are.
std::string ten_of(std::size_t count, const std::function<std::string(std::size_t)>& name);

/// "events 5, 7": ten of the ids at most, and how many more there are.
std::string named(const std::vector<EventId>& events);

/// "From … to … is taken by events 5, 7.", in the zone of the calendar, with ten of their ids at most.
std::string conflict_detail(const Calendar& calendar, Span wished, const std::vector<EventId>& conflicts);

/// Open starts for an event as long as `wished`, nearest to it first, on both sides within `within`; of two equally
/// near the earlier first. At most three, and only such as `holds` finds good; where it says nothing, the search ends.
std::vector<Span> nearest_open(Search& search, Span wished, Span within,
                               const std::function<std::optional<bool>(Instant)>& holds);

/// Where an automatic wish may lie: its date, in the first calendar's zone, and its window.
Span window_of(const Wish& wish, const Calendar& first);

/// Where a fixed wish says that it starts.
Instant wished_start(const Wish& wish, const Zone& zone);

/// Whether another event may move this one away on a calendar: automatic, not begun, and not settled.
bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now);

/// rule 2.4, the order in which displaced events are placed again: high priority first, then start, then id.
bool replaced_earlier(const Event& a, const Event& b);

}  // namespace jb
