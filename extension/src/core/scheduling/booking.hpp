// SPDX-License-Identifier: PostgreSQL
//
// Placing in a plan: which calendars an event needs, where it goes, who has to make room for it and where those go.
#pragma once

#include <optional>
#include <vector>

#include "../event/outcome.hpp"
#include "placing.hpp"
#include "plan.hpp"

namespace jb {

/// Takes from the budgets of the call what `times` events like this one cost, before any of them is made or changed.
/// Errors: 22023.
void order(const Event& event, std::size_t times = 1);

/// Sets the attendees' calendars that the event claims, by its check_attendees or its calendars' setting. An attendee
/// names a calendar when there is one of that name, and is none of the `guests`. Errors: 22023 for an unknown calendar;
/// NotLocked.
void resolve_attendees(Plan& plan, Event& event, const std::vector<std::string>& guests = {});

/// Where the event would go. Its own time has been set aside. Nothing of the plan changes.
/// Errors: 22023 when a fixed one begins or ends outside the years 0001 to 9999, under the index `item` of a batch.
Placement place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item = {});

/// Those of the events that another one may move away, on each of their calendars, in the order of their re-placing.
/// Errors: NotLocked, with the calendars of all that may be moved by what is known of them.
std::vector<Event> movable(Plan& plan, std::vector<Event> events);

/// What an event may pre-empt within a span (rule 2.12): the automatic events of lower priority on its calendars that
/// may be moved, in the order of their re-placing.
std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within);

/// How long the event is held at first: as wished, else the shortest confirm_within of its calendars, else not at all.
/// What is found stays with the event, so that it is asked once, also of one that waits first; and again where one that
/// waits or is held gives up its own.
void resolve_hold(Plan& plan, Event& event);

/// The status in which an event that is new, or waits, takes its place now: held until its deadline, or scheduled. One
/// that has had its deadline was confirmed before it had to wait, and is not asked again.
void begin_status(Event& event, Instant now);

/// What an event in that status became when it took its place, as change and as outcome: held or placed.
std::string_view placing_kind(const Event& event);

/// Stores a new event in the place that was found for it. Those that it displaces lie aside until place_displaced().
Event book(Plan& plan, Event event, const Placement& placement);

/// The same for one that is stored already: `was` becomes `wanted`.
Event rebook(Plan& plan, const Event& was, Event wanted, const Placement& placement, std::string_view kind,
             const std::vector<std::string>& fields);

/// rule 2.4: places the displaced events again, each under its own wish; one without a place waits, with a rejection.
/// Called once all that displaces them stands, so that none moves twice. Result: in the order of their placing.
std::vector<Move> place_displaced(Plan& plan);

/// Adds the names of the timestamps that differ.
void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after);

}  // namespace jb
