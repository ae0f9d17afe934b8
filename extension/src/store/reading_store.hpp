// SPDX-License-Identifier: PostgreSQL
//
// What a Store reads of events and claims, whether it writes or only tries (PgStore, SnapshotStore).
#pragma once

#include "core/scheduling/store.hpp"
#include "pg/table.hpp"

namespace jb {

/// The table of the claims: calendar, event, time.
extern pg::Table claim_table;

/// The claims of an event.
pg::Rows claims_of(EventId id, pg::Snapshot snapshot);

/// The first `most` claims of a calendar within a span, in any order; `also`: that overlap this span, too.
std::vector<Claim> claims_within(int calendar, Span within, pg::Snapshot snapshot, std::uint64_t most = pg::Table::kAll,
                                 Span also = kRepresentable);

/// Its calls need an open pg::SpiConnection.
class ReadingStore : public Store {
 public:
  Instant now() override;

  /// The reading of the clock by which the last call decided: the last one (rule 2.1.8).
  Instant decided_at() const { return decided_at_; }
  std::optional<Event> find(EventId id) override;
  std::vector<Event> occupants(const Calendar& calendar, Span within) override;
  std::vector<Event> series(EventId series) override;
  std::optional<std::string> rule(EventId series) override;
  std::optional<EventId> successor(EventId id) override;
  std::vector<Claim> claims(EventId id) override;
  std::vector<Event> due(const Calendar& calendar, Instant now) override;
  std::vector<Event> waiting(const Calendar& calendar, const Room& room) override;
  int starts_within(const Calendar& calendar, Span day) override;

 protected:
  explicit ReadingStore(pg::Snapshot snapshot) : snapshot_(snapshot) {}

 private:
  pg::Snapshot snapshot_;  ///< by which it reads
  Instant decided_at_{};
};

}  // namespace jb
