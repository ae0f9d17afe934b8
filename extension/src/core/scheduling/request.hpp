// SPDX-License-Identifier: PostgreSQL
//
// A request for a new event: from what is wanted to its outcome in a plan.
#pragma once

#include "../event/outcome.hpp"
#include "resolving.hpp"

namespace jb {

/// Places it: placed, held, waiting or rejected.
/// Errors: 22023, under its index in a batch, for a time outside the years 0001 to 9999; NotLocked.
Outcome request(Plan& plan, Requested requested);

}  // namespace jb
