// SPDX-License-Identifier: PostgreSQL
//
// The reading half of a Store: for writers, for dry runs, and for the free time that readers ask for.
#pragma once

#include <limits>
#include <memory>
#include <set>

#include "core/event/calendar.hpp"
#include "core/free/day_tree.hpp"
#include "core/scheduling/store.hpp"
#include "event_row.hpp"
#include "pg/spi.hpp"
#include "pg/table.hpp"
#include "rights.hpp"

namespace jb {

// What a Store reads of events and claims, for writing (PgStore) or for a dry run (SnapshotStore).

/// The table of the claims: calendar, event, time.
extern pg::Table claim_table;

/// Up to `most` claims of a calendar that overlap both `within` and `also`, in any order.
std::vector<Claim> claims_within(int calendar, Span within, pg::Snapshot snapshot, std::uint64_t most = pg::Table::kAll,
                                 Span also = kRepresentable);

/// Its calls need an open pg::SpiConnection.
class ReadingStore : public Store {
 public:
  Instant now() override { return decided_at_ = pg::now(); }

  /// The last reading of the clock, by which the last call decided (rule 2.1.8).
  Instant decided_at() const { return decided_at_; }
  std::optional<Event> find(EventId id) override { return find_event(id, snapshot_); }
  std::vector<Event> occupants(const Calendar& calendar, Span within) override;
  std::vector<Event> series(EventId series) override;
  std::optional<std::string> rule(EventId series) override { return rule_of(series, snapshot_); }
  std::vector<EventId> rivals(EventId id) override;
  std::vector<Claim> claims(EventId id) override;
  const std::string& principal() const override { return principal_; }
  std::vector<std::vector<Power>> powers(const std::string& calendar) override { return powers_on(calendar); }
  std::size_t held(const Calendar& calendar, Instant now) override {
    return held_by(principal_, calendar.name, now, snapshot_);
  }
  std::vector<Event> due(const Calendar& calendar, Instant now) override;
  std::vector<Event> waiting(const Calendar& calendar, const Room& room) override;
  int starts_within(const Calendar& calendar, Span day) override;
  Seconds booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) override;

 protected:
  ReadingStore(std::string principal, pg::Snapshot snapshot) : principal_(std::move(principal)), snapshot_(snapshot) {}

 private:
  std::string principal_;
  pg::Snapshot snapshot_;  ///< by which it reads
  Instant decided_at_{};
};

// The free time of a calendar for readers, who hold no lock: none of these trees is ever flushed. The functions need an
// open pg::SpiConnection.

/// The free time of a calendar as `snapshot` shows it. A hold whose deadline has come at `now` takes no time, whether
/// or not a writer has ended it (rule 3.9). Cost of a search: that of the day tree; if more than kFewDue events are
/// due, linear in the claims between the start of the search and twice the distance of the fit.
std::shared_ptr<Timeline> free_time_of(const Calendar& calendar, Instant now, pg::Snapshot snapshot);

/// The stored day tree of a calendar, in which every hold takes its time, even past its deadline. For a Scheduler on a
/// dry run, which ends the due holds itself.
std::unique_ptr<DayTree> tree_with_holds(const Calendar& calendar, pg::Snapshot snapshot);

// A Store that reads what the active snapshot shows, locks nothing and writes nothing (rule 2.15.2). For dry runs and
// explanations, also on a standby or in a READ ONLY transaction. In a reading function the active snapshot is the
// calling query's.

class SnapshotStore final : public ReadingStore {
 public:
  explicit SnapshotStore(std::string principal) : ReadingStore(std::move(principal), pg::Snapshot::callers) {}
  bool is_open() override { return rights_are_open(); }
  Rights rights(const std::string& calendar) override { return rights_to_read(calendar); }
  /// Reads without locking, since the snapshot does not change. `ceo` exists even before its first booking.
  std::vector<Calendar> load(const std::vector<std::string>& names) override;
  std::shared_ptr<Timeline> timeline(const Calendar& calendar) override;

  /// An id above all stored ids. It is not drawn from the sequence, since a dry run writes nothing.
  EventId new_event_id() override { return next_id_++; }

  /// Stores nothing; from now on timeline() builds the trees of this calendar in memory, from the claims alone. Cost:
  /// as for a rebuild, linear in the calendar's claims.
  void rebuild(const std::string& calendar) override { rebuilt_.insert(calendar); }
  void hear(const std::string&, Instant) override { refuse(); }

  /// Throws std::logic_error: a Scheduler on a dry run never writes.
  bool write(const Writes&) override { refuse(); }
  std::int64_t reject(const Rejection&) override { refuse(); }
  void falls_due(Instant) override { refuse(); }

  void lock_ahead(const std::vector<std::string>&) override { refuse(); }
  bool read_ahead() override { return false; }
  bool is_as_read() override { return true; }
  bool confirm(bool) override { refuse(); }
  void leave(const std::set<int>&) override { refuse(); }
  void forget() override {}
  void settle() override {}
  std::unique_ptr<Savepoint> savepoint() override { refuse(); }

 private:
  [[noreturn]] static void refuse() { throw std::logic_error("a trial on a snapshot was about to be written"); }

  EventId next_id_ = std::numeric_limits<EventId>::max() / 2;
  std::set<std::string, FoldedLess> rebuilt_;
};

}  // namespace jb
