// SPDX-License-Identifier: PostgreSQL
//
// The fields of an event among the arguments of a call. They are found by the names that extension/fields.def gives
// them: so an argument may stand at any place, and may be missing in the declaration of an earlier version.
#pragma once

#include "arguments.hpp"

namespace jb::sql {

/// The names of an event's fields in the errors of SQL functions.
inline constexpr FieldNames kArgumentNames{.date = "event_date"};

/// The fields and options that the arguments give, a recurrence and attachments among them; a null argument gives
/// nothing. An invalid argument is refused in `validation`; check_values() checks the ranges.
Fields read_arguments(const Arguments& arguments, Validation& validation);

/// jb_schedule's arguments, checked. Errors: 22023.
Fields schedule_arguments(const Arguments& arguments);

}  // namespace jb::sql
