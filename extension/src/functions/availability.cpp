// SPDX-License-Identifier: PostgreSQL
//
// The hours of a calendar's days that differ from its week: read and set.
#include "call.hpp"
#include "core/event/settings.hpp"
#include "core/values/budget.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "store/calendar_settings.hpp"

namespace jb::functions {

namespace {

using std::chrono::days;

/// The most dates that one call may ask for: as many as the longest horizon has (rule 2.8.2).
constexpr int kMostDates = 3'660;

constinit pg::Statement availability_statement{"SELECT a.* FROM jb_availability($1, $2, $2) a"};

}  // namespace

JB_CONNECTED_ROWS(jb_availability) {
  const auto name = arguments.word("calendar");
  Validation validation;
  const auto from_date = arguments.date(validation, "from_date"), to_date = arguments.date(validation, "to_date");
  validation.raise();
  const auto calendar = require_named_calendar(name);
  // The defaults of dates that were left out depend on today.
  const Date last{std::chrono::floor<days>(kRepresentable.end - Seconds{1}).time_since_epoch()};
  const Date from = from_date ? *from_date : std::chrono::floor<days>(calendar.zone().to_wall(pg::now()));
  const Date to = to_date.value_or(std::min(from + days{6}, last));
  if (to < from)
    throw invalid("to_date", format_date(to), "it must not be before the begin of the range, " + format_date(from));
  if (to - from >= days{kMostDates})
    throw invalid("to_date", format_date(to), "it must be less than 3660 days after the begin of the range");
  const Hours& hours = calendar.grid().hours;
  for (Date date = from; date <= to; date += days{1}) {
    const pg::Scratch scratch;
    spend(Budget::spans, hours.on(date).size());
    const auto open = open_spans(hours, calendar.zone(), calendar.zone().day(date));
    rows.add({date, pg::from_jsonb_text(spans_json(hours.on(date))), hours.overrides.contains(date), open,
              calendar.time_zone});
  }
}

JB_CONNECTED(jb_availability_set, Datum) {
  const auto name = arguments.word("calendar");
  Validation validation;
  const auto date = arguments.required_date(validation, "on_date");
  std::optional<DaySpans> spans;
  if (!arguments.is_null("spans")) spans = read_spans(validation, arguments.json("spans"));
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    require_right(name, Right::manage);
    scheduler.retune(name, [&] {
      require_right(name, Right::manage);
      if (!set_availability(name, *date, spans)) throw no_such_calendar(name);
    });
    return 0;
  });
  return pg::returned_row(availability_statement.run({name, *date}));
}

}  // namespace jb::functions
