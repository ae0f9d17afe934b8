// SPDX-License-Identifier: PostgreSQL
//
// Calendars and their settings: made, changed, read, listed and deleted.
#include "call.hpp"
#include "reading.hpp"
#include "store/calendar_lock.hpp"
#include "store/calendar_settings.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement calendar_statement{"SELECT v.* FROM jb_calendar_row v WHERE v.name = $1"};
constinit pg::Statement default_statement{
    "SELECT 'ceo', " JB_SETTING_COLUMNS
    ", 0::bigint, NULL::timestamptz, NULL::timestamptz, public_booking, "
    "display_name, color, max_guest_bookings, max_guest_bookings_per_day, slots_from"
    " FROM jb_calendar_default"};
constinit pg::Statement default_zone_statement{"SELECT d.time_zone FROM jb_calendar_default d"};

Datum read_view(const std::string& name, pg::Snapshot snapshot) {
  const auto rows = calendar_statement.run({name}, snapshot);
  if (!rows.empty()) return pg::returned_row(rows);
  if (name != kCeo) throw no_such_calendar(name);
  return pg::returned_row(default_statement.run({}, snapshot));
}

constinit pg::Statement calendars_statement{"SELECT v.* FROM jb_calendar_view v ORDER BY v.name COLLATE \"C\""};

/// The zone's name of a calendar on which the caller has a right.
std::optional<std::string> seen_time_zone(const std::string& name) {
  const auto zone = rights_to_read(name).any() ? zone_setting_of(name, pg::Snapshot::callers) : std::nullopt;
  return zone ? std::optional{zone->time_zone} : std::nullopt;
}

}  // namespace

JB_CONNECTED(jb_calendar_one, Datum) {
  return read_view(require_named_calendar(arguments.word("calendar")).name, pg::Snapshot::callers);
}

JB_CONNECTED(jb_day_start, std::optional<Instant>) {
  if (arguments.is_null("date")) return std::nullopt;
  // The day after the last one, too: it begins where the last one ends.
  const Date day_after{std::chrono::floor<std::chrono::days>(kRepresentable.end.time_since_epoch())};
  Validation validation;
  const auto date = arguments.date("date") == day_after ? day_after : arguments.required_date(validation, "date");
  validation.raise();
  auto zone = seen_time_zone(arguments.word("calendar"));
  if (!zone) zone = default_zone_statement.run({}, pg::Snapshot::callers).first(pg::to_text);
  return std::min(require_zone(*zone)->day(*date).start, kRepresentable.end);
}

JB_CONNECTED_ROWS(jb_calendars) { rows.add(calendars_statement.run({}, pg::Snapshot::callers)); }

JB_CONNECTED(jb_time_zone, std::optional<std::string>) {
  const auto name = arguments.text("calendar");
  return name ? seen_time_zone(*name) : std::nullopt;
}

JB_CONNECTED(jb_calendar_set, Datum) {
  const auto name = arguments.word("calendar");
  const auto settings = arguments.json("settings", "{}");
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    if (id_of(name)) require_managing(name);
    scheduler.retune(name, [&] { set_calendar(name, settings); });
    return 0;
  });
  return read_view(own_name(name, pg::Snapshot::fresh), pg::Snapshot::fresh);
}

JB_CONNECTED(jb_calendar_delete, bool) {
  const auto name = arguments.word("calendar");
  require_right(name, Right::manage);
  delete_calendar(name);
  return true;
}

}  // namespace jb::functions
