// SPDX-License-Identifier: PostgreSQL
//
// A Store that reads what the active snapshot shows, locks nothing and writes nothing: for dry runs and explanations,
// on a standby and in a READ ONLY transaction too. In a reading function that snapshot is the calling query's.
#pragma once

#include <limits>
#include <set>

#include "core/scheduling/store.hpp"

namespace jb {

class SnapshotStore final : public Store {
 public:
  /// `ceo` is there, before its first booking too. Locks nothing: the snapshot does not change.
  std::vector<Calendar> lock(const std::vector<std::string>& names) override;
  Instant now() override;
  std::optional<Event> find(EventId id) override;
  std::vector<Event> occupants(const Calendar& calendar, Span within) override;
  std::vector<Event> series(EventId series) override;
  std::vector<Claim> claims(EventId id) override;
  std::vector<Event> watched(const std::vector<std::string>& calendars) override;
  int starts_within(const Calendar& calendar, Span day) override;
  std::shared_ptr<Timeline> timeline(const Calendar& calendar) override;

  /// Above all that are stored, and not taken from their sequence.
  EventId new_event_id() override { return next_id_++; }

  /// Only in the trees that timeline() makes from now on.
  void rebuild(const std::string& calendar) override { rebuilt_.insert(calendar); }

  /// Errors: a std::logic_error; whoever has a trial in mind does not get here.
  bool write(const Writes&) override { refuse(); }
  std::int64_t reject(const Rejection&) override { refuse(); }
  void falls_due(Instant) override { refuse(); }

  bool read_ahead(const std::string&) override { return false; }
  bool is_as_read() override { return true; }
  void forget() override {}
  void settle() override {}
  std::unique_ptr<Scope> scope() override { refuse(); }

 private:
  [[noreturn]] static void refuse();

  EventId next_id_ = std::numeric_limits<EventId>::max() / 2;
  std::set<std::string> rebuilt_;
};

}  // namespace jb
