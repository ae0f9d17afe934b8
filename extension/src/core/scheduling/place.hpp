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
#include "judge.hpp"
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

// Finds the place of one event by the rules of placing: an automatic event by rule 2.3, a fixed event by rules 2.4 and
// 2.5, settings of calendars by rule 2.8, pre-emption by rule 2.12, the reason of a refusal by rules 2.6.4 to 2.6.11.
// No event of the plan changes, and nothing is written.

/// The place of one wish, or why the wish has no place.
struct Decision {
  std::optional<Span> time{};            ///< the event's place; none: the wish is refused
  std::vector<std::string> calendars{};  ///< those of an event that had to choose; empty: the event keeps its own
  std::vector<Event> displaced{};        ///< automatic events that must make room, in the order of rule 2.4.2
  std::optional<Refusal> refusal{};      ///< why the wish has no place
  std::vector<Span> alternatives{};      ///< from nearest_open(); only for a fixed wish (rule 2.5.2)
  PlacingOptions options{};              ///< the options of the wish
  std::optional<Span> failed{};          ///< of a series: the time of the occurrence that has no place

  /// Whether the wish could get a place once time opens, since hours, increment, notice, horizon and window allow one
  /// (rule 2.6.13).
  bool may_wait() const { return refusal && can_be_lifted(refusal->reason); }
};

/// Writes the names in the fields' lists as their calendars spell them. Errors: as Plan::own_names; 22023 for
/// candidates of the first list in several zones, if no calendar is named whose clock could read the time.
void spell_lists(Plan& plan, Fields& fields, bool has_named);

/// Puts the event on its named calendars and on all candidates that exist.
void widen(Plan& plan, Event& event);

/// Gives the event the time and the calendars of the decision, which has a time.
void settle(Event& event, const Decision& decision);

/// Adds to `names` the fields of the event's calendars in which `before` and `after` differ.
void add_calendar_fields(std::vector<std::string>& names, const Event& before, const Event& after);

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

/// The move of the event, with its calendars where others were chosen.
Move move_of(const Event& before, const Event& after);

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
