// SPDX-License-Identifier: PostgreSQL
//
// The hours of a calendar's days that differ from its week: read and set.
#include "arguments.hpp"
#include "call.hpp"
#include "core/event/settings.hpp"
#include "core/values/budget.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/calendar_settings.hpp"

namespace jb::sql {

namespace {

using std::chrono::days;

/// The most dates that one call may ask for: as many as the longest horizon has (rule 2.8.2).
constexpr int kMostDates = 3'660;

constinit pg::Statement availability_statement{"SELECT a.* FROM jb_availability($1, $2, $2) a", {TEXTOID, DATEOID}};

struct Dates {
  std::optional<Date> from;
  std::optional<Date> to;
};

Dates read_dates(const Arguments& arguments) {
  Validation validation;
  const Dates dates{arguments.date(validation, 1, "from_date"), arguments.date(validation, 2, "to_date")};
  validation.raise();
  return dates;
}

/// The first and the last date of the reading. The defaults of dates that were left out depend on today.
Dates checked(Dates dates, const Calendar& calendar) {
  const Date last{std::chrono::floor<days>(kRepresentable.end - Seconds{1}).time_since_epoch()};
  const Date from = dates.from ? *dates.from : std::chrono::floor<days>(calendar.zone().to_wall(pg::now()));
  const Date to = dates.to.value_or(std::min(from + days{6}, last));
  Validation validation;
  if (to < from)
    validation.refuse("to_date", format_date(to), "it must not be before the begin of the range, " + format_date(from));
  else if (to - from >= days{kMostDates})
    validation.refuse("to_date", format_date(to), "it must be less than 3660 days after the begin of the range");
  validation.raise();
  return {from, to};
}

Datum availability_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto name = arguments.text(0).value_or("");
  const auto asked = read_dates(arguments);
  RowSet rows(info);
  pg::Session session;
  const auto calendar = require_named_calendar(name);
  const auto dates = checked(asked, calendar);
  const Hours& hours = calendar.grid().hours;
  for (Date date = *dates.from; date <= *dates.to; date += days{1}) {
    const pg::Scratch scratch;
    spend(Budget::spans, hours.on(date).size());
    const auto open = open_spans(hours, calendar.zone(), calendar.zone().day(date));
    rows.add({pg::from_date(date), pg::from_jsonb_text(spans_json(hours.on(date))),
              pg::from_bool(hours.overrides.contains(date)), pg::from_spans(open), pg::from_text(calendar.time_zone)});
  }
  session.finish();
  return rows.done();
}

Datum availability_set_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  const auto name = arguments.text(0).value_or("");
  Validation validation;
  const auto date = arguments.required_date(validation, 1, "on_date");
  std::optional<DaySpans> spans;
  if (!arguments.is_null(2)) spans = read_spans(validation, pg::jsonb_text(arguments.datum(2)));
  validation.raise();
  with_scheduler(arguments.text(3), [&](Scheduler& scheduler) {
    require_right(name, Right::manage);
    scheduler.retune(name, [&] {
      require_right(name, Right::manage);
      if (!set_availability(name, *date, spans)) throw no_such_calendar(name);
    });
    return 0;
  });
  pg::Session session;
  const Datum stored = pg::returned_row(availability_statement.run({pg::from_text(name), pg::from_date(*date)}));
  session.finish();
  return stored;
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_availability, jb::sql::availability_body)
JB_FUNCTION(jb_availability_set, jb::sql::availability_set_body)
