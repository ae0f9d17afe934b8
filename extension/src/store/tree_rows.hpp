// SPDX-License-Identifier: PostgreSQL
//
// The rows of one calendar's day tree in jb_tree, and the claims from which the rows are made.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/event/calendar.hpp"
#include "core/free/day_tree.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The rows of a calendar in jb_tree. Each row is read at most once in a call, and written when the call ends: several
/// bookings of one call change the same row, and PostgreSQL cannot prune row versions of a running transaction. A copy
/// of this object keeps the rows as they were when it was made.
class TreeRows final : public NodeStore {
 public:
  /// `calendar` 0 is a calendar that is not made yet, and has no rows.
  TreeRows(int calendar, pg::Snapshot snapshot) : calendar_(calendar), snapshot_(snapshot) {}

  std::vector<std::string> load(const std::vector<NodeKey>& keys) override;
  void save(NodeKey key, const std::string& bytes) override;
  void erase(NodeKey key) override { save(key, {}); }
  void clear() override;
  std::vector<NodeKey> keys() override;

  /// Writes the rows that differ from the table. Result: whether there were such.
  bool write();

  /// Begins a further call with the rows that the last call has used, as the table has them: no other call has changed
  /// them meanwhile. A row that is written is looked for first, since VACUUM FULL may have moved it.
  void begin_again();

  /// The memory that the rows take, about, in bytes.
  std::size_t size() const;

 private:
  struct Row {
    std::string bytes;         ///< the row's present content; empty: there is no row
    std::string stored;        ///< the row's content in the table; empty: the table has no row
    pg::Place place{};         ///< the row's place in the table, if the table has the row
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

}  // namespace jb
