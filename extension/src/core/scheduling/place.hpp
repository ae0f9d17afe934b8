// SPDX-License-Identifier: PostgreSQL
//
// From a request to a place: completes the wish, asks the rules, finds a place, and books the event there or refuses
// it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "../event/refusal.hpp"
#include "../event/shown.hpp"
#include "plan.hpp"
#include "search.hpp"
#include "store.hpp"

namespace jb {

// A request for a new event. It is resolved once, at the start: the calendars' settings supply what its fields leave
// out, and no later step reads the fields. A stored event is already resolved. series.hpp carries requests out.

/// A request in which everything but the event's place is known.
struct Requested {
  Event wanted;                       ///< the event, with calendars, attendees' calendars, duration and hold_for
  PlacingOptions options{};           ///< the options of the wish
  OnNoSlot on_no_slot{};              ///< what becomes of an event without a place
  std::optional<Recurrence> rule{};   ///< of a series, whose first occurrence `wanted` wishes for
  std::optional<std::size_t> item{};  ///< the request's index in its batch
  bool may_be_over = false;           ///< an occurrence that is over is left out if it has no place (rule 4.24)
};

/// The calendars that the fields name, `ceo` where they name none (rule 2.7.1). A call locks these before it resolves
/// the fields.
std::vector<std::string> named_calendars(const Fields& fields);

/// Resolves the fields, which have passed check_values and check_new. Errors: 22023 for an unknown calendar;
/// NotLocked.
Requested resolve(Plan& plan, const Fields& fields);

/// The stored event as if it were requested at `now`: its wish, on the calendars that it claims (rule 4.21). An event
/// that has begun keeps its time, and so wishes for that time.
Requested requested_again(Event event, Instant now);

/// Sets the attendees' calendars that the event claims (rule 2.7.2), by the event's check_attendees or, without it, by
/// the setting of its calendars. An attendee claims the calendar of the same name, if it exists and the attendee is not
/// one of the event's guests (rule 2.7.4). Each such calendar needs the right to book, except those that the event
/// claimed `before` (rule 13.3). Without that right, an attendee already in `before` claims no calendar. Errors: 22023
/// for an unknown calendar; 42501; NotLocked.
void resolve_attendees(Plan& plan, Event& event, const Event* before = nullptr, const Behalf* behalf = nullptr);

/// Sets a missing hold_for, the time for which the event is first held, to the shortest confirm_within of its calendars
/// (rule 2.8.5). Without either, the event is not held. The event keeps this hold_for while it waits. The calendars are
/// consulted again only when a waiting or held event gives up its hold_for.
void resolve_hold(Plan& plan, Event& event);

// Asks the rules about one wish (rules 2.6.4 to 2.6.11). Placing asks for the first rule that forbids a start.
// Explaining asks start by start, and leaps to the first later start that this rule may allow.

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
  const Calendar& first() const { return search_.first(); }

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

// Finds the place of one event by the rules of placing: an automatic event by rule 2.3, a fixed event by rules 2.4 and
// 2.5, settings of calendars by rule 2.8, pre-emption by rule 2.12, the reason of a refusal by rules 2.6.4 to 2.6.11.
// No event of the plan changes, and nothing is written.

/// The place of one wish, or why the wish has no place.
struct Decision {
  std::optional<Span> time{};        ///< the event's place; none: the wish is refused
  std::vector<Event> displaced{};    ///< automatic events that must make room, in the order of rule 2.4.2
  std::optional<Refusal> refusal{};  ///< why the wish has no place
  std::vector<Span> alternatives{};  ///< from nearest_open(); only for a fixed wish (rule 2.5.2)
  PlacingOptions options{};          ///< the options of the wish
  std::optional<Span> failed{};      ///< of a series: the time of the occurrence that has no place

  /// Whether the wish could get a place once time opens, since hours, increment, notice, horizon and window allow one
  /// (rule 2.6.13).
  bool may_wait() const { return refusal && can_be_lifted(refusal->reason); }
};

/// Finds a place for `wanted`, whose own claims the caller has set aside. Errors: 22023, under the index `item` of a
/// batch, when a fixed event begins or ends outside the years 0001 to 9999 (rule 2.1.10); NotLocked.
Decision place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item = {});

/// Finds a place for `wanted`, a stored event whose own claims the caller has set aside. It costs less than place(),
/// because a decision without a place may lack the reason, and never has alternatives. An automatic event must lie in
/// one of the spans `within`, which are sorted and apart.
Decision find_place(Plan& plan, const Event& wanted, const std::vector<Span>& within = {kRepresentable});

/// The events that `wanted` may pre-empt within `within` (rule 2.12.2): the automatic events of lower priority on its
/// calendars that may be displaced, in the order of rule 2.4.2. Errors: NotLocked.
std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within);

/// Up to three open spans as long as `wished`, none overlapping another, each within one of the sorted `within` (rule
/// 2.5.3): the nearest one that begins before `wished`, the nearest one that begins with or after it, then the next
/// nearest. If only one side has open spans, up to three from that side. Order: by distance from `wished`; of two
/// equally near, the earlier first. `holds` is called for each start: true takes it, false skips it, nullopt ends the
/// search.
std::vector<Span> nearest_open(Search& search, Span wished, std::span<const Span> within,
                               const std::function<std::optional<bool>(Instant)>& holds);

// Carries out a decision: stores an event in the place found for it and places the displaced events again, or records
// the rejection. Also makes the call's answer about the event, as the plan leaves it.

/// Charges the call's budgets for `times` events like `event` (rule 14.2), before any of these events is made or
/// changed. Errors: 22023.
void order(const Event& event, std::size_t times = 1);

/// Sets the status of a new or waiting event that takes its place now. An event with hold_for and without a deadline is
/// held until now + hold_for (rule 2.8.5). Any other event is scheduled. A waiting event with a deadline was confirmed
/// before it had to wait, and needs no second confirmation.
void begin_status(Event& event, Instant now);

/// The word, in changes and outcomes, for an event that has taken its place: `held` if it is held, else `placed`.
Verb placing_kind(const Event& event);

/// Stores a new event at the time of `decision`. The events that it displaces stay set aside until place_displaced().
Event book(Plan& plan, Event event, const Decision& decision);

/// Stores `wanted` over the stored event `was`. The events that it displaces stay set aside until place_displaced().
Event rebook(Plan& plan, const Event& was, Event wanted, const Decision& decision, Verb kind,
             const std::vector<std::string>& fields);

/// Places the displaced events again, each under its own wish (rule 2.4.2). A displaced event without a place waits,
/// with a rejection (rule 2.4.3). The displacing events already have their places, so that no displaced event moves
/// twice (rule 2.4.5). Result: the moves, in the order of placing.
std::vector<Move> place_displaced(Plan& plan);

/// Adds to `names` start_timestamp or end_timestamp, or both, where `before` and `after` differ.
void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after);

/// The outcome `what` for `event`, with the event's id, time and version.
Outcome answer(Plan& plan, Verb what, const Event& event);

/// The outcome `what` for an event that found no place: without a time, with refusal, alternatives and what failed.
Outcome answer(Plan& plan, Verb what, const Event& event, const Decision& decision);

/// Records the rejection of `wanted`, for which `decision` has no time. Result: the outcome `rejected`.
Outcome reject(Plan& plan, const Event& wanted, const Decision& decision);

/// Records the rejection of `wanted`, which is refused before it is placed. Result: the outcome `rejected`.
Outcome reject(Plan& plan, const Event& wanted, Refusal refusal);

/// reject(); or, if the call leaves out events without a place, the outcome `skipped`, which is not recorded.
Outcome turn_down(Plan& plan, const Event& wanted, const Decision& decision, OnNoSlot on_no_slot);

}  // namespace jb
