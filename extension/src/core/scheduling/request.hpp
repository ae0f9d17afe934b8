// SPDX-License-Identifier: PostgreSQL
//
// A request for a new event: from its fields to its outcome in a plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "../event/outcome.hpp"
#include "plan.hpp"

namespace jb {

/// The calendars that the fields name, `ceo` where they name none.
std::vector<std::string> named_calendars(const Fields& fields);

/// The event that is asked for: its calendars, duration and hold known, its place not. Errors: 22023 for an unknown
/// calendar, NotLocked.
Event requested_event(Plan& plan, const Fields& fields);

/// Places it: placed, held, waiting or rejected. `fields` have passed check_values and check_new.
/// Errors: as requested_event; 22023, under its index in a batch, for a time outside the years 0001 to 9999.
Outcome request(Plan& plan, const Fields& fields);

}  // namespace jb
