// SPDX-License-Identifier: PostgreSQL
//
// What the sessions share: the committed tables, the rows of jb_calendar_lock, the advisory locks of turns, the clock,
// and what the worker has been told. It has no transactions: a session keeps its writes to itself until it commits.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/memory_store.hpp"

namespace jb::simulate {

/// A law that a run has broken. Not a std::exception, so that no handler of core sees it.
struct Broken {
  std::string law;
  std::string what;
};

/// A session dies at this point: all that its transaction did is undone.
struct Crash {};

/// Called at each step of a session, with what it is about to do. It lets others go on first, and may throw Crash.
using Pause = std::function<void(const char* does, const std::string& what)>;

inline constexpr int kNobody = -1;

/// A row of jb_calendar_lock, or an advisory lock, which is never updated.
struct LockRow {
  int holder = kNobody;      ///< the session that has locked the row
  bool is_updated = false;   ///< by the holder, in a version that nobody else sees yet
  std::int64_t version = 0;  ///< of the committed row
  std::size_t seq = 0;       ///< change_seq
  Instant changed_at{};      ///< the now of the last call that changed the calendar
};

class Database {
 public:
  /// `tables` outlives this object.
  explicit Database(test::MemoryStore& tables) : tables(tables), clock(tables.clock()) {}

  LockRow& row(int thing) { return rows_[thing]; }
  const std::map<int, LockRow>& rows() const { return rows_; }

  /// The number of an advisory lock of this name, among those of the calendars.
  int advisory(const std::string& name);

  bool is_free_for(int who, int thing) { return row(thing).holder == kNobody || row(thing).holder == who; }

  /// Whether the session waits for a lock that another one holds.
  bool is_waiting(int who) { return waits_for_.contains(who) && !is_free_for(who, waits_for_.at(who)); }

  /// Locks the row after waiting for its holder. Result: whether the session had not locked it before. Errors: Broken
  /// for a deadlock, which PostgreSQL would end with 40P01.
  bool lock(int who, int thing, const Pause& pause);
  void stop_waiting(int who) { waits_for_.erase(who); }

  /// A version that no row has had.
  std::int64_t new_version() { return ++last_version_; }

  test::MemoryStore& tables;
  Instant clock;
  std::int64_t commits = 0;  ///< how many transactions have committed: the version of the tables
  std::set<Instant> agenda;  ///< when the worker has to look

 private:
  std::map<int, LockRow> rows_;
  std::map<std::string, int> advisory_;
  std::map<int, int> waits_for_;
  std::int64_t last_version_ = 0;
};

}  // namespace jb::simulate
