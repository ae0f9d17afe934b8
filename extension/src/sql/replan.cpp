// SPDX-License-Identifier: PostgreSQL
//
// Placing a calendar's automatic events anew, and following a zone whose rules have changed.
#include "arguments.hpp"
#include "call.hpp"
#include "core/scheduling/placing.hpp"
#include "core/scheduling/replanning.hpp"
#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "results.hpp"
#include "store/calendar_row.hpp"
#include "store/event_row.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement wished_statement{
    select_event<" FROM jb_event e WHERE e.start_timestamp > $1 AND e.start_time IS NOT NULL "
                 "AND e.status IN ('scheduled', 'held') ORDER BY e.id">.data(),
    {TIMESTAMPTZOID}};

Datum move_rows(FunctionCallInfo info, const std::vector<Move>& moves) {
  RowSet rows(info);
  for (const auto& move : moves) rows.add(move);
  return rows.done();
}

Datum replan_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(0).value_or("");
  return move_rows(info, with_scheduler(arguments.text(2), arguments.flag(1),
                                        [&](Scheduler& scheduler) { return scheduler.replan(name); }));
}

Datum rezone_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto name = arguments.text(0).value_or("");
  return move_rows(info, with_scheduler(arguments.text(2), arguments.flag(1),
                                        [&](Scheduler& scheduler) { return scheduler.rezone(name); }));
}

Datum wall_clock_problems_body(FunctionCallInfo info) {
  RowSet rows(info);
  pg::Session session;
  require_operator();
  std::map<std::string, Calendar> calendars;
  for (auto& calendar : all_calendars(pg::Snapshot::callers)) calendars.emplace(calendar.name, std::move(calendar));
  const auto events = wished_statement.run({pg::from_instant(pg::now())}, pg::Snapshot::callers);
  for (std::uint64_t i = 0; i < events.size(); ++i) {
    const auto event = read_event(events, i);
    const auto calendar = calendars.find(event.calendars.front());
    if (calendar == calendars.end() || !has_left_wall_clock(event, calendar->second.zone())) continue;
    const auto& zone = calendar->second.zone();
    rows.add({pg::from_text(event.wish_zone ? "wall clock is the calendar's" : "wall clock is kept"),
              pg::from_text(calendar->first), pg::from_id(event.id),
              pg::from_text("It stands at " + format_timestamp(event.time->start, zone) + ", its wish is " +
                            format_timestamp(wished_start(event.wish, zone), zone) + ".")});
  }
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_replan, jb::sql::replan_body)
JB_FUNCTION(jb_rezone, jb::sql::rezone_body)
JB_FUNCTION(jb_wall_clock_problems, jb::sql::wall_clock_problems_body)
