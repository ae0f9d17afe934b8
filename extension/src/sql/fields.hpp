// SPDX-License-Identifier: PostgreSQL
//
// The fields of an event among the arguments of a call, found by the names that extension/fields.def gives them: so an
// argument may stand anywhere, and be missing in the declaration of an earlier version.
#pragma once

#include "arguments.hpp"

namespace jb::sql {

/// As errors call the fields of a call in SQL.
inline constexpr FieldNames kArgumentNames{.date = "event_date"};

/// The fields and options that the arguments say, a recurrence and attachments among them; a null one says nothing.
/// What is wrong is refused in `validation`, their ranges by check_values alone.
Fields read_arguments(FunctionCallInfo info, Validation& validation);

/// jb_schedule's arguments, checked. Errors: 22023.
Fields schedule_arguments(FunctionCallInfo info);

}  // namespace jb::sql
