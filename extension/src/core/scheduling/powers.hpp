// SPDX-License-Identifier: PostgreSQL
//
// What the caller's grants make of an event (rules 13.14 and 13.15).
#pragma once

#include <cstddef>

#include "plan.hpp"

namespace jb {

/// Lets a new event be what the caller's grants permit: a booking, or a proposal with a deadline; one for which others
/// move, or not. What is offered has a deadline too, and moves nobody (rule 3.12). `times`: how many such events the
/// call makes, as occurrences of a series. Errors: 42501, with the bound in its facts.
void bind(Plan& plan, Event& wanted, const PlacingOptions& options, std::size_t times = 1);

/// Gives a new event that names no priority the highest that its calendars grant, if that is less than the default.
void lower_priority(Plan& plan, Event& wanted);

/// What a change asks for.
struct WishChange {
  bool preempts;
  bool moves;  ///< the event is placed anew
};

/// The same for a change of `before`.
void bind(Plan& plan, Event& wanted, const Event& before, WishChange change);

}  // namespace jb
