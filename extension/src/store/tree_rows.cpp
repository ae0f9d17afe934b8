// SPDX-License-Identifier: PostgreSQL
#include "tree_rows.hpp"

#include <algorithm>
#include <numeric>

#include "core/values/input.hpp"
#include "pg/datum.hpp"

namespace jb {

namespace {

constinit pg::Table tree_table{"jb_tree", "calendar, level, block, data"};
constinit auto clear_statement = pg::Statement<"DELETE FROM jb_tree WHERE calendar = :calendar">();
constinit auto node_keys_statement =
    pg::Statement<"SELECT level, block FROM jb_tree WHERE calendar = :calendar ORDER BY level, block">();
// A statement, not an index scan, since jb_check() must also find claims that a damaged index lacks.
constinit auto day_claims_statement =
    pg::Statement<"SELECT during FROM jb_claim WHERE calendar = :calendar AND during && :within ORDER BY 1">();

// The starts of events within :within. An event's claim contains its start, so the claim of each such event overlaps
// :within, and the claims' index finds it.
constinit auto starts_statement = pg::Statement<R"(
    SELECT e.start_timestamp FROM jb_claim l JOIN jb_event e ON e.id = l.event_id
     WHERE l.calendar = :calendar AND l.during && :within AND e.start_timestamp <@ :within ORDER BY 1)">();

constexpr int kDataColumn = 4;

struct RowHash {
  std::size_t operator()(const std::pair<int, NodeKey>& row) const {
    return NodeKey::Hash{}(row.second) * 1'000'003 + static_cast<std::size_t>(row.first);
  }
};

/// The rows by their calendars and keys.
KnownTids<std::pair<int, NodeKey>, RowHash> known_rows;

std::int16_t level_of(NodeKey key) { return static_cast<std::int16_t>(key.level); }
std::int32_t block_of(NodeKey key) { return static_cast<std::int32_t>(key.block); }

}  // namespace

pg::Rows TreeRows::find(NodeKey key) {
  return known_rows.find(
      {calendar_, key}, tree_table, snapshot_,
      [&](const pg::Rows& there) {
        return pg::to_int(*there.at(0, 1)) == calendar_ && pg::to_small(*there.at(0, 2)) == level_of(key) &&
               pg::to_int(*there.at(0, 3)) == block_of(key);
      },
      [&] {
        return tree_table.find(
            "jb_tree_pkey", {pg::equals_int(calendar_), pg::equals_small(level_of(key)), pg::equals_int(block_of(key))},
            snapshot_);
      });
}

TreeRows::Row& TreeRows::row(NodeKey key) {
  const auto known = rows_.find(key);
  if (known != rows_.end()) {
    known->second.is_used = true;
    return known->second;
  }
  Row row;
  if (calendar_ != 0) {
    const pg::Scratch scratch;
    const auto found = find(key);
    if (!found.empty()) {
      row.bytes = row.stored = pg::to_bytes(*found.at(0, kDataColumn));
      row.tid = found.tid(0);
    }
  }
  return rows_[key] = std::move(row);
}

std::vector<std::string> TreeRows::load(const std::vector<NodeKey>& keys) {
  std::vector<std::string> found;
  found.reserve(keys.size());
  for (const auto& key : keys) found.push_back(row(key).bytes);
  return found;
}

void TreeRows::save(NodeKey key, const std::string& bytes) { row(key).bytes = bytes; }

void TreeRows::clear() {
  clear_statement.run("calendar"_arg = calendar_);
  rows_.clear();
}

std::vector<NodeKey> TreeRows::keys() {
  const auto found = node_keys_statement.run(snapshot_, "calendar"_arg = calendar_);
  return found.map([&](auto row) { return NodeKey{pg::to_small(*found.at(row, 1)), pg::to_int(*found.at(row, 2))}; });
}

// A call for a fixed event outside the hours uses no row; then all rows stay for the next call.
void TreeRows::begin_again() {
  const bool uses_some = std::any_of(rows_.begin(), rows_.end(), [](const auto& row) { return row.second.is_used; });
  std::erase_if(rows_, [&](const auto& row) {
    return (uses_some && !row.second.is_used) || row.second.bytes != row.second.stored;
  });
  for (auto& [key, row] : rows_) {
    row.is_recalled = true;
    row.is_used = false;
  }
}

std::size_t TreeRows::size() const {
  constexpr std::size_t of_map = 64;  // a map's overhead per row
  return std::accumulate(rows_.begin(), rows_.end(), std::size_t{0}, [](std::size_t sum, const auto& row) {
    return sum + of_map + sizeof row + row.second.bytes.size() + row.second.stored.size();
  });
}

// Only a statement that has not locked the calendar can have changed the row.
void TreeRows::look_again(NodeKey key, Row& row) {
  const auto found = find(key);
  if (found.empty() ? !row.stored.empty() : pg::to_bytes(*found.at(0, kDataColumn)) != row.stored)
    throw CorruptNode(key, "was changed without its calendar's lock");
  if (!found.empty()) row.tid = found.tid(0);
  row.is_recalled = false;
}

bool TreeRows::write() {
  bool has_written = false;
  for (auto& [key, row] : rows_) {
    if (row.bytes == row.stored) continue;
    has_written = true;
    const pg::Scratch scratch;
    if (row.is_recalled) look_again(key, row);
    if (row.bytes.empty()) {
      tree_table.erase(row.tid);
    } else if (row.stored.empty()) {
      row.tid = tree_table.insert({calendar_, pg::from_small(level_of(key)), block_of(key), pg::from_bytes(row.bytes)});
    } else {
      row.tid = tree_table.update(row.tid, kDataColumn, {pg::from_bytes(row.bytes)});
    }
    row.stored = row.bytes;
    if (!row.bytes.empty()) known_rows.remember({calendar_, key}, row.tid);
  }
  return has_written;
}

std::vector<Span> ClaimReader::claims(Span within) {
  const pg::Scratch scratch;
  const auto rows = day_claims_statement.run(snapshot_, "calendar"_arg = calendar_, "within"_arg = within);
  return rows.map([&](auto row) { return pg::to_span(*rows.at(row, 1)); });
}

int ClaimReader::starts_within(Span day) {
  const pg::Scratch scratch;
  return static_cast<int>(starts_statement.run(snapshot_, "calendar"_arg = calendar_, "within"_arg = day).size());
}

std::vector<Span> ClaimReader::full_days(Span within) {
  std::vector<Span> full;
  if (!max_events_per_day_ || within.empty()) return full;
  const Zone& zone = *pattern_->grid().zone;
  const Span days = intersection(kRepresentable, {zone.day_at(within.start).start, zone.day_at(within.end).end});
  const auto rows = starts_statement.run(snapshot_, "calendar"_arg = calendar_, "within"_arg = days);
  Span day{};
  int events = 0;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    const Instant start = pg::to_instant(*rows.at(i, 1));
    if (start >= day.end) {
      day = zone.day_at(start);
      events = 0;
    }
    if (++events == *max_events_per_day_) full.push_back(day);
  }
  return full;
}

namespace {

constexpr std::size_t kMostBytes = 8'000'000;    // of all that is kept
constexpr std::size_t kMostBytesOfOne = 10'000;  // some 40 rows; a batch over months has more

std::unordered_map<std::string, RecalledCalendar, FoldedHash, FoldedEqual> kept;
std::size_t kept_bytes = 0;

/// A calendar's approximate size. Patterns are also cached elsewhere, but not for as long.
std::size_t size_of(const RecalledCalendar& calendar) {
  constexpr std::size_t of_map = 64;
  return of_map + sizeof calendar + 2 * calendar.calendar.name.size() + calendar.rows.size() +
         calendar.calendar.pattern->size();
}

}  // namespace

std::optional<RecalledCalendar> recall(const std::string& name) {
  auto found = kept.extract(name);
  if (found.empty()) return std::nullopt;
  kept_bytes -= size_of(found.mapped());
  return std::move(found.mapped());
}

void forget_recalled(const std::string& name) { recall(name); }

void keep(RecalledCalendar calendar) {
  const auto name = calendar.calendar.name;
  forget_recalled(name);  // a trigger's call may have kept it too
  calendar.rows.begin_again();
  const auto size = size_of(calendar);
  if (calendar.rows.size() > kMostBytesOfOne || !calendar.lock.is_lasting()) return;
  if (kept_bytes + size > kMostBytes) {
    kept.clear();
    kept_bytes = 0;
  }
  kept_bytes += size;
  kept.emplace(name, std::move(calendar));
}

}  // namespace jb
