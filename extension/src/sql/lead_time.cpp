// SPDX-License-Identifier: PostgreSQL
//
// The first open time of each length that is asked for, and how far off it is.
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constexpr std::size_t kMostDurations = 100;

Datum lead_time_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  Validation validation;
  const auto durations = arguments.durations(validation, 0, "durations", kMostDurations);
  const auto calendars = calendar_names(arguments, validation, 1);
  validation.raise();
  RowSet rows(info);
  pg::Session session;
  const auto now = pg::now();
  auto search = search_in(calendars, now);
  for (const auto duration : durations) {
    const auto start = search.first_fit(duration, kRepresentable);
    const auto end = start ? std::optional{*start + duration} : std::nullopt;
    const auto lead = start ? std::optional{*start - now} : std::nullopt;
    rows.add({pg::from_duration(duration), pg::optional_param(start, pg::from_instant),
              pg::optional_param(end, pg::from_instant), pg::optional_param(lead, pg::from_duration)});
  }
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_lead_time, jb::sql::lead_time_body)
