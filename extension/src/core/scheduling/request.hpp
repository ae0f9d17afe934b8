// SPDX-License-Identifier: PostgreSQL
//
// Carries a request for a new event out in a plan.
#pragma once

#include "../event/outcome.hpp"
#include "resolving.hpp"

namespace jb {

/// Places the requested event, or the series. Result: the outcome, with the moves of displaced events. Errors: 22023,
/// under the request's index in a batch, for a time outside the years 0001 to 9999; NotLocked.
Outcome request(Plan& plan, Requested requested);

}  // namespace jb
