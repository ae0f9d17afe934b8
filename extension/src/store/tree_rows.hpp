// SPDX-License-Identifier: PostgreSQL
//
// The rows of day trees, and what a backend keeps of calendars between its calls.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/event/calendar.hpp"
#include "core/free/day_tree.hpp"
#include "pg/spi.hpp"
#include "pg/table.hpp"

namespace jb {

// What a backend caches between calls, up to a number of bytes.

/// A cache of values by key. When they take more bytes than `most`, the least recently used go first; the last one put
/// always stays.
template <class Key, class Value>
class RecentlyUsed {
 public:
  explicit RecentlyUsed(std::size_t most) : most_(most) {}

  /// The value of the key, or nullptr. Valid until the next put().
  Value* find(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return &found->second->value;
  }

  /// Caches the value, of this size, in place of the key's previous value.
  Value& put(const Key& key, Value value, std::size_t bytes) {
    if (const auto found = entries_.find(key); found != entries_.end()) erase(found);
    const auto entry = entries_.emplace(key, kept_.end()).first;
    kept_.push_front({std::move(value), bytes, entry});
    entry->second = kept_.begin();
    bytes_ += bytes;
    while (bytes_ > most_ && kept_.size() > 1) erase(kept_.back().entry);
    return kept_.front().value;
  }

 private:
  struct Kept;
  using Entries = std::map<Key, typename std::list<Kept>::iterator>;
  struct Kept {
    Value value;
    std::size_t bytes;
    typename Entries::iterator entry;
  };

  void erase(typename Entries::iterator entry) {
    bytes_ -= entry->second->bytes;
    kept_.erase(entry->second);
    entries_.erase(entry);
  }

  std::size_t most_;
  std::size_t bytes_ = 0;
  std::list<Kept> kept_;  ///< the last one is the least recently used
  Entries entries_;
};

// Where this backend last saw or wrote rows.
//
// A transaction that writes a row ten thousand times leaves ten thousand versions of it, which cannot be pruned while
// it runs, and an index scan visits them one by one. So the backend looks first where it left the row, and searches the
// index only if the row is not there. What must stay true: a row found at its tid has the key that was asked for, and
// is shown by the snapshot. Then it is the row that the index would find, since the key is unique.
//
// A hash table, because a walk through a tree of many thousand keys misses the CPU's caches. That took 3 % of a
// booking's time, and no count of instructions showed it.

template <class Key, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
class KnownTids {
 public:
  /// The row of this key: the one at its known tid in `table` if `is_it` accepts it, otherwise what `search` finds.
  template <class IsIt, class Search>
  pg::Rows find(const Key& key, pg::Table& table, pg::Snapshot snapshot, IsIt is_it, Search search) {
    const auto known = tids_.find(key);
    if (known != tids_.end()) {
      auto row = table.at(known->second, snapshot);
      if (!row.empty() && is_it(row)) return row;
    }
    auto row = search();
    if (!row.empty()) remember(key, row.tid(0));
    return row;
  }

  void remember(const Key& key, pg::Tid tid) {
    if (tids_.size() >= kMost) tids_.clear();
    tids_.insert_or_assign(key, tid);
  }

 private:
  static constexpr std::size_t kMost = 10'000;
  std::unordered_map<Key, pg::Tid, Hash, Equal> tids_;
};

// The rows of one calendar's day tree in jb_tree, and the claims from which the rows are made.

/// The rows of a calendar in jb_tree. Each row is read at most once in a call, and written when the call ends, since
/// several bookings of one call change the same row, and PostgreSQL cannot prune row versions of a running transaction.
/// A copy of this object keeps the rows as they were when it was made.
class TreeRows final : public NodeStore {
 public:
  /// `calendar` 0 is a calendar that does not exist yet, and has no rows.
  TreeRows(int calendar, pg::Snapshot snapshot) : calendar_(calendar), snapshot_(snapshot) {}

  std::vector<std::string> load(const std::vector<NodeKey>& keys) override;
  void save(NodeKey key, const std::string& bytes) override;
  void erase(NodeKey key) override { save(key, {}); }
  void clear() override;
  std::vector<NodeKey> keys() override;

  /// Writes the rows that differ from the table. Result: whether there were any.
  bool write();

  /// Begins another call with the rows that the last call used, as stored; no other call has changed them since. A row
  /// is looked up again before it is written, since VACUUM FULL may have moved it.
  void begin_again();

  /// The approximate memory of the rows, in bytes.
  std::size_t size() const;

 private:
  struct Row {
    std::string bytes;         ///< the row's present content; empty: there is no row
    std::string stored;        ///< the row's content in the table; empty: the table has no row
    pg::Tid tid{};             ///< of the row, if the table has the row
    bool is_recalled = false;  ///< it was read in an earlier call
    bool is_used = true;       ///< in this call
  };
  Row& row(NodeKey key);
  pg::Rows find(NodeKey key);
  void look_again(NodeKey key, Row& row);

  int calendar_;
  pg::Snapshot snapshot_;
  std::map<NodeKey, Row> rows_;
};

/// The claims and the full days of one calendar as `snapshot` shows them.
class ClaimReader final : public ClaimSource {
 public:
  ClaimReader(const Calendar& calendar, pg::Snapshot snapshot)
      : calendar_(calendar.id),
        pattern_(calendar.pattern),
        max_events_per_day_(calendar.max_events_per_day),
        snapshot_(snapshot) {}
  std::vector<Span> claims(Span within) override;

  /// The full days within `within` (rule 2.8.6): days on which at least max_events_per_day events begin that claim
  /// time. A start between two midnights belongs to the day between these midnights (Zone::day). Cost: linear in the
  /// events around `within`; none for a calendar without max_events_per_day.
  std::vector<Span> full_days(Span within) override;

  /// How many events that claim time start within `day`.
  int starts_within(Span day);

 private:
  int calendar_;
  std::shared_ptr<const Pattern> pattern_;
  std::optional<int> max_events_per_day_;
  pg::Snapshot snapshot_;
};

template <class Rows>
struct TreeReaders {
  Rows rows;
  ClaimReader claims;
};

/// A day tree with the readers that it needs: of its rows, which are kept in `Rows`, and of the claims.
template <class Rows>
class OwningTree final : TreeReaders<Rows>, public DayTree {
 public:
  OwningTree(const Calendar& calendar, Rows kept, pg::Snapshot snapshot)
      : TreeReaders<Rows>{std::forward<Rows>(kept), {calendar, snapshot}},
        DayTree(calendar.pattern, this->rows, &(this->claims)) {}

  using TreeReaders<Rows>::claims;
};

// The calendars as this backend's calls left them: settings and rows of the day tree, each with the version of the
// calendar's lock at that time. A call that finds the lock unchanged can reuse all of it: every change of a calendar
// writes a new version of its lock (calendar.hpp). A rollback removes the version, so nothing that was rolled back is
// reused.

struct RecalledCalendar {
  pg::Version lock;
  Calendar calendar;
  TreeRows rows;
};

/// The cached calendar of this name. It leaves the cache, so that a call that fails halfway leaves nothing behind.
std::optional<RecalledCalendar> recall(const std::string& name);

/// Drops the cached copy. Call this at the end of every change of a calendar: a trigger may have booked midway.
void forget_recalled(const std::string& name);

/// Caches the calendar for the next call, unless it is large. When the cache exceeds some megabytes, all others are
/// dropped.
void keep(RecalledCalendar calendar);

}  // namespace jb
