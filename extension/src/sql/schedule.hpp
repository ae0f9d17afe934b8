// SPDX-License-Identifier: PostgreSQL
//
// The arguments of jb_schedule, which other functions take as well.
#pragma once

#include "arguments.hpp"
#include "core/event/fields.hpp"

namespace jb::sql {

/// jb_schedule's arguments, the first of a call, checked; a null one is not named, but for the name. Errors: 22023.
Fields schedule_arguments(const Arguments& arguments);

}  // namespace jb::sql
