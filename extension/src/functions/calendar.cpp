// SPDX-License-Identifier: PostgreSQL
//
// Calendars and their settings: made, changed, read, listed and deleted.
#include "call.hpp"
#include "reading.hpp"
#include "store/calendar_lock.hpp"
#include "store/calendar_settings.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement calendar_statement{
    "SELECT v.* FROM jb_calendar_row v WHERE v.name = $1 AND jb_may(v.name, 'busy') "
    "UNION ALL SELECT 'ceo', " JB_SETTING_COLUMNS
    ", 0, NULL, NULL, public_booking, display_name, color, max_guest_bookings, max_guest_bookings_per_day"
    " FROM jb_calendar_default "
    "WHERE $1 = 'ceo' AND NOT EXISTS (SELECT FROM jb_calendar WHERE name = 'ceo')"};

Datum read_view(const std::string& name, pg::Snapshot snapshot) {
  const auto rows = calendar_statement.run({name}, snapshot);
  if (rows.empty()) throw no_such_calendar(name);
  return pg::returned_row(rows);
}

constinit pg::Statement zone_statement{
    "SELECT coalesce((SELECT c.time_zone FROM jb_calendar c WHERE c.name = $1 AND jb_may(c.name, 'busy')), "
    "d.time_zone) "
    "FROM jb_calendar_default d"};

constinit pg::Statement calendars_statement{"SELECT v.* FROM jb_calendar_view v ORDER BY v.name COLLATE \"C\""};

constinit pg::Statement time_zone_statement{
    "SELECT c.time_zone FROM jb_calendar c WHERE c.name = $1 AND jb_may(c.name, 'busy')"};

}  // namespace

JB_CONNECTED(jb_calendar_one, Datum) {
  const auto name = arguments.word("calendar");
  require_named_calendar(name);
  return read_view(name, pg::Snapshot::callers);
}

JB_CONNECTED(jb_day_start, std::optional<Instant>) {
  if (arguments.is_null("date")) return std::nullopt;
  Validation validation;
  const auto date = arguments.required_date(validation, "date");
  validation.raise();
  const auto rows = zone_statement.run({arguments.word("calendar")}, pg::Snapshot::callers);
  const auto zone = require_zone(pg::to_text(*rows.at(0, 1)));
  return zone->day(*date).start;
}

JB_CONNECTED_ROWS(jb_calendars) { rows.add(calendars_statement.run({}, pg::Snapshot::callers)); }

JB_CONNECTED(jb_time_zone, std::optional<std::string>) {
  return time_zone_statement.run({arguments.param("calendar")}, pg::Snapshot::callers).first(pg::to_text);
}

JB_CONNECTED(jb_calendar_set, Datum) {
  const auto name = arguments.word("calendar");
  const auto settings = arguments.json("settings", "{}");
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    if (id_of(name)) require_managing(name);
    scheduler.retune(name, [&] { set_calendar(name, settings); });
    return 0;
  });
  return read_view(name, pg::Snapshot::fresh);
}

JB_CONNECTED(jb_calendar_delete, bool) {
  const auto name = arguments.word("calendar");
  if (!id_of(name)) throw no_such_calendar(name);
  require_right(name, Right::manage);
  delete_calendar(name);
  return true;
}

}  // namespace jb::functions
