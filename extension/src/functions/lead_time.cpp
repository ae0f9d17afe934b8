// SPDX-License-Identifier: PostgreSQL
//
// The first open time of each length that is asked for, and how far off it is.
#include "call.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"

namespace jb::functions {

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
