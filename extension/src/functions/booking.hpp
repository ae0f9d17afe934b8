// SPDX-License-Identifier: PostgreSQL
//
// An event's fields among the arguments of a call. They are found by their names in extension/fields.def, so an
// argument may stand at any place.
#pragma once

#include <span>

#include "call.hpp"

namespace jb::functions {

/// The names of an event's fields in the errors of SQL functions.
inline constexpr FieldNames kArgumentNames{.date = "event_date"};

/// The fields and options that the arguments give, including a recurrence and attachments; a null argument gives
/// nothing. An invalid argument is refused in `validation`; check_values() checks the ranges.
Fields read_arguments(const Arguments& arguments, Validation& validation);

/// Throws what `validation` has refused, together with each missing calendar that the requests name, since a plan looks
/// for calendars only if nothing else is wrong (rule 8.3).
void raise_all(Validation& validation, std::span<const Fields> requests);

/// jb_schedule's arguments, checked. Errors: 22023.
Fields schedule_arguments(const Arguments& arguments);

}  // namespace jb::functions
