// SPDX-License-Identifier: PostgreSQL
//
// Calendars and their settings: made, changed, read, listed and deleted.
#include "arguments.hpp"
#include "call.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/calendar_lock.hpp"
#include "store/calendar_settings.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement calendar_statement{
    "SELECT v.* FROM jb_calendar_row v WHERE v.name = $1 AND jb_may(v.name, 'busy') "
    "UNION ALL SELECT 'ceo', " JB_SETTING_COLUMNS
    ", 0, NULL, NULL, public_booking, display_name, color, max_guest_bookings, max_guest_bookings_per_day"
    " FROM jb_calendar_default "
    "WHERE $1 = 'ceo' AND NOT EXISTS (SELECT FROM jb_calendar WHERE name = 'ceo')",
    {TEXTOID}};

Datum read_view(const std::string& name, pg::Snapshot snapshot) {
  const auto rows = calendar_statement.run({pg::from_text(name)}, snapshot);
  if (rows.empty()) throw no_such_calendar(name);
  return pg::returned_row(rows);
}

Datum calendar_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto name = arguments.text(0).value_or("");
  pg::Session session;
  require_named_calendar(name);
  const Datum calendar = read_view(name, pg::Snapshot::callers);
  session.finish();
  return calendar;
}

constinit pg::Statement zone_statement{
    "SELECT coalesce((SELECT c.time_zone FROM jb_calendar c WHERE c.name = $1 AND jb_may(c.name, 'busy')), "
    "d.time_zone) "
    "FROM jb_calendar_default d",
    {TEXTOID}};

Datum day_start_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  if (arguments.is_null(1)) return pg::null_result(info);
  Validation validation;
  const auto date = arguments.required_date(validation, 1, "date");
  validation.raise();
  pg::Session session;
  const auto rows = zone_statement.run({pg::from_text(arguments.text(0).value_or(""))}, pg::Snapshot::callers);
  const auto zone = require_zone(pg::to_text(*rows.at(0, 1)));
  session.finish();
  return pg::from_instant(zone->day(*date).start);
}

constinit pg::Statement calendars_statement{"SELECT v.* FROM jb_calendar_view v ORDER BY v.name COLLATE \"C\"", {}};

Datum calendars_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(0));
  return rows_of(info, calendars_statement, {});
}

constinit pg::Statement time_zone_statement{
    "SELECT c.time_zone FROM jb_calendar c WHERE c.name = $1 AND jb_may(c.name, 'busy')", {TEXTOID}};

Datum time_zone_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  std::optional<std::string> zone;
  pg::Session session;
  const auto rows = time_zone_statement.run({arguments.param(0)}, pg::Snapshot::callers);
  if (!rows.empty()) zone = pg::to_text(*rows.at(0, 1));
  session.finish();
  return zone ? pg::from_text(*zone) : pg::null_result(info);
}

Datum calendar_set_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto name = arguments.text(0).value_or("");
  const auto settings = arguments.is_null(1) ? std::string("{}") : pg::jsonb_text(arguments.datum(1));
  with_scheduler(std::nullopt, [&](Scheduler& scheduler) {
    if (id_of(name)) require_managing(name);
    scheduler.retune(name, [&] { set_calendar(name, settings); });
    return 0;
  });
  pg::Session session;
  const Datum calendar = read_view(name, pg::Snapshot::fresh);
  session.finish();
  return calendar;
}

Datum calendar_delete_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto name = arguments.text(0).value_or("");
  pg::Session session;
  if (id_of(name)) require_right(name, Right::manage);
  if (!delete_calendar(name)) throw no_such_calendar(name);
  session.finish();
  return pg::from_bool(true);
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_day_start, jb::sql::day_start_body)
JB_FUNCTION(jb_calendar_one, jb::sql::calendar_body)
JB_FUNCTION(jb_calendars, jb::sql::calendars_body)
JB_FUNCTION(jb_time_zone, jb::sql::time_zone_body)
JB_FUNCTION(jb_calendar_set, jb::sql::calendar_set_body)
JB_FUNCTION(jb_calendar_delete, jb::sql::calendar_delete_body)
