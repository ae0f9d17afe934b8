// SPDX-License-Identifier: PostgreSQL
#include "watched_rows.hpp"

#include <algorithm>

#include "core/scheduling/wish_time.hpp"
#include "event_row.hpp"
#include "pg/datum.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

constinit pg::Table watched_table{"jb_watched", "calendar, event_id, due_at, room, needs, rank, since"};
constexpr int kIdColumn = 2;

// An event may be watched too early: the event itself says whether it is a hold, and due. OFFSET 0 keeps the planner
// from reading all held events to compare with them.
#define JB_DUE_HOLDS                                                                    \
  "SELECT lower(l.during), upper(l.during), e.start_timestamp FROM jb_claim l, LATERAL" \
  " (SELECT start_timestamp FROM jb_event WHERE id = l.event_id AND status = 'held'"    \
  " AND expires_at <= $2 OFFSET 0) e WHERE l.calendar = $1 AND "

constinit pg::Statement few_holds_statement{JB_DUE_HOLDS "l.event_id = ANY ($3) ORDER BY l.during"};
constinit pg::Statement holds_within_statement{JB_DUE_HOLDS "l.during && $3 ORDER BY l.during"};

// Two statements, since each has an index of its own: few fixed events wait for one time, but any number of automatic
// events may.
constinit pg::Statement fixed_statement{
    "SELECT event_id FROM jb_watched WHERE calendar = $1 AND room && $2 AND needs = 0 "
    "AND (rank, since, event_id) > ($3, $4, $5) ORDER BY rank, since, event_id LIMIT $6"};
constinit pg::Statement automatic_statement{
    "SELECT event_id FROM jb_watched WHERE calendar = $1 AND room && $2 AND needs > 0 AND needs < $7 "
    "AND (rank, since, event_id) > ($3, $4, $5) ORDER BY rank, since, event_id LIMIT $6"};

/// The rows of the events that are due on the calendar.
pg::Rows due_rows(const Calendar& calendar, Instant now, pg::Snapshot snapshot, std::uint64_t most = pg::Table::kAll) {
  return watched_table.find("jb_watched_due", {pg::equals_int(calendar.id), pg::at_most(now)}, snapshot, most);
}

std::vector<EventId> ids_in(const pg::Rows& rows, int column) {
  return rows.map([&](auto row) { return pg::to_id(*rows.at(row, column)); });
}

std::vector<DueHold> holds_in(const pg::Rows& rows) {
  return rows.map([&](auto row) {
    const auto instant = [&](int column) { return pg::to_instant(*rows.at(row, column)); };
    return DueHold{{instant(1), instant(2)}, instant(3)};
  });
}

}  // namespace

std::vector<Event> due_events(const Calendar& calendar, Instant now, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  return find_events(ids_in(due_rows(calendar, now, snapshot), kIdColumn), snapshot);
}

std::optional<std::vector<DueHold>> few_due_holds(const Calendar& calendar, Instant now, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto ids = ids_in(due_rows(calendar, now, snapshot, kFewDue + 1), kIdColumn);
  if (ids.size() > kFewDue) return std::nullopt;
  if (ids.empty()) return std::vector<DueHold>{};
  return holds_in(few_holds_statement.run({calendar.id, now, ids}, snapshot));
}

std::vector<DueHold> due_holds(const Calendar& calendar, Span within, Instant now, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  return holds_in(holds_within_statement.run({calendar.id, now, within}, snapshot));
}

std::vector<Event> waiting_events(const Calendar& calendar, const Room& room, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const pg::Param id = calendar.id;
  const pg::Param open = room.open;
  const pg::Param rank = room.after.rank;
  const pg::Param since = room.after.since;
  const pg::Param after = room.after.event_id;
  const pg::Param most = static_cast<std::int64_t>(room.most);
  auto ids = ids_in(fixed_statement.run({id, open, rank, since, after, most}, snapshot), 1);
  if (room.shorter > Seconds{0}) {
    const pg::Param shorter = std::int64_t{room.shorter.count()};
    const auto automatic = ids_in(automatic_statement.run({id, open, rank, since, after, most, shorter}, snapshot), 1);
    ids.insert(ids.end(), automatic.begin(), automatic.end());
  }
  auto events = find_events(ids, snapshot);
  std::sort(events.begin(), events.end(), has_earlier_turn);
  events.resize(std::min(events.size(), room.most));
  return events;
}

void insert_watched(const Watched& watched) {
  const pg::Scratch scratch;
  watched_table.insert({watched.calendar, watched.event_id, watched.due_at, watched.room,
                        std::int64_t{watched.needs.count()}, watched.turn.rank, watched.turn.since});
}

void delete_watched(EventId id) {
  const pg::Scratch scratch;
  const auto rows = watched_table.find("jb_watched_pkey", {pg::equals_id(id)});
  for (std::uint64_t i = 0; i < rows.size(); ++i) watched_table.erase(rows.place(i));
}

}  // namespace jb
