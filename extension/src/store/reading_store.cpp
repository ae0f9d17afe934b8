// SPDX-License-Identifier: PostgreSQL
#include "reading_store.hpp"

#include "event_row.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "tree_rows.hpp"
#include "watched_rows.hpp"

namespace jb {

constinit pg::Table claim_table{"jb_claim", "calendar, event_id, during"};

pg::Rows claims_of(EventId id, pg::Snapshot snapshot) {
  return claim_table.find("jb_claim_pkey", {pg::equals_id(id)}, snapshot);
}

namespace {

// The event that a poll stands booked as, where the poll was once booked as the event $1 and is no longer.
constinit pg::Statement event_now_statement{
    "SELECT v.event_id FROM jb_poll_event b JOIN jb_poll_view v ON v.id = b.poll_id"
    " WHERE b.event_id = $1 AND v.event_id <> $1"};

std::vector<Claim> read_claims(const pg::Rows& rows) {
  return rows.map([&](auto row) {
    return Claim{pg::to_int(*rows.at(row, 1)), pg::to_id(*rows.at(row, 2)), pg::to_span(*rows.at(row, 3))};
  });
}

}  // namespace

std::vector<Claim> claims_within(int calendar, Span within, pg::Snapshot snapshot, std::uint64_t most, Span also) {
  const pg::Scratch scratch;
  const auto of_calendar = pg::equals_int_in_gist(calendar);
  auto second = pg::overlaps(also);
  second.column = 2;
  const auto* index = "jb_claim_calendar_during_excl";
  return read_claims(also == kRepresentable
                         ? claim_table.find(index, {of_calendar, pg::overlaps(within)}, snapshot, most)
                         : claim_table.find(index, {of_calendar, pg::overlaps(within), second}, snapshot, most));
}

Instant ReadingStore::now() { return decided_at_ = pg::now(); }

std::optional<Event> ReadingStore::find(EventId id) { return find_event(id, snapshot_); }

std::vector<Event> ReadingStore::occupants(const Calendar& calendar, Span within) {
  std::vector<EventId> ids;
  for (const auto& claim : claims_within(calendar.id, within, snapshot_)) ids.push_back(claim.event_id);
  return find_events(ids, snapshot_);
}

std::vector<Event> ReadingStore::series(EventId series) { return series_events(series, snapshot_); }

std::optional<std::string> ReadingStore::rule(EventId series) { return rule_of(series, snapshot_); }

std::optional<EventId> ReadingStore::successor(EventId id) {
  return event_now_statement.run({id}, snapshot_).first(pg::to_id);
}

std::vector<Claim> ReadingStore::claims(EventId id) {
  const pg::Scratch scratch;
  return read_claims(claims_of(id, snapshot_));
}

std::vector<Event> ReadingStore::due(const Calendar& calendar, Instant now) {
  return due_events(calendar, now, snapshot_);
}

std::vector<Event> ReadingStore::waiting(const Calendar& calendar, const Room& room) {
  return waiting_events(calendar, room, snapshot_);
}

int ReadingStore::starts_within(const Calendar& calendar, Span day) {
  return ClaimReader(calendar, snapshot_).starts_within(day);
}

}  // namespace jb
