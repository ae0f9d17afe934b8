// SPDX-License-Identifier: PostgreSQL
#include "watched_rows.hpp"

#include <algorithm>

#include "core/scheduling/watching.hpp"
#include "event_row.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

constinit pg::Table watched_table{"jb_watched", "calendar, event_id, due_at, room, needs, rank, since"};

// An event may be watched too early: the event itself says whether it is a hold, and due.
#define JB_DUE_HOLDS                                                            \
  "SELECT lower(l.during), upper(l.during), e.start_timestamp FROM jb_event e " \
  "JOIN jb_claim l ON l.event_id = e.id AND l.calendar = $1 "                   \
  "WHERE e.status = 'held' AND e.expires_at <= $2 AND "

constinit pg::Statement due_holds_statement{
    JB_DUE_HOLDS
    "e.id = ANY (ARRAY(SELECT w.event_id FROM jb_watched w WHERE w.calendar = $1 AND w.due_at <= $2)) "
    "ORDER BY l.during",
    {INT4OID, TIMESTAMPTZOID}};
constinit pg::Statement due_holds_without_rows_statement{
    JB_DUE_HOLDS "e.calendars || e.attendee_calendars && ARRAY[$3] ORDER BY l.during",
    {INT4OID, TIMESTAMPTZOID, TEXTOID}};

// Two statements, since each has an index of its own: few fixed events wait for one time, but any number of automatic
// events may.
constinit pg::Statement fixed_statement{
    "SELECT event_id FROM jb_watched WHERE calendar = $1 AND room && $2 AND needs = 0 "
    "AND (rank, since, event_id) > ($3, $4, $5) ORDER BY rank, since, event_id LIMIT $6",
    {INT4OID, TSTZRANGEOID, INT4OID, TIMESTAMPTZOID, INT8OID, INT8OID}};
constinit pg::Statement automatic_statement{
    "SELECT event_id FROM jb_watched WHERE calendar = $1 AND room && $2 AND needs > 0 AND needs < $7 "
    "AND (rank, since, event_id) > ($3, $4, $5) ORDER BY rank, since, event_id LIMIT $6",
    {INT4OID, TSTZRANGEOID, INT4OID, TIMESTAMPTZOID, INT8OID, INT8OID, INT8OID}};

/// Adds the events whose ids stand in a column of the rows. The planner is not asked to join: it expects a third of all
/// watched events to be due, and would read them all in each booking.
void add_events(std::vector<Event>& events, const pg::Rows& rows, int column, pg::Snapshot snapshot) {
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    if (auto event = find_event(pg::to_id(*rows.at(i, column)), snapshot)) events.push_back(std::move(*event));
  }
}

std::vector<Event> in_turn(std::vector<Event> events, const Room& room) {
  std::sort(events.begin(), events.end(), has_earlier_turn);
  events.resize(std::min(events.size(), room.most));
  return events;
}

/// Before the update from version 1.0: all waiting events whose turn comes after room.after.
std::vector<Event> waiting_without_rows(const Calendar& calendar, const Room& room, pg::Snapshot snapshot) {
  auto events = watched_events({calendar.name}, snapshot);
  std::erase_if(events,
                [&](const Event& event) { return event.status != Status::waiting || turn_of(event) <= room.after; });
  return in_turn(std::move(events), room);
}

pg::Param seconds(Seconds length) { return pg::from_id(length.count()); }

}  // namespace

bool has_watched_rows() { return pg::has_relation("jb_watched"); }

std::vector<Event> due_events(const Calendar& calendar, Instant now, pg::Snapshot snapshot) {
  if (!has_watched_rows()) return watched_events({calendar.name}, snapshot);
  const pg::Scratch scratch;
  std::vector<Event> events;
  const auto rows = watched_table.find("jb_watched_due", {pg::equals_int(calendar.id), pg::at_most(now)}, snapshot);
  add_events(events, rows, 2, snapshot);
  return events;
}

std::vector<DueHold> due_holds(const Calendar& calendar, Instant now, pg::Snapshot snapshot) {
  const auto id = pg::from_int(calendar.id);
  const auto at = pg::from_instant(now);
  const auto rows = has_watched_rows()
                        ? due_holds_statement.run({id, at}, snapshot)
                        : due_holds_without_rows_statement.run({id, at, pg::from_text(calendar.name)}, snapshot);
  std::vector<DueHold> holds;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    holds.push_back({{pg::to_instant(*rows.at(i, 1)), pg::to_instant(*rows.at(i, 2))}, pg::to_instant(*rows.at(i, 3))});
  }
  return holds;
}

std::vector<Event> waiting_events(const Calendar& calendar, const Room& room, pg::Snapshot snapshot) {
  if (!has_watched_rows()) return waiting_without_rows(calendar, room, snapshot);
  const pg::Scratch scratch;
  const auto id = pg::from_int(calendar.id);
  const auto open = pg::from_span(room.open);
  const auto rank = pg::from_int(room.after.rank);
  const auto since = pg::from_instant(room.after.since);
  const auto after = pg::from_id(room.after.event_id);
  const auto most = pg::from_id(static_cast<std::int64_t>(room.most));
  std::vector<Event> events;
  add_events(events, fixed_statement.run({id, open, rank, since, after, most}, snapshot), 1, snapshot);
  if (room.shorter > Seconds{0}) {
    const auto shorter = seconds(room.shorter);
    add_events(events, automatic_statement.run({id, open, rank, since, after, most, shorter}, snapshot), 1, snapshot);
  }
  return in_turn(std::move(events), room);
}

void insert_watched(const Watched& watched) {
  if (!has_watched_rows()) return;
  const pg::Scratch scratch;
  watched_table.insert({pg::from_int(watched.calendar), pg::from_id(watched.event_id), pg::from_instant(watched.due_at),
                        pg::optional_param(watched.room, pg::from_span), seconds(watched.needs),
                        pg::from_int(watched.turn.rank), pg::from_instant(watched.turn.since)});
}

void delete_watched(EventId id) {
  if (!has_watched_rows()) return;
  const pg::Scratch scratch;
  const auto rows = watched_table.find("jb_watched_pkey", {pg::equals_id(id)});
  for (std::uint64_t i = 0; i < rows.size(); ++i) watched_table.erase(rows.place(i));
}

}  // namespace jb
