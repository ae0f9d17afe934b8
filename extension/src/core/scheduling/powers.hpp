// SPDX-License-Identifier: PostgreSQL
//
// What the caller's grants make of an event (rules 13.14 and 13.15).
#pragma once

#include <cstddef>

#include "plan.hpp"

namespace jb {

/// Lets a new event be what the caller's grants permit: a booking, or a proposal with a deadline; one for which others
/// move, or not. What is offered has a deadline too, and moves nobody (rule 3.12). `times`: how many such events the
/// call makes, as occurrences of a series. `behalf`: whose grants they are; nullptr: the caller's. Errors: 42501, with
/// the bound in its facts.
void bind(Plan& plan, Event& wanted, const PlacingOptions& options, std::size_t times = 1,
          const Behalf* behalf = nullptr);

/// Gives a new event that names no priority the highest that its calendars grant, if that is less than the default.
void lower_priority(Plan& plan, Event& wanted, const Behalf* behalf);

/// What a change asks for.
struct WishChange {
  bool preempts;
  bool moves;  ///< the event is placed anew
};

/// How long a proposal or an offer is held if neither its request nor its calendars say so.
inline constexpr Seconds kHeldByDefault = std::chrono::hours{24};

/// Whether a change lets the event be held where it was not held before.
bool is_held_anew(const Event& before, const Event& wanted);

/// The same for a change of `before`. A calendar that the event comes to claim is asked for all that the event is.
void bind(Plan& plan, Event& wanted, const Event& before, WishChange change);

}  // namespace jb
