// SPDX-License-Identifier: PostgreSQL
#include "calendar_settings.hpp"

#include "calendar_row.hpp"
#include "core/calendar.hpp"
#include "core/settings.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "tree_rows.hpp"

namespace jb {

namespace {

// Parameters from $3 on: whether a setting is named, and its value; named without a value takes the default.
#define JB_SETTING(name, named, value, present) \
#name " = CASE WHEN " named " THEN coalesce(" value ", d." #name ") ELSE " present " END"

constinit pg::Statement set_statement{
    "UPDATE jb_calendar c SET updated_at = $2, "
    JB_SETTING(time_zone, "$3", "$4", "c.time_zone") ", "
    JB_SETTING(hours, "$5", "$6", "c.hours") ", "
    JB_SETTING(slot_increment, "$7", "$8", "c.slot_increment") ", "
    JB_SETTING(min_notice, "$9", "$10", "c.min_notice") ", "
    JB_SETTING(horizon, "$11", "$12", "c.horizon") ", "
    JB_SETTING(settled_within, "$13", "$14", "c.settled_within") ", "
    JB_SETTING(default_duration, "$15", "$16", "c.default_duration") ", "
    JB_SETTING(strict, "$17", "$18", "c.strict")
    " FROM jb_calendar_default d WHERE c.name = $1",
    {TEXTOID, TIMESTAMPTZOID, BOOLOID, TEXTOID, BOOLOID, JSONBOID, BOOLOID, INTERVALOID, BOOLOID, INTERVALOID, BOOLOID,
     INTERVALOID, BOOLOID, INTERVALOID, BOOLOID, INTERVALOID, BOOLOID, BOOLOID}};
#undef JB_SETTING

constinit pg::Statement lock_statement{"SELECT id FROM jb_calendar WHERE name = $1 FOR UPDATE", {TEXTOID}};
constinit pg::Statement read_statement{"SELECT " JB_CALENDAR_COLUMNS " FROM jb_calendar WHERE name = $1", {TEXTOID}};
constinit pg::Statement occupied_statement{
    "SELECT event_id FROM jb_claim WHERE calendar = $1 UNION ALL "
    "SELECT id FROM jb_event WHERE calendars @> ARRAY[$2] AND status NOT IN ('scheduled', 'held') LIMIT 1",
    {INT4OID, TEXTOID}};
constinit pg::Statement forget_statement{"DELETE FROM jb_change_log WHERE calendar = $1", {INT4OID}};
constinit pg::Statement fell_statement{"DELETE FROM jb_tree WHERE calendar = $1", {INT4OID}};
constinit pg::Statement delete_statement{"DELETE FROM jb_calendar WHERE id = $1", {INT4OID}};

Datum bool_datum(bool value) { return BoolGetDatum(value); }

void check_name(Validation& validation, const std::string& name) {
  if (is_calendar_name(name)) return;
  validation.refuse("calendar", name, "a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -");
}

}  // namespace

void set_calendar(const std::string& name, const std::string& text) {
  Validation validation;
  check_name(validation, name);
  const auto s = read_settings(validation, name, text, pg::parse_interval, pg::zone_name);
  validation.raise();
  const auto now = pg::from_instant(pg::now());
  const auto hours = s.hours.value ? std::optional{hours_json(*s.hours.value)} : std::nullopt;
  make_calendar(name);
  set_statement.run(
      {pg::from_text(name), now, BoolGetDatum(s.time_zone.named), pg::optional_param(s.time_zone.value, pg::from_text),
       BoolGetDatum(s.hours.named), pg::optional_param(hours, pg::from_jsonb_text),
       BoolGetDatum(s.slot_increment.named), pg::optional_param(s.slot_increment.value, pg::from_duration),
       BoolGetDatum(s.min_notice.named), pg::optional_param(s.min_notice.value, pg::from_duration),
       BoolGetDatum(s.horizon.named), pg::optional_param(s.horizon.value, pg::from_duration),
       BoolGetDatum(s.settled_within.named), pg::optional_param(s.settled_within.value, pg::from_duration),
       BoolGetDatum(s.default_duration.named), pg::optional_param(s.default_duration.value, pg::from_duration),
       BoolGetDatum(s.strict.named), pg::optional_param(s.strict.value, bool_datum)});
  if (s.time_zone.named || s.hours.named || s.slot_increment.named) rebuild_tree(name);
}

bool rebuild_tree(const std::string& name) {
  if (lock_statement.run({pg::from_text(name)}).empty()) return false;
  const auto rows = read_statement.run({pg::from_text(name)});
  const auto calendar = read_calendar(rows, 0);
  TreeRows tree_rows(calendar.id, pg::Snapshot::fresh);
  ClaimReader claims(calendar.id, pg::Snapshot::fresh);
  DayTree tree(calendar.pattern, tree_rows, &claims);
  tree.rebuild(claims.claims(kRepresentable));
  tree_rows.write();
  return true;
}

bool delete_calendar(const std::string& name) {
  const auto found = lock_statement.run({pg::from_text(name)});
  if (found.empty()) return false;
  const auto id = *found.at(0, 1);
  const auto occupied = occupied_statement.run({id, pg::from_text(name)});
  if (!occupied.empty()) {
    throw Failure(Error::invalid_transition, "calendar \"" + name + "\" holds events and cannot be deleted",
                  "Event " + std::to_string(DatumGetInt64(*occupied.at(0, 1))) + " stands on it.",
                  "Delete its events first; cancelled ones count too.");
  }
  forget_statement.run({id});
  fell_statement.run({id});
  delete_statement.run({id});
  return true;
}

}  // namespace jb
