// SPDX-License-Identifier: PostgreSQL
//
// The fields of an event among the arguments of a call. They are found by the names that extension/fields.def gives
// them: so an argument may stand at any place.
#pragma once

#include <span>

#include "call.hpp"

namespace jb::functions {

/// The names of an event's fields in the errors of SQL functions.
inline constexpr FieldNames kArgumentNames{.date = "event_date"};

/// The fields and options that the arguments give, a recurrence and attachments among them; a null argument gives
/// nothing. An invalid argument is refused in `validation`; check_values() checks the ranges.
Fields read_arguments(const Arguments& arguments, Validation& validation);

/// Throws what `validation` has refused, and with it each calendar that the requests name and that does not exist: a
/// plan looks for calendars only where nothing else is wrong (rule 8.3).
void raise_all(Validation& validation, std::span<const Fields> requests);

/// jb_schedule's arguments, checked. Errors: 22023.
Fields schedule_arguments(const Arguments& arguments);

}  // namespace jb::functions
