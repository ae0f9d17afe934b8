// SPDX-License-Identifier: PostgreSQL
#include "call.hpp"
#include "core/values/time.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"

namespace jb::functions {

// The open times of one or more calendars.

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

// When a calendar is taken, without what takes it.

namespace {

/// The longest range that one call may ask for: as long as the longest horizon (rule 2.8.2).
constexpr Seconds kLongestReading = 3'660 * kDay;

// A hold past its deadline takes no time, whether or not a writer has ended the hold (rule 3.9). If nothing is held or
// waits on the calendar (not :is_watched), no event is read. OFFSET 0 keeps PostgreSQL from reading all held events for
// a join.
constinit auto busy_statement = pg::Statement<R"(
    SELECT coalesce(range_agg(c.during * :range), '{}') FROM jb_claim c
     WHERE c.calendar = :calendar AND c.during && :range
       AND (NOT :is_watched
                OR NOT EXISTS (SELECT FROM jb_event e
                                WHERE e.id = c.event_id AND e.status = 'held' AND e.expires_at <= :now OFFSET 0)))">();

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
  const auto rows = busy_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id, "range"_arg = range,
                                       "is_watched"_arg = calendar.watched > 0, "now"_arg = pg::now());
  return pg::outliving(*rows.at(0, 1));
}

// The first open time of each length that the caller asks for, and how far off it is.

namespace {

constexpr std::size_t kMostDurations = 100;

}  // namespace

JB_CONNECTED_ROWS(jb_lead_time) {
  Validation validation;
  const auto durations = arguments.durations(validation, "durations", kMostDurations);
  const auto calendars = calendar_names(arguments, validation);
  validation.raise();
  const auto now = pg::now();
  auto search = search_in(calendars, now);
  for (const auto duration : durations) {
    const auto start = search.first_fit(duration, kRepresentable);
    const auto end = start ? std::optional{*start + duration} : std::nullopt;
    const auto lead = start ? std::optional{*start - now} : std::nullopt;
    rows.add({pg::from_duration(duration), start, end, pg::optional_param(lead, pg::from_duration)});
  }
}

}  // namespace jb::functions
