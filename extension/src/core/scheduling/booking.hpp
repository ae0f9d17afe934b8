// SPDX-License-Identifier: PostgreSQL
//
// What a call does with a decision: stores an event in the place that was found for it, and places the events that it
// displaces again; or records the rejection. And what the call answers of the event, as the plan leaves it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "../event/fields.hpp"
#include "../event/outcome.hpp"
#include "place.hpp"
#include "plan.hpp"

namespace jb {

/// Takes the cost of `times` events like `event` from the budgets of the call (rule 14.2), before any of these events
/// is made or changed. Errors: 22023.
void order(const Event& event, std::size_t times = 1);

/// Sets the status of an event, new or waiting, that takes its place now. An event with hold_for and without a
/// deadline is held until now + hold_for (rule 2.8.5). Any other event is scheduled: a waiting event that has a
/// deadline was confirmed before it had to wait, and needs no second confirmation.
void begin_status(Event& event, Instant now);

/// The word, in changes and outcomes, for an event that has taken its place: `held` if it is held, else `placed`.
std::string_view placing_kind(const Event& event);

/// Stores a new event at the time of `decision`. The events that it displaces stay set aside until place_displaced().
Event book(Plan& plan, Event event, const Decision& decision);

/// Stores `wanted` over the stored event `was`. The events that it displaces stay set aside until place_displaced().
Event rebook(Plan& plan, const Event& was, Event wanted, const Decision& decision, std::string_view kind,
             const std::vector<std::string>& fields);

/// Places the displaced events again, each under its own wish (rule 2.4.2). A displaced event without a place waits,
/// with a rejection (rule 2.4.3). The events that displace others have their places before this call, so that no
/// displaced event moves twice (rule 2.4.5). Result: the moves, in the order of placing.
std::vector<Move> place_displaced(Plan& plan);

/// Adds to `names` start_timestamp or end_timestamp, or both, where `before` and `after` differ.
void add_time_fields(std::vector<std::string>& names, const std::optional<Span>& before,
                     const std::optional<Span>& after);

/// The outcome `what` for `event`, with the event's id, time and version.
Outcome answer(Plan& plan, std::string_view what, const Event& event);

/// The outcome `what` for an event that found no place and waits: without a time, with refusal and alternatives.
Outcome answer(Plan& plan, std::string_view what, const Event& event, const Decision& decision);

/// Records the rejection of `wanted`, for which `decision` has no time. Result: the outcome `rejected`.
Outcome reject(Plan& plan, const Event& wanted, const Decision& decision);

/// Records the rejection of `wanted`, which is refused before it is placed. Result: the outcome `rejected`.
Outcome reject(Plan& plan, const Event& wanted, Refusal refusal);

/// reject(), or, where a call leaves out what has no place, the outcome `skipped`, of which nothing is recorded.
Outcome turn_down(Plan& plan, const Event& wanted, const Decision& decision, OnNoSlot on_no_slot);

}  // namespace jb
