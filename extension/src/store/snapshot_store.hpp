// SPDX-License-Identifier: PostgreSQL
//
// A Store that reads what the active snapshot shows, locks nothing and writes nothing (rule 2.15.2): for dry runs and
// explanations, on a standby and in a READ ONLY transaction too. In a reading function the active snapshot is the
// calling query's.
#pragma once

#include <limits>
#include <set>

#include "reading_store.hpp"
#include "rights.hpp"

namespace jb {

class SnapshotStore final : public ReadingStore {
 public:
  SnapshotStore() : ReadingStore(pg::Snapshot::callers) {}
  bool is_open() override { return rights_are_open(); }
  Rights rights(const std::string& calendar) override { return rights_to_read(calendar); }
  /// Reads the calendars and locks nothing: the snapshot does not change. `ceo` exists before its first booking, too.
  std::vector<Calendar> lock(const std::vector<std::string>& names) override;
  std::shared_ptr<Timeline> timeline(const Calendar& calendar) override;

  /// An id above all stored ids. It is not drawn from the sequence, since a dry run writes nothing.
  EventId new_event_id() override { return next_id_++; }

  /// Stores nothing: the trees that timeline() makes from now on for this calendar are made of the claims.
  void rebuild(const std::string& calendar) override { rebuilt_.insert(calendar); }

  /// Throws std::logic_error: a Scheduler on a dry run never writes.
  bool write(const Writes&) override { refuse(); }
  std::int64_t reject(const Rejection&) override { refuse(); }
  void falls_due(Instant) override { refuse(); }

  bool read_ahead() override { return false; }
  bool is_as_read() override { return true; }
  bool confirm() override { refuse(); }
  void forget() override {}
  void settle() override {}
  std::unique_ptr<Savepoint> savepoint() override { refuse(); }

 private:
  [[noreturn]] static void refuse();

  EventId next_id_ = std::numeric_limits<EventId>::max() / 2;
  std::set<std::string> rebuilt_;
};

}  // namespace jb
