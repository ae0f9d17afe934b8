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
