// SPDX-License-Identifier: PostgreSQL
//
// A Store that reads what the calling query's snapshot shows, locks nothing and writes nothing: for the scheduler's
// trials in a reading function, on a standby and in a READ ONLY transaction too.
#pragma once

#include <limits>
#include <map>

#include "core/store.hpp"

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

  /// Errors: a std::logic_error; whoever has a trial in mind does not get here.
  bool write(const Writes&) override { refuse(); }
  std::int64_t reject(const Rejection&) override { refuse(); }
  void falls_due(Instant) override { refuse(); }

  bool read_ahead(const std::string&) override { return false; }
  bool is_as_read() override { return true; }
  void forget() override {}
  void settle() override {}
  std::unique_ptr<Scope> scope() override;

 private:
  [[noreturn]] static void refuse();

  EventId next_id_ = std::numeric_limits<EventId>::max() / 2;
};

}  // namespace jb
