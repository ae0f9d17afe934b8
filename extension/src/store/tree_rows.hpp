// SPDX-License-Identifier: PostgreSQL
//
// The rows of one calendar's day tree in PostgreSQL, and the claims that they are made of.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/event/calendar.hpp"
#include "core/free/day_tree.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The rows of jb_tree, read once per call and written when the call ends: several bookings of one call change the same
/// row, and row versions of one transaction cannot be pruned. A copy is what the rows were then.
class TreeRows final : public NodeStore {
 public:
  /// `calendar` 0 has no rows: one that is not made yet.
  TreeRows(int calendar, pg::Snapshot snapshot) : calendar_(calendar), snapshot_(snapshot) {}

  std::vector<std::string> load(const std::vector<NodeKey>& keys) override;
  void save(NodeKey key, const std::string& bytes) override;
  void erase(NodeKey key) override { save(key, {}); }
  void clear() override;
  std::vector<NodeKey> keys() override;

  /// Writes to the table what differs from it.
  void write();

 private:
  struct Row {
    std::string bytes;   ///< empty: there is none
    std::string stored;  ///< what the table holds; empty: nothing
    pg::Place place{};   ///< where, unless it holds nothing
  };
  Row& row(NodeKey key);

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

  /// Days on which at least max_events_per_day events start that claim time; a start between two midnights belongs to
  /// the day between them (Zone::day). Cost: linear in the events around `within`; nothing for a calendar without the
  /// limit.
  std::vector<Span> full_days(Span within) override;

  /// How many events that claim time start within `day`.
  int starts_within(Span day);

 private:
  int calendar_;
  std::shared_ptr<const Pattern> pattern_;
  std::optional<int> max_events_per_day_;
  pg::Snapshot snapshot_;
};

}  // namespace jb
