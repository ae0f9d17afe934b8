// SPDX-License-Identifier: PostgreSQL
#include "reading_store.hpp"

#include "event_row.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "poll_rows.hpp"
#include "tree_rows.hpp"
#include "watched_rows.hpp"

namespace jb {

constinit pg::Table claim_table{"jb_claim", "calendar, event_id, during"};

pg::Rows claims_of(EventId id, pg::Snapshot snapshot) {
  return claim_table.find("jb_claim_pkey", {pg::equals_id(id)}, snapshot);
}

namespace {

pg::Rows claims_within(int calendar, Span within, pg::Snapshot snapshot, std::uint64_t most) {
  return claim_table.find("jb_claim_calendar_during_excl", {pg::equals_int_in_gist(calendar), pg::overlaps(within)},
                          snapshot, most);
}

}  // namespace

std::vector<Instant> claim_starts(int calendar, Span within, pg::Snapshot snapshot, std::uint64_t most) {
  const pg::Scratch scratch;
  const auto found = claims_within(calendar, within, snapshot, most);
  return found.map([&](auto row) { return pg::to_span(*found.at(row, 3)).start; });
}

Instant ReadingStore::now() { return pg::now(); }

std::optional<Event> ReadingStore::find(EventId id) { return find_event(id, snapshot_); }

std::vector<Event> ReadingStore::occupants(const Calendar& calendar, Span within) {
  const auto ids = [&] {
    const pg::Scratch scratch;
    const auto found = claims_within(calendar.id, within, snapshot_, pg::Table::kAll);
    return found.map([&](auto row) { return pg::to_id(*found.at(row, 2)); });
  }();
  return find_events(ids, snapshot_);
}

std::vector<Event> ReadingStore::series(EventId series) { return series_events(series, snapshot_); }

std::optional<std::string> ReadingStore::rule(EventId series) { return rule_of(series, snapshot_); }

std::optional<EventId> ReadingStore::successor(EventId id) { return event_of_poll_now(id, snapshot_); }

std::vector<Claim> ReadingStore::claims(EventId id) {
  const pg::Scratch scratch;
  const auto rows = claims_of(id, snapshot_);
  return rows.map([&](auto row) { return Claim{pg::to_int(*rows.at(row, 1)), id, pg::to_span(*rows.at(row, 3))}; });
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
