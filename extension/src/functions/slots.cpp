// SPDX-License-Identifier: PostgreSQL
//
// The open times of one or more calendars.
#include "call.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"

namespace jb::functions {

JB_CONNECTED_ROWS(jb_slots) {
  Validation validation;
  if (arguments.is_null("duration")) validation.refuse("duration", "NULL", "it is required");
  const auto duration = arguments.duration(validation, "duration").value_or(kShortest);
  const auto calendars = calendar_names(arguments, validation);
  const auto now = pg::now();
  const auto from = arguments.instant("from_time").value_or(now);
  const auto to = arguments.instant("to_time").value_or(kRepresentable.end);
  if (to < from) validation.refuse("to_time", format_utc(to), "it must not be before the begin of the range");
  validation.raise();
  const auto most = arguments.max_rows();
  auto search = search_in(calendars, now);
  add_slots(rows, search, duration, {from, to}, most);
}

}  // namespace jb::functions
