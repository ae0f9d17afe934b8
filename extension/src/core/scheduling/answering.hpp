// SPDX-License-Identifier: PostgreSQL
//
// What a call answers about an event as the plan leaves it.
#pragma once

#include <string_view>

#include "../event/outcome.hpp"
#include "placing.hpp"
#include "plan.hpp"

namespace jb {

/// What was done to the event, or that nothing had to be done.
Outcome answer(Plan& plan, std::string_view what, const Event& event);

/// The same of an event that found no place and waits.
Outcome answer(Plan& plan, std::string_view what, const Event& event, const Placement& placement);

/// The answer of a wish that found no place, and its record.
Outcome reject(Plan& plan, const Event& wanted, const Placement& placement);

/// The same of a wish that is refused before it is placed.
Outcome reject(Plan& plan, const Event& wanted, Refusal refusal);

}  // namespace jb
