// SPDX-License-Identifier: PostgreSQL
//
// The scheduler's Store over the tables of schema/: which row is read and written when, and how rows become core's
// types.
//
// What must stay true:
// - The store reads a calendar's settings and claims after it has locked the calendar (store/calendar.hpp), in a new
//   snapshot, which shows all that the previous holder of the lock committed. Or it reads them first, and then proves
//   that the lock's row has not changed since. Or it reuses settings and day tree from an earlier call, with the same
//   proof (tree_rows.hpp).
// - At the end of a call change_seq is the number of changes that the calendar's history has recorded.
#pragma once

#include <map>
#include <string>
#include "core/values/input.hpp"

#include "reading.hpp"
#include "rights.hpp"
#include "tree_rows.hpp"

namespace jb {

class PgStore final : public ReadingStore {
 public:
  /// Its calls need an open pg::SpiConnection. `principal` is written into history and rejections. `is_for_visitor`: a
  /// public page or a token permits the call instead of a right (rule 13.3), and a refusal leaves nothing (11.16).
  explicit PgStore(std::string principal, bool is_for_visitor = false)
      : ReadingStore(std::move(principal), pg::Snapshot::fresh), is_for_visitor_(is_for_visitor) {}

  bool is_open() override { return is_for_visitor_ || rights_are_open(); }
  Rights rights(const std::string& calendar) override { return is_for_visitor_ ? Rights::all() : rights_on(calendar); }
  std::vector<Calendar> load(const std::vector<std::string>& names) override;
  std::shared_ptr<Timeline> timeline(const Calendar& calendar) override;
  void rebuild(const std::string& calendar) override;
  void hear(const std::string& calendar, Instant at) override;
  EventId new_event_id() override;
  void wait_for_turn(const std::string& first) override;
  void end_turn() override;
  void lock_ahead(const std::vector<std::string>& names) override;
  bool read_ahead() override;
  bool is_as_read() override;
  void leave(const std::set<int>& only_read) override;
  bool confirm(bool may_wait) override;
  bool is_changing(const Calendar& calendar) override;
  void forget() override;
  bool write(const Writes& writes) override;
  std::int64_t reject(const Rejection& rejection) override;
  void falls_due(Instant at) override;
  std::unique_ptr<Savepoint> savepoint() override;

  /// Writes the rows of the day trees, and change_seq of each calendar unless write() has done so (written_ahead). The
  /// last call of every writing function.
  void settle() override;

 private:
  /// A calendar of this call: locked, or read ahead of its lock (Stage).
  struct Held {
    Calendar calendar;
    pg::Version lock;         ///< of the lock's row as it was read
    pg::Tid tid;              ///< of the lock's row now
    std::int64_t change_seq;  ///< of the last change recorded before this call
    TreeRows rows;
    std::shared_ptr<DayTree> tree{};  ///< in which the call plans; settle() writes its final state
    std::int64_t recorded = 0;
    int watched = 0;          ///< change in the number of watched events
    bool is_touched = false;  ///< its lock is written even if no event changes
  };
  /// How the store loads calendars into held_.
  enum class Stage {
    locking,        ///< each is locked as it is loaded
    ahead,          ///< none is locked: they are read by one frozen snapshot
    written_ahead,  ///< there is one, locked by the update of its lock's row, which has counted what was written
  };
  class Subtransaction;

  void read_one(const std::string& name);
  void lock_one(const std::string& name);
  bool lock_present(const std::string& name);
  void hold_read(const pg::Rows& row, const pg::Rows& lock);
  void hold(Calendar calendar, TreeRows rows, const pg::Rows& lock);
  bool hold_recalled(const std::string& name);
  void keep(Held& held, const pg::Version& lock);
  bool take_as_read(const Writes& writes);
  Held& held(int calendar);
  void record(int calendar, const Change& change, Instant at, std::int64_t number);
  std::int64_t next_refused(Instant at) const;

  bool is_for_visitor_;
  std::map<std::string, Held, FoldedLess> held_;
  std::vector<EventId> ids_;   ///< drawn from the sequence for this call
  std::size_t ids_given_ = 0;  ///< how many of them the present plan has; a restarted one takes the same
  RightsSeen rights_{};        ///< when the plan began to read ahead
  Stage stage_ = Stage::locking;
  bool has_locked_ahead_ = false;
  std::optional<pg::AdvisoryLock> turn_{};
};

}  // namespace jb
