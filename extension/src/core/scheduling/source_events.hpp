// SPDX-License-Identifier: PostgreSQL
//
// Events here that follow the events of a source, such as another calendar's file: what the source says of them by now
// is carried out in one plan (rule 4.24).
//
// What must stay true: two events of the source may change places. So all events that move or end are set aside before
// the first of them is placed again. An event whose new time is taken goes back to its old time, which another event of
// the source may have taken by then: then all begins anew, and this event keeps its old time until its turn comes.
#pragma once

#include <vector>

#include "../event/fields.hpp"
#include "../event/shown.hpp"
#include "plan.hpp"

namespace jb {

/// An event here that stands for an event of the source, or for one occurrence of a series.
struct Mirror {
  Instant start{};          ///< which the rule of the series gives the occurrence; of any other event without meaning
  EventId event_id = 0;     ///< the event may have been deleted here
  bool is_changed = false;  ///< the source had an event of its own for the occurrence
  bool is_over = false;     ///< an event of its own, by which the source ended the occurrence
  /// The event was booked for `start` when the calendar was in another zone, whose clock showed the same elsewhere.
  bool has_other_clock = false;
  bool is_left = false;  ///< what the source says of the occurrence is not known: the event stays as it is
};

/// An event of the source, as the source has it by now.
struct SourceEvent {
  /// keep: to leave it, or to book it anew where it has been deleted here
  enum class Wish { leave, keep, follow, cancel };
  Wish wish = Wish::follow;
  std::vector<Mirror> mirrors;      ///< by start; none: the event is new
  std::vector<EventId> strays{};    ///< of the event as earlier files or readers had it: they end
  std::optional<EventId> series{};  ///< which the mirrors belong to
  bool returns = false;             ///< the source did not have the event when it was last read
  Fields fields{};                  ///< all that the source says, as the request for a new event
  Fields changes{};                 ///< of name, place and people those that the source has changed
  bool has_other_starts = false;    ///< of a single event: the source has changed when it starts
  bool has_other_length = false;
  std::optional<Instant>
      differs_from{};  ///< of a series: the source says something else of the occurrences from then on
};

/// What became of an event of the source.
struct Followed {
  Outcome outcome;               ///< of a series of which events moved, came or ended `updated`, with their ids
  std::vector<Mirror> mirrors;   ///< those that are new, or stand for another occurrence than before
  std::vector<EventId> former;   ///< the events that have lost the names that they had
  std::optional<EventId> first;  ///< of a new event or series its id
  bool is_done = true;           ///< nothing is left to be carried out later
  std::optional<EventId> remarked = std::nullopt;  ///< the event that the outcome's remark names
};

/// Carries out what the source says of its events, in their order. An event that has ended, or was cancelled or deleted
/// here, stays as it is. An event whose new time is taken stays too: its outcome is `rejected`, or, with
/// OnNoSlot::leave_out, `skipped`. `calendar` is the calendar that the fields name. Cost: linear in the events. Errors:
/// 22023; NotLocked.
std::vector<Followed> follow_all(Plan& plan, const std::string& calendar, const std::vector<SourceEvent>& sources);

}  // namespace jb
