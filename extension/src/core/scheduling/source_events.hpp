// SPDX-License-Identifier: PostgreSQL
//
// Events that follow the events of a source, such as another calendar's file. One plan carries out all that the source
// now says of them (rule 4.24).
//
// What must stay true: all events that move or end are set aside before the first of them is placed again, since two
// events of the source may change places. An event whose new time is taken goes back to its old time. If another event
// of the source has taken that too, everything starts over, and this event keeps its old time until its turn comes.
#pragma once

#include <map>
#include <vector>

#include "../event/fields.hpp"
#include "../event/shown.hpp"
#include "plan.hpp"

namespace jb {

/// In place of an event's id: nothing stands here for what the source has, since it takes no time, or is over and
/// without a place.
inline constexpr EventId kNothingHere = 0;

/// The parts of the source's changes that an event could not follow, as bits. Stored in jb_imported.left_behind.
using Missed = int;
inline constexpr Missed kMissedName = 1;
inline constexpr Missed kMissedPlace = 2;
inline constexpr Missed kMissedPeople = 4;
inline constexpr Missed kMissedLength = 8;
inline constexpr Missed kMissedAll = 16;  ///< its time, too

/// An event here that mirrors an event of the source, or one occurrence of a series.
struct Mirror {
  Instant start{};          ///< the occurrence's start by the rule of the series; meaningless for any other event
  EventId event_id = 0;     ///< the event may have been deleted here
  bool is_changed = false;  ///< the source had an event of its own for the occurrence
  Missed missed = 0;        ///< what the event could not follow before
  bool is_over = false;     ///< a separate event by which the source ended the occurrence
  /// The event was booked when the calendar was in another zone, where the same wall clock time was another instant.
  bool has_other_clock = false;
  bool is_left = false;  ///< what the source says of the occurrence is unknown, so the event stays as it is
};

/// An event of the source in its present state.
struct SourceEvent {
  /// keep: leave it, or book it again if it was deleted here
  enum class Action { leave, keep, follow, cancel };
  Action action = Action::follow;
  std::vector<Mirror> mirrors;      ///< by start; none: the event is new
  std::vector<EventId> strays{};    ///< events left by earlier files or readers of it, which end
  std::optional<EventId> series{};  ///< the series of the mirrors
  bool returns = false;             ///< the source did not have the event when it was last read
  Fields fields{};                  ///< all that the source says, as the request for a new event
  Fields changes{};                 ///< name, place and people, as far as the source has changed them
  bool has_other_starts = false;    ///< of a single event: its start has changed in the source
  bool has_other_length = false;
  bool has_other_rule = false;  ///< of a series: its starts have changed in the source, and so has its rule
  std::optional<Instant>
      differs_from{};  ///< of a series: from this start on, the source says something else of its occurrences
};

/// What became of an event of the source.
struct Followed {
  Outcome outcome;               ///< for a series in which events moved, came or ended: `updated`, with their ids
  std::vector<Mirror> mirrors;   ///< those that are new, or now mirror another occurrence
  std::vector<EventId> former;   ///< the events that have lost the names that they had
  std::optional<EventId> first;  ///< the id of a new event or series, or kNothingHere
  bool is_done = true;           ///< false: refused, or none of its occurrences found a place
  std::map<EventId, Missed> left_behind{};         ///< those that could not follow, and are to be told later
  std::optional<EventId> remarked = std::nullopt;  ///< the event that the outcome's remark names
};

/// Carries out what the source says of its events, in their order. An event that has ended, or was cancelled or deleted
/// here, stays as it is; what the source has still to come for one that has ended is another event. An event whose new
/// time is taken stays too: its outcome is `rejected`, or, with OnNoSlot::leave_out, `skipped`. If that time is over,
/// the outcome is `skipped`, and an event that was still to come ends. `calendar` is the calendar that the fields name.
/// Cost: linear in the events. Errors: 22023; NotLocked.
std::vector<Followed> follow_all(Plan& plan, const std::string& calendar, const std::vector<SourceEvent>& sources);

}  // namespace jb
