// SPDX-License-Identifier: PostgreSQL
//
// Asks the rules about one wish (rules 2.6.4 to 2.6.11). Placing asks for the first rule that forbids a start.
// Explaining asks start by start, and leaps to the first later start that this rule may allow.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "../event/refusal.hpp"
#include "plan.hpp"
#include "search.hpp"

namespace jb {

/// The events whose claims are in the way of a fixed wish, on any of its calendars.
struct InTheWay {
  std::vector<Event> displaceable;  ///< automatic events that may be displaced, in the order of rule 2.4.2
  std::vector<EventId> conflicts;   ///< the events that may not be moved (rule 2.5.1), by start
  bool is_bound = false;            ///< some of the conflicts could move, but not for this event (rule 13.14)
};

/// Judges one wish in a plan, without changing the plan. The caller has set the event's own claims aside.
class Judge {
 public:
  /// `event` outlives this object. Errors: NotLocked; 22023 for an unknown calendar.
  Judge(Plan& plan, const Event& event, const PlacingOptions& options = {});

  Search& search() { return search_; }

  /// The event's first calendar: the one named first, else the first candidate, never an attendee's. Its zone reads and
  /// shows dates and wall clock times (rules 2.1.3 and 2.18.1).
  const Calendar& first() const { return first_; }

  /// Where an automatic event may lie by its date and its window alone (rule 2.3.7); neither binds a fixed event.
  Span window() const { return window_; }

  /// Where an automatic event may lie by date, window, notice and horizon (rules 2.3.5 to 2.3.7).
  Span within() const { return intersection(window_, search_.bounds()); }

  /// The refusal of the first rule that forbids the event to begin at `start`; none where the event may begin there.
  /// Hours, increment, notice and horizon bind a fixed event only on a calendar that is strict (rule 2.8.4), or if it
  /// is a visitor's (rule 11.12). For an automatic event, the refusal's `limit` is the first later start that the rule
  /// may allow. Cost: each rule once per calendar; for a fixed event, claims are read only where the time is not open
  /// to an automatic event.
  std::optional<Refusal> at(Instant start);

  /// Why no start in an automatic event's window is open: the first rule to exclude every start that the rules before
  /// it have left. Only for a window without an open start. Cost: at most two searches on calendars without claims.
  Refusal nowhere();

  /// The events in the way of the fixed event at `start`, which must be the same in every call. Errors: NotLocked.
  const InTheWay& in_the_way(Instant start);

  /// How much work at() has done. Unit: the work of reading one span of hours.
  std::size_t work() const { return work_; }

  // ---- for the rules ----

  Plan& plan() { return plan_; }
  const Event& event() const { return event_; }
  const PlacingOptions& options() const { return options_; }
  Seconds length() const { return length_; }

  /// Whether the event goes to the judged start or nowhere, because it is fixed or has begun.
  bool is_fixed() const { return is_fixed_; }

  /// A refusal about the wish; and one that says which calendar refuses the judged start, and until when.
  Refusal refusal(Reason reason, About about) const;
  Refusal refusal_at(Reason reason, const Calendar& calendar, Instant limit) const;

  /// Whether the time from `start` is open to an automatic event of this length. If so, no day is full and no claim is
  /// in the way, so that a fixed event needs no further check. `start` must be the same in every call.
  bool is_open(Instant start);

  /// The first start from `start` on, and the last one, that the window and its hours (rule 2.3.9) leave an automatic
  /// event; nullopt when there is none.
  std::optional<Instant> first_asked(Instant start) const;
  std::optional<Instant> last_asked() const { return search_.last_asked(length_, window_); }

  /// Whether the event fits somewhere within notice, horizon and window on calendars without claims. With
  /// `on_increment` false the slot increment is ignored.
  bool fits_when_empty(bool on_increment) const;

  /// Counts a rule's work, in the unit of work().
  void count_work(std::size_t work) { work_ += work; }

 private:
  Plan& plan_;
  const Event& event_;
  PlacingOptions options_;
  bool is_fixed_;
  Search search_;
  const Calendar& first_;
  Seconds length_;
  Span window_;
  std::optional<bool> is_open_;         ///< of the one start of a fixed event; none: not asked yet
  std::optional<InTheWay> in_the_way_;  ///< of the one start of a fixed event; none: not asked yet
  std::size_t work_ = 0;
};

/// The ids of the other events that claim time within `claims`. All of `claims` belong to one event. Order: by start,
/// then id; each id once. Errors: logic_error for a claim on a calendar that is not locked.
std::vector<EventId> others_within(Plan& plan, const std::vector<Claim>& claims);

/// The events of `events` that may be displaced on each of their calendars, in the order of rule 2.4.2. Errors:
/// NotLocked, with the calendars of all events that may be displaced on every one of their locked calendars.
std::vector<Event> movable(Plan& plan, std::vector<Event> events);

/// The order in which displaced events are placed again: priority, high first; then start; then id (rule 2.4.2).
bool replaced_earlier(const Event& a, const Event& b);

}  // namespace jb
