// SPDX-License-Identifier: PostgreSQL
//
// When a calendar is taken, without what takes it.
#include "call.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

/// The longest range that one call may ask for: as long as the longest horizon (rule 2.8.2).
constexpr Seconds kLongestReading = 3'660 * kDay;

// A hold past its deadline takes no time, whether or not a writer has ended the hold (rule 3.9). Where nothing is held
// on the calendar ($3), no event is read. OFFSET 0 keeps PostgreSQL from reading all held events to compare with them.
constinit pg::Statement busy_statement{
    "SELECT coalesce(range_agg(c.during * $2), '{}') FROM jb_claim c WHERE c.calendar = $1 AND c.during && $2 "
    "AND (NOT $3 OR NOT EXISTS (SELECT FROM jb_event e WHERE e.id = c.event_id AND e.status = 'held'"
    " AND e.expires_at <= $4 OFFSET 0))"};

Span read_range(const Arguments& arguments) {
  Validation validation;
  const auto bound = [&](std::string_view name) {
    const auto instant = arguments.instant(validation, name);
    if (!instant) validation.refuse(name, "NULL", "it is required");
    return instant.value_or(kRepresentable.start);
  };
  const Span range{bound("from_time"), bound("to_time")};
  validation.raise();
  check_range(arguments);
  if (range.length() > kLongestReading)
    throw invalid("to_time", format_utc(range.end), "it must be at most 3660 days after the begin of the range");
  return range;
}

}  // namespace

JB_CONNECTED(jb_busy, Datum) {
  const auto name = arguments.word("calendar");
  const auto range = read_range(arguments);
  const auto calendar = require_named_calendar(name);
  const auto rows = busy_statement.run({calendar.id, range, calendar.watched > 0, pg::now()}, pg::Snapshot::callers);
  return pg::outliving(*rows.at(0, 1));
}

}  // namespace jb::functions
