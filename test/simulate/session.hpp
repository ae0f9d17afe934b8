// SPDX-License-Identifier: PostgreSQL
//
// The database as the call of one session has it: PgStore's protocol over committed tables, with the steps of
// test/spin/scheduler.pml under their names. A session pauses before each lock, read and commit.
//
// What it reads is a copy of the tables: frozen while the call plans ahead, otherwise taken anew whenever somebody has
// committed. Its own writes are a list, which is carried out again on each new copy; a commit hands the copy over.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"

namespace jb::simulate {

class Session final : public test::MemoryStore {
 public:
  Session(Database& database, int who, Pause pause);

  /// Begins a transaction of one call. New events get the ids after `ids`; `zones` are the rules that the call knows.
  void begin_call(EventId ids, Zones zones);

  /// Commits what the call has written. Result: the tables without it; none if it has written nothing. Errors: Broken.
  std::optional<test::MemoryStore> commit();

  /// Undoes what the call has written, and releases its locks.
  void roll_back();

  /// Forgets also what the connection has cached.
  void disconnect();

  /// What the last plan of the call began with, and how it was proved. For the laws.
  struct Planned {
    std::vector<std::string> names{};            ///< of the calendars with which the plan began
    std::optional<Instant> now{};                ///< the plan's
    std::optional<test::MemoryStore> decided{};  ///< the tables by which a plan that writes nothing was decided
    bool has_chosen = false;                     ///< some calendars that it read were not proved
    bool heeds_changes = false;                  ///< it has seen that another call was about to change a calendar
  };
  const Planned& planned() const { return planned_; }

  void set_calendar(const Calendar& settings) override;
  std::vector<Calendar> load(const std::vector<std::string>& names) override;
  void wait_for_turn(const std::string& first) override;
  void end_turn() override;
  void lock_ahead(const std::vector<std::string>& names) override;
  bool read_ahead() override;
  bool is_as_read() override;
  void leave(const std::set<int>& only_read) override;
  bool confirm(bool may_wait) override;
  bool is_changing(const Calendar& calendar) override;
  void forget() override;
  Instant now() override;
  std::optional<Event> find(EventId id) override;
  std::vector<Event> occupants(const Calendar& calendar, Span within) override;
  std::vector<Event> series(EventId series) override;
  std::vector<Claim> claims(EventId id) override;
  std::vector<Event> due(const Calendar& calendar, Instant now) override;
  std::vector<Event> waiting(const Calendar& calendar, const Room& room) override;
  int starts_within(const Calendar& calendar, Span day) override;
  Seconds booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) override;
  std::shared_ptr<Timeline> timeline(const Calendar& calendar) override;
  void rebuild(const std::string& calendar) override;
  void hear(const std::string& calendar, Instant at) override;
  EventId new_event_id() override { return ids_ + ++ids_given_; }
  bool write(const Writes& writes) override;
  void settle() override;
  std::int64_t reject(const Rejection& rejection) override;
  void falls_due(Instant at) override { announced_.push_back(at); }
  std::unique_ptr<Savepoint> savepoint() override;

 private:
  enum class Stage { locking, ahead, written_ahead };
  struct Mark;
  class Subtransaction;
  struct OwnWrites;
  /// A row of jb_calendar_lock as the call has read it.
  struct Read {
    std::int64_t version;
    std::size_t seq;
  };

  void see_newest();
  void pause_and_see(const char* does, const std::string& what);
  void do_own(std::function<void()> change);
  void lock(int thing);
  bool try_lock(int thing);
  void make_ceo(const std::vector<std::string>& names);
  void lock_one(const std::string& name);
  void read_one(const std::string& name);
  void hold(const std::string& name, Read read);
  void keep(const Calendar& calendar, std::int64_t version);
  bool take_as_read();
  std::int64_t version_now(int calendar);
  void touch(int calendar);
  void check_locks();
  std::vector<std::string> in_order(const std::vector<std::string>& names);
  void back_to(const Mark& mark);
  void release(std::size_t from);

  Database& database_;
  int who_;
  Pause pause_;
  EventId ids_ = 0;
  EventId ids_given_ = 0;  // in the present plan; one that starts over takes the same
  Stage stage_ = Stage::locking;
  bool is_ahead_of_turn_ = false;  // has_locked_ahead_ of PgStore
  std::optional<int> turn_{};
  std::int64_t seen_ = -1;  // the commit after which state_ was copied
  std::int64_t locked_ahead_at_ = -1;
  std::optional<Instant> confirmed_at_{};
  std::map<int, std::int64_t> versions_{};  // of the rows, in the frozen copy
  std::map<int, std::size_t> seqs_{};
  std::map<int, Read> read_{};
  std::vector<std::function<void()>> own_{};
  bool carries_out_ = false;                             // one of own_, which may call another
  std::vector<int> locks_{};                             // in the order in which they were taken
  std::vector<std::pair<int, std::int64_t>> touched_{};  // updated rows of locks, with their new versions
  std::set<int> to_touch_{};                             // rows that settle() updates
  std::vector<Instant> announced_{};
  std::map<int, std::size_t> recorded_{};                                // by calendar, the number of the last change
  std::map<std::string, std::pair<std::int64_t, Calendar>> recalled_{};  // settings cached under a version of the lock
  Planned planned_{};
};

}  // namespace jb::simulate
