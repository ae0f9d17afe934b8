// SPDX-License-Identifier: PostgreSQL
#include "imported_rows.hpp"

#include "core/adapters/icalendar.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"

namespace jb {

namespace {

constinit pg::Statement imported_statement{
    "SELECT i.uid, i.recurrence_id, i.event_id, i.original_start, i.sequence, i.stamped_at, i.said, i.gone "
    "FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar WHERE c.name = $1 AND i.uid = ANY ($2) "
    "ORDER BY i.uid, i.original_start NULLS FIRST, i.recurrence_id"};
constinit pg::Statement missing_statement{
    "SELECT DISTINCT i.uid FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar "
    "WHERE c.name = $1 AND NOT i.gone AND NOT EXISTS (SELECT FROM unnest($2) AS present (uid)"
    " WHERE present.uid = i.uid) ORDER BY 1"};
constinit pg::Statement own_statement{
    "SELECT e.id FROM jb_event e WHERE e.id = $2 AND e.created_at = $3 AND $1 = ANY (e.calendars || "
    "e.attendee_calendars)"};
constinit pg::Statement own_occurrence_statement{
    "SELECT e.id FROM jb_series s JOIN jb_event e ON e.series = s.id WHERE s.id = $2 AND s.created_at = $3"
    " AND $4 @> e.recurrence_id AND $1 = ANY (e.calendars || e.attendee_calendars)"};
constinit pg::Statement forget_occurrences_statement{
    "DELETE FROM jb_imported i USING jb_calendar c WHERE c.id = i.calendar AND c.name = $1 AND i.uid = $2"
    " AND i.event_id = ANY ($3) AND i.recurrence_id <> ''"};
constinit pg::Statement store_name_statement{
    "INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id, original_start, sequence, stamped_at, said) "
    "SELECT c.id, $2, $3, $4, $5, $6, $7, $8 FROM jb_calendar c WHERE c.name = $1 "
    "ON CONFLICT (calendar, uid, recurrence_id) DO UPDATE SET event_id = excluded.event_id,"
    " original_start = excluded.original_start, sequence = excluded.sequence, stamped_at = excluded.stamped_at,"
    " said = excluded.said, gone = false"};
constinit pg::Statement store_occurrences_statement{
    "INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id, original_start) "
    "SELECT c.id, $2, to_char(o.start AT TIME ZONE 'UTC', 'YYYYMMDD\"T\"HH24MISS\"Z\"'), o.event, o.start "
    "FROM jb_calendar c, unnest($3, $4) AS o (event, start) WHERE c.name = $1 "
    "ON CONFLICT (calendar, uid, recurrence_id) DO UPDATE SET event_id = excluded.event_id,"
    " original_start = excluded.original_start, sequence = NULL, stamped_at = NULL, said = NULL, gone = false"};
constinit pg::Statement store_rule_statement{
    "UPDATE jb_series s SET recurrence = $2 WHERE s.id = $1 AND s.recurrence <> $2"};
constinit pg::Statement mark_gone_statement{
    "UPDATE jb_imported i SET gone = true FROM jb_calendar c WHERE c.id = i.calendar AND c.name = $1 AND i.uid = $2"};
constinit pg::Statement names_statement{
    "SELECT i.uid, e.event_name FROM jb_event e JOIN jb_imported i ON i.event_id = e.id "
    "JOIN jb_calendar c ON c.id = i.calendar WHERE e.id = $2 AND c.name = $1 LIMIT 1"};

std::string text_at(const pg::Rows& rows, std::uint64_t row, int column) { return pg::to_text(*rows.at(row, column)); }

ImportedName name_in(const pg::Rows& rows, std::uint64_t i) {
  ImportedName name{
      .uid = text_at(rows, i, 1), .recurrence_id = text_at(rows, i, 2), .event_id = pg::to_id(*rows.at(i, 3))};
  if (const auto start = rows.at(i, 4)) name.original_start = pg::to_instant(*start);
  if (const auto sequence = rows.at(i, 5)) name.state.sequence = pg::to_int(*sequence);
  if (const auto stamp = rows.at(i, 6)) name.state.stamp = pg::to_instant(*stamp);
  if (const auto said = rows.at(i, 7)) name.said = pg::to_text(*said);
  name.is_gone = pg::to_bool(*rows.at(i, 8));
  return name;
}

}  // namespace

std::vector<ImportedName> imported_names(const std::string& calendar, const std::vector<std::string>& uids) {
  const auto rows = imported_statement.run({calendar, uids});
  return rows.map([&](auto row) { return name_in(rows, row); });
}

std::vector<std::string> missing_uids(const std::string& calendar, const std::vector<std::string>& present) {
  const auto rows = missing_statement.run({calendar, present});
  return rows.map([&](auto row) { return text_at(rows, row, 1); });
}

std::optional<EventId> find_own(const std::string& calendar, const std::string& uid,
                                const std::optional<Span>& recurrence_id) {
  const auto own = parse_own_uid(uid);
  if (!own) return std::nullopt;
  const pg::Param name = calendar;
  const pg::Param id = own->id;
  const pg::Param made = own->created_at;
  const auto rows = recurrence_id ? own_occurrence_statement.run({name, id, made, *recurrence_id})
                                  : own_statement.run({name, id, made});
  return rows.empty() ? std::nullopt : std::optional{pg::to_id(*rows.at(0, 1))};
}

void forget_occurrences(const std::string& calendar, const std::string& uid, const std::vector<EventId>& events) {
  forget_occurrences_statement.run({calendar, uid, events});
}

void store_name(const std::string& calendar, const ImportedName& name) {
  store_name_statement.run({calendar, name.uid, name.recurrence_id, name.event_id, name.original_start,
                            name.state.sequence, name.state.stamp, name.said});
}

void store_occurrences(const std::string& calendar, const std::string& uid, const std::vector<EventId>& events,
                       const std::vector<Instant>& starts) {
  std::vector<Datum> instants;
  for (const auto start : starts) instants.push_back(pg::Param(start).value);
  store_occurrences_statement.run(
      {calendar, uid, events, {pg::array_of(instants, TIMESTAMPTZOID), TIMESTAMPTZARRAYOID}});
}

void store_rule(EventId series, const std::string& recurrence) { store_rule_statement.run({series, recurrence}); }

void mark_gone(const std::string& calendar, const std::string& uid) { mark_gone_statement.run({calendar, uid}); }

EventNames imported_names(const std::string& calendar, EventId event) {
  const auto rows = names_statement.run({calendar, event});
  return rows.empty() ? EventNames{} : EventNames{text_at(rows, 0, 1), text_at(rows, 0, 2)};
}

}  // namespace jb
