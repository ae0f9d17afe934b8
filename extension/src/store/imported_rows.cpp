// SPDX-License-Identifier: PostgreSQL
#include "imported_rows.hpp"

#include "core/faces/icalendar.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constinit pg::Statement find_imported_statement{
    "SELECT e.id FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar "
    "JOIN jb_event e ON e.id = i.event_id OR e.series = CASE WHEN i.original_start IS NULL THEN i.event_id END "
    "WHERE c.name = $1 AND i.uid = $2 AND i.recurrence_id = $3 ORDER BY e.start_timestamp, e.id LIMIT 1",
    {TEXTOID, TEXTOID, TEXTOID}};
// The occurrence that the file gave a start within $3 when its series was imported, wherever the occurrence stands
// now.
constinit pg::Statement occurrence_statement{
    "SELECT e.id FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar JOIN jb_event e ON e.id = i.event_id "
    "WHERE c.name = $1 AND i.uid = $2 AND i.original_start <@ $3 ORDER BY e.id LIMIT 1",
    {TEXTOID, TEXTOID, TSTZRANGEOID}};
constinit pg::Statement own_statement{
    "SELECT e.id FROM jb_event e WHERE e.id = $2 AND e.created_at = $3 AND $1 = ANY (e.calendars || "
    "e.attendee_calendars)",
    {TEXTOID, INT8OID, TIMESTAMPTZOID}};
constinit pg::Statement store_imported_statement{
    "INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id) "
    "SELECT c.id, $2, $3, $4 FROM jb_calendar c WHERE c.name = $1 "
    "ON CONFLICT (calendar, uid, recurrence_id) DO UPDATE SET event_id = excluded.event_id, original_start = NULL",
    {TEXTOID, TEXTOID, TEXTOID, INT8OID}};
// Names each occurrence of a series as a file names it: by its start in UTC (ImportItem::recurrence_id).
constinit pg::Statement store_occurrences_statement{
    "INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id, original_start) "
    "SELECT c.id, $2, to_char(e.start_timestamp AT TIME ZONE 'UTC', 'YYYYMMDD\"T\"HH24MISS\"Z\"'), e.id, "
    "e.start_timestamp "
    "FROM jb_calendar c, jb_event e WHERE c.name = $1 AND e.series = $3 "
    "ON CONFLICT (calendar, uid, recurrence_id) DO UPDATE"
    " SET event_id = excluded.event_id, original_start = excluded.original_start",
    {TEXTOID, TEXTOID, INT8OID}};

std::optional<EventId> id_in(const pg::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional{pg::to_id(*rows.at(0, 1))};
}

}  // namespace

std::optional<EventId> find_imported(const std::string& calendar, const ImportedName& name) {
  const Datum on = pg::from_text(calendar);
  if (const auto id =
          id_in(find_imported_statement.run({on, pg::from_text(name.uid), pg::from_text(name.recurrence_id)})))
    return id;
  if (name.replaced)
    return id_in(occurrence_statement.run({on, pg::from_text(name.uid), pg::from_span(*name.replaced)}));
  const auto own = parse_own_uid(name.uid);
  if (!own) return std::nullopt;
  return id_in(own_statement.run({on, pg::from_id(own->id), pg::from_instant(own->created_at)}));
}

void store_imported(const std::string& calendar, const ImportedName& name, EventId event) {
  store_imported_statement.run(
      {pg::from_text(calendar), pg::from_text(name.uid), pg::from_text(name.recurrence_id), pg::from_id(event)});
}

void store_imported_occurrences(const std::string& calendar, const std::string& uid, EventId series) {
  store_occurrences_statement.run({pg::from_text(calendar), pg::from_text(uid), pg::from_id(series)});
}

}  // namespace jb
