// SPDX-License-Identifier: PostgreSQL
//
// The scheduler's Store over the tables of schema/: which statement does what, and how rows become core's types.
//
// What must stay true: a calendar's row is updated before its claims are read (the update is the lock, and the next
// statement's snapshot sees what the previous holder left), and change_seq ends at the number of changes recorded.
#pragma once

#include <map>
#include <string>

#include "core/store.hpp"
#include "pg/spi.hpp"
#include "tree_rows.hpp"

namespace jb {

class PgStore final : public Store {
 public:
  /// Needs an open pg::Session. `principal`: who asks, for history and rejections.
  explicit PgStore(std::string principal) : principal_(std::move(principal)) {}

  std::vector<Calendar> lock(const std::vector<std::string>& names) override;
  Instant now() override;
  std::optional<Event> find(EventId id) override;
  std::vector<Event> occupants(const Calendar& calendar, Span within) override;
  std::unique_ptr<Timeline> timeline(const Calendar& calendar) override;
  EventId add(const Event& event) override;
  void change(const Event& event) override;
  void erase(EventId id) override;
  void claim(const Calendar& calendar, EventId id, Span during) override;
  void unclaim(EventId id) override;
  void record(const Calendar& calendar, const Change& change) override;
  std::int64_t reject(const Rejection& rejection) override;
  std::unique_ptr<Scope> scope() override;

  /// Writes the rows of the day trees, and gives back the sequence numbers that locking took and nothing used. The last
  /// call of every writing function.
  void settle();

 private:
  struct Held {
    Calendar calendar;
    std::int64_t change_seq;  ///< as locking left it: one above the last recorded
    TreeRows rows;
    std::int64_t recorded = 0;
  };
  class SubtransactionScope;
  class Trial;

  const Calendar* lock_one(const std::string& name);
  Held& held(int calendar);

  std::string principal_;
  std::map<std::string, Held> held_;
};

}  // namespace jb
