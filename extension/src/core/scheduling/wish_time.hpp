// SPDX-License-Identifier: PostgreSQL
//
// The times that follow from an event's wish: its window or start, where a waiting event could stand, when an event is
// due. And what the store keeps of them, so that nobody has to read the held and waiting events that are neither due
// nor helped by the time that opens.
#pragma once

#include <functional>

#include "store.hpp"

namespace jb {

/// Where an automatic wish may lie: within its date, read in the zone of `first`, and within its window (rule 2.3.7).
Span window_of(const Wish& wish, const Calendar& first);

/// The start that a fixed wish names; `zone` reads its date and start_time.
Instant wished_start(const Wish& wish, const Zone& zone);

/// Whether both events wish for the same start on the same clock: that of their first calendar.
bool wish_for_same_start(const Event& a, const Event& b);

/// The event's wish as it was before its first calendar was given another zone.
Wish wall_clock_wish(const Event& event);

/// The wall clock time of the event's wish, or else of its start, or else midnight of its date; none: it waits for any
/// day.
std::optional<WallTime> wall_start(const Event& event, const Zone& zone);

/// The time from `start` on, as long as the wish lasts. Days are counted on the clock of `zone` (rule 2.1.6); from a
/// wished start that the clock skips, they are counted from the time that was asked for.
Span time_from(Instant start, const Wish& wish, const Zone& zone);

/// The time from the wished start on.
Span wished_time(const Wish& wish, const Zone& zone);

/// Where a fixed event goes, or an event that has begun: to its wished time, unless the options say that it keeps its
/// start, or start and end. `zone` is that of its first calendar.
Span fixed_time(const Event& event, const PlacingOptions& options, const Zone& zone);

/// The calendar of a name. Errors: as the caller of the functions below chooses.
using CalendarOf = std::function<const Calendar&(const std::string&)>;

/// The nearest horizon of the event's calendars, counted from now.
Seconds nearest_horizon(const Event& event, const CalendarOf& calendar_of);

/// The last instant at which a waiting event could begin (rule 2.11.4). Without window and date the event could begin
/// until the horizon, counted from when it began to wait. `calendar_of` is asked for the event's calendars.
Instant latest_start(const Event& event, const CalendarOf& calendar_of);

/// Where a waiting event could stand; `first` is the first of its calendars.
Span room_of(const Event& event, const Calendar& first);

/// Whether some of the waiting event's window lies beyond the horizon, as seen at `at`, so that the passing of days can
/// bring time that the event could use. The horizon binds automatic events alone.
bool reaches_beyond_horizon(const Event& event, const CalendarOf& calendar_of, Instant at);

/// The instant from which the event, held or waiting, is due as seen at `now`: the deadline of a hold; for a waiting
/// event one second after its latest start, or sooner, when the horizon will have moved on (rule 2.11.6).
Instant due_at(const Event& event, const CalendarOf& calendar_of, Instant now);

/// The held or waiting event on each of its calendars, as seen at `now`.
std::vector<Watched> watched_of(const Event& event, const CalendarOf& calendar_of, Instant now);

/// When a waiting event is tried.
inline Turn turn_of(const Event& event) { return {-event.wish.priority, event.created_at, event.id}; }
inline bool has_earlier_turn(const Event& a, const Event& b) { return turn_of(a) < turn_of(b); }

}  // namespace jb
