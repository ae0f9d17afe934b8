// SPDX-License-Identifier: PostgreSQL
//
// Placing a calendar's automatic events anew, and following a zone whose rules have changed.
#include "core/scheduling/replan.hpp"
#include "arguments.hpp"
#include "call.hpp"
#include "core/scheduling/place.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "store/calendar_row.hpp"
#include "store/event_row.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement wished_statement{
    select_event<" FROM jb_event e WHERE e.start_timestamp > $1 AND num_nonnulls(e.start_time, e.days, e.wished_wall) > 0 "
                 "AND e.status IN ('scheduled', 'held') ORDER BY e.id">.data()};

using Plan = std::vector<Move> (Scheduler::*)(const std::string& calendar);

/// Adds what moves when the calendar that the call names is planned anew.
void add_moves(const Arguments& arguments, RowSet& rows, Plan plan) {
  const auto name = arguments.word("calendar");
  for (const auto& move : with_scheduler(arguments, arguments.flag("dry_run"),
                                         [&](Scheduler& scheduler) { return (scheduler.*plan)(name); }))
    rows.add(move);
}

}  // namespace

JB_CALL_ROWS(jb_replan) { add_moves(arguments, rows, &Scheduler::replan); }

JB_CALL_ROWS(jb_rezone) { add_moves(arguments, rows, &Scheduler::rezone); }

JB_CONNECTED_ROWS(jb_wall_clock_problems) {
  require_operator();
  std::map<std::string, Calendar> calendars;
  for (auto& calendar : all_calendars(pg::Snapshot::callers)) calendars.emplace(calendar.name, std::move(calendar));
  const auto events = wished_statement.run({pg::now()}, pg::Snapshot::callers);
  for (std::uint64_t i = 0; i < events.size(); ++i) {
    const auto event = read_event(events, i);
    const auto calendar = calendars.find(event.calendars.front());
    if (calendar == calendars.end() || !has_left_wall_clock(event, calendar->second.zone())) continue;
    const auto& zone = calendar->second.zone();
    const auto wished = wished_time(wall_clock_wish(event), zone);
    const auto told = [&](Instant Span::* at, const char* stands) {
      return stands + format_timestamp((*event.time).*at, zone) + ", its wish is " +
             format_timestamp(wished.*at, zone) + ".";
    };
    rows.add(
        {event.wished_wall ? "wall clock is the calendar's" : "wall clock is kept", calendar->first, event.id,
         wished.start != event.time->start ? told(&Span::start, "It stands at ") : told(&Span::end, "It ends at ")});
  }
}

}  // namespace jb::functions
