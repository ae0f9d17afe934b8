// SPDX-License-Identifier: PostgreSQL
//
// A store for tests of the scheduler: calendars, events, claims, history and rejections in maps, without a server.
//
// write() refuses everything that the tables of PostgreSQL would refuse, and everything that store.hpp forbids its
// caller. It then throws a std::logic_error. This ends the test, since the scheduler itself throws nothing but a
// Failure. A copy of the store is a separate database.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/free/day_tree.hpp"
#include "core/scheduling/store.hpp"

namespace jb::test {

class MemoryStore : public Store {
 public:
  /// `zones` looks up the rules of a time zone by name; `ceo` has the settings of a calendar that a call creates.
  using Zones = std::function<std::shared_ptr<const Zone>(const std::string& name)>;
  MemoryStore(Zones zones, Calendar ceo) : zones_(std::move(zones)), ceo_(std::move(ceo)) {}

  /// Creates a calendar, or replaces its settings: everything in `settings` but id and watched. The pattern's zone must
  /// be the one that time_zone names. As in the database, an existing calendar has to be locked.
  virtual void set_calendar(const Calendar& settings);

  /// Takes over all that another store holds. The locks stay.
  void see(const MemoryStore& other);

  /// Begins another call, at `now`, without locks.
  void begin(Instant now);

  /// A read-only snapshot of this database for dry runs and explanations: every function that would lock or write
  /// throws. It has the same claims and the same free time.
  MemoryStore snapshot() const;

  /// Who calls, and the caller's powers on each calendar; with none of them a calendar is not the caller's. Not set:
  /// everybody may do everything.
  std::string asker = "anna";
  std::function<std::vector<Power>(const std::string& calendar)> powers_of{};

  /// Whether another session intervenes between a plan ahead of the lock and its writing; asked once per such plan.
  std::function<bool()> is_outrun = [] { return false; };

  // What is stored.
  Instant clock() const { return now_; }
  const std::map<std::string, Calendar>& calendars() const { return *state_.calendars; }
  const std::map<EventId, Event>& events() const { return *state_.events; }
  std::vector<Claim> claims_on(int calendar) const;
  const std::vector<Rejection>& rejections() const { return *state_.rejections; }

  /// When the next held or waiting event is to be looked at; none: there is no such event.
  std::optional<Instant> next_due() const;

  /// The calendars that the last plan locked.
  const std::set<std::string>& planned_with() const { return planned_with_; }

  /// What is wrong with the database, as sentences like those of jb_check(); empty when it is sound.
  std::vector<std::string> check() const;

  /// Everything stored except rejections, one row per line.
  std::string image() const;

  std::vector<Calendar> load(const std::vector<std::string>& names) override;
  bool read_ahead() override;
  bool is_as_read() override { return !is_outrun_; }
  bool confirm(bool may_wait) override;
  void forget() override;
  Instant now() override { return now_; }
  std::optional<Event> find(EventId id) override;
  std::vector<Event> occupants(const Calendar& calendar, Span within) override;
  std::vector<Event> series(EventId series) override;
  std::optional<std::string> rule(EventId series) override;
  std::vector<EventId> rivals(EventId) override { return {}; }
  std::vector<Claim> claims(EventId id) override;
  const std::string& principal() const override { return asker; }
  std::size_t held(const Calendar& calendar, Instant now) override;
  bool is_open() override { return !powers_of; }
  Rights rights(const std::string& calendar) override;
  std::vector<std::vector<Power>> powers(const std::string& calendar) override;
  std::vector<Event> due(const Calendar& calendar, Instant now) override;
  std::vector<Event> waiting(const Calendar& calendar, const Room& room) override;
  int starts_within(const Calendar& calendar, Span day) override;
  Seconds booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) override;
  void leave(const std::set<int>& only_read) override;
  void lock_ahead(const std::vector<std::string>& names) override;
  std::shared_ptr<Timeline> timeline(const Calendar& calendar) override;
  void rebuild(const std::string& calendar) override;
  void hear(const std::string& calendar, Instant at) override { state_.calendars.own().at(calendar).source_as_of = at; }
  EventId new_event_id() override;
  bool write(const Writes& writes) override;
  void settle() override;
  std::int64_t reject(const Rejection& rejection) override;
  void falls_due(Instant) override { refuse_on_snapshot(); }
  std::unique_ptr<Savepoint> savepoint() override;

 protected:  // a session of test/simulate is such a store beside others
  struct PlannedWith;
  class PlannedTree;
  class Copy;

  /// The rows of a table. Copies of a store share them until one copy changes them, because the random calls copy the
  /// store before each call, and a call changes few tables.
  template <class Rows>
  class Table {
   public:
    const Rows& operator*() const { return *rows_; }
    const Rows* operator->() const { return rows_.get(); }

    /// The rows, to be changed before the store is copied again.
    Rows& own() {
      if (rows_.use_count() > 1) rows_ = std::make_shared<Rows>(*rows_);
      return *rows_;
    }

   private:
    std::shared_ptr<Rows> rows_ = std::make_shared<Rows>();
  };

  struct State {
    Table<std::map<std::string, Calendar>> calendars;
    Table<std::map<EventId, Event>> events;
    Table<std::map<std::pair<int, Instant>, Claim>> claims;  // by calendar and start
    Table<std::map<EventId, std::vector<Watched>>> watched;
    Table<std::map<EventId, std::string>> rules;        // of series, by id
    std::map<int, Table<std::vector<Change>>> history;  // by calendar; seq is the place, from 1
    std::map<int, Table<std::map<NodeKey, std::string>>> trees;
    std::map<int, std::set<std::pair<Seconds, Seconds>>> buffers;  // all ever set: before, after
    Table<std::vector<Rejection>> rejections;                      // the id is the place, from 1
    std::set<std::string> locked;
  };

  void refuse_on_snapshot() const;
  const Calendar& held(int calendar) const;
  void keep(const Event& event);
  void unclaim(EventId id);
  void claim(const Claim& claim);
  std::vector<Span> spans_on(int calendar, Span within) const;
  std::vector<Span> full_days(const Calendar& calendar, Span within) const;
  void check_claims(std::vector<std::string>& problems) const;
  void check_events(std::vector<std::string>& problems) const;
  void check_tree(const Calendar& calendar, std::vector<std::string>& problems) const;
  void check_watched(std::vector<std::string>& problems) const;
  void check_watched(const Calendar& calendar, std::vector<std::string>& problems) const;
  void check_history(const Calendar& calendar, std::vector<std::string>& problems) const;

  Zones zones_;
  Calendar ceo_;
  State state_;
  Instant now_{};
  EventId last_id_ = 0;
  bool is_snapshot_ = false;
  bool is_ahead_ = false;
  bool is_outrun_ = false;
  bool has_locked_ahead_ = false;
  std::map<int, Calendar> held_;  // the calendars of the plan, by id
  std::map<int, std::shared_ptr<PlannedTree>> trees_;
  std::set<std::string> planned_with_;
};

/// The event in one line, for the messages of a test: its wish, its result and its version.
std::string written(const Event& event);
std::string written(const Change& change);

}  // namespace jb::test
