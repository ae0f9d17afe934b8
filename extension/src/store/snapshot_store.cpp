// SPDX-License-Identifier: PostgreSQL
#include "snapshot_store.hpp"

#include "calendar_row.hpp"
#include "event_row.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "poll_rows.hpp"
#include "reading_tree.hpp"
#include "tree_rows.hpp"
#include "watched_rows.hpp"

namespace jb {

namespace {

constinit pg::Statement occupants_statement{
    select_event<" FROM jb_claim l JOIN jb_event e ON e.id = l.event_id "
                 "WHERE l.calendar = $1 AND l.during && $2">.data(),
    {INT4OID, TSTZRANGEOID}};
constinit pg::Statement event_claims_statement{"SELECT l.calendar, l.during FROM jb_claim l WHERE l.event_id = $1",
                                               {INT8OID}};

}  // namespace

std::vector<Calendar> SnapshotStore::lock(const std::vector<std::string>& names) {
  std::vector<Calendar> calendars;
  for (const auto& name : names) {
    if (auto calendar = find_calendar(name)) calendars.push_back(std::move(*calendar));
  }
  return calendars;
}

Instant SnapshotStore::now() { return pg::now(); }

std::optional<Event> SnapshotStore::find(EventId id) { return find_event(id, pg::Snapshot::callers); }

std::optional<EventId> SnapshotStore::successor(EventId id) { return event_of_poll_now(id, pg::Snapshot::callers); }

std::vector<Event> SnapshotStore::occupants(const Calendar& calendar, Span within) {
  const pg::Scratch scratch;
  return read_events(occupants_statement.run({pg::from_int(calendar.id), pg::from_span(within)}, pg::Snapshot::callers),
                     pg::Snapshot::callers);
}

std::vector<Claim> SnapshotStore::claims(EventId id) {
  const pg::Scratch scratch;
  const auto rows = event_claims_statement.run({pg::from_id(id)}, pg::Snapshot::callers);
  std::vector<Claim> claims;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    claims.push_back({pg::to_int(*rows.at(i, 1)), id, pg::to_span(*rows.at(i, 2))});
  }
  return claims;
}

std::vector<Event> SnapshotStore::due(const Calendar& calendar, Instant now) {
  return due_events(calendar, now, pg::Snapshot::callers);
}

std::vector<Event> SnapshotStore::waiting(const Calendar& calendar, const Room& room) {
  return waiting_events(calendar, room, pg::Snapshot::callers);
}

std::vector<Event> SnapshotStore::series(EventId series) { return series_events(series, pg::Snapshot::callers); }

std::optional<std::string> SnapshotStore::rule(EventId series) { return rule_of(series, pg::Snapshot::callers); }

int SnapshotStore::starts_within(const Calendar& calendar, Span day) {
  return ClaimReader(calendar, pg::Snapshot::callers).starts_within(day);
}

std::shared_ptr<Timeline> SnapshotStore::timeline(const Calendar& calendar) {
  if (rebuilt_.contains(calendar.name)) return tree_of_claims(calendar, pg::Snapshot::callers);
  return tree_with_holds(calendar, pg::Snapshot::callers);
}

void SnapshotStore::refuse() { throw std::logic_error("a trial on a snapshot was about to be written"); }

}  // namespace jb
