// SPDX-License-Identifier: PostgreSQL
//
// When a calendar is taken, without what takes it.
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "reading.hpp"

namespace jb::sql {

namespace {

/// The longest range that one call may ask for: as long as the longest horizon (rule 2.8.2).
constexpr Seconds kLongestReading = 3'660 * kDay;

// A hold past its deadline takes no time, whether or not a writer has ended the hold (rule 3.9). Where nothing is held
// on the calendar ($3), no event is read. OFFSET 0 keeps PostgreSQL from reading all held events to compare with them.
constinit pg::Statement busy_statement{
    "SELECT coalesce(range_agg(c.during * $2), '{}') FROM jb_claim c WHERE c.calendar = $1 AND c.during && $2 "
    "AND (NOT $3 OR NOT EXISTS (SELECT FROM jb_event e WHERE e.id = c.event_id AND e.status = 'held'"
    " AND e.expires_at <= $4 OFFSET 0))",
    {INT4OID, TSTZRANGEOID, BOOLOID, TIMESTAMPTZOID}};

Span read_range(const Arguments& arguments) {
  Validation validation;
  const auto bound = [&](int i, std::string_view name) {
    const auto instant = arguments.instant(i);
    if (!instant)
      validation.refuse(name, "NULL", "it is required");
    else if (!kRepresentable.contains({*instant, *instant}))
      validation.refuse(name, format_utc(*instant), "it must lie in the years 0001 to 9999");
    return instant.value_or(kRepresentable.start);
  };
  const Span range{bound(1, "from_time"), bound(2, "to_time")};
  validation.raise();
  if (range.end < range.start)
    validation.refuse("to_time", format_utc(range.end), "it must not be before the begin of the range");
  else if (range.length() > kLongestReading)
    validation.refuse("to_time", format_utc(range.end), "it must be at most 3660 days after the begin of the range");
  validation.raise();
  return range;
}

Datum busy_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto name = arguments.text(0).value_or("");
  const auto range = read_range(arguments);
  pg::Session session;
  const auto calendar = require_named_calendar(name);
  const auto rows = busy_statement.run({pg::from_int(calendar.id), pg::from_span(range),
                                        pg::from_bool(calendar.watched > 0), pg::from_instant(pg::now())},
                                       pg::Snapshot::callers);
  const auto busy = pg::outliving(*rows.at(0, 1));
  session.finish();
  return busy;
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_busy, jb::sql::busy_body)
