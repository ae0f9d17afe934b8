// SPDX-License-Identifier: PostgreSQL
#include "tree_rows.hpp"

#include "pg/datum.hpp"

namespace jb {

namespace {

constinit pg::Statement load_statement{"SELECT data FROM jb_tree WHERE calendar = $1 AND level = $2 AND block = $3",
                                       {INT4OID, INT2OID, INT4OID}};
constinit pg::Statement insert_statement{"INSERT INTO jb_tree (calendar, level, block, data) VALUES ($1, $2, $3, $4)",
                                         {INT4OID, INT2OID, INT4OID, BYTEAOID}};
constinit pg::Statement update_statement{
    "UPDATE jb_tree SET data = $4 WHERE calendar = $1 AND level = $2 AND block = $3",
    {INT4OID, INT2OID, INT4OID, BYTEAOID}};
constinit pg::Statement delete_statement{"DELETE FROM jb_tree WHERE calendar = $1 AND level = $2 AND block = $3",
                                         {INT4OID, INT2OID, INT4OID}};
constinit pg::Statement clear_statement{"DELETE FROM jb_tree WHERE calendar = $1", {INT4OID}};
constinit pg::Statement keys_statement{"SELECT level, block FROM jb_tree WHERE calendar = $1 ORDER BY level, block",
                                       {INT4OID}};
constinit pg::Statement claims_statement{
    "SELECT lower(during), upper(during) FROM jb_claim WHERE calendar = $1 AND during && $2 ORDER BY 1",
    {INT4OID, TSTZRANGEOID}};

// An event's claim holds its start, so those that start within claim time within.
constinit pg::Statement starts_statement{
    "SELECT e.start_timestamp FROM jb_claim l JOIN jb_event e ON e.id = l.event_id "
    "WHERE l.calendar = $1 AND l.during && $2 AND e.start_timestamp <@ $2 ORDER BY 1",
    {INT4OID, TSTZRANGEOID}};

Datum level_datum(NodeKey key) { return Int16GetDatum(static_cast<std::int16_t>(key.level)); }
Datum block_datum(NodeKey key) { return Int32GetDatum(static_cast<std::int32_t>(key.block)); }

}  // namespace

TreeRows::Row& TreeRows::row(NodeKey key) {
  const auto known = rows_.find(key);
  if (known != rows_.end()) return known->second;
  Row row;
  if (calendar_ != 0) {
    const auto found = load_statement.run({Int32GetDatum(calendar_), level_datum(key), block_datum(key)}, snapshot_);
    if (!found.empty()) row.bytes = row.stored = pg::to_bytes(*found.at(0, 1));
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
  clear_statement.run({Int32GetDatum(calendar_)});
  rows_.clear();
}

std::vector<NodeKey> TreeRows::keys() {
  const auto found = keys_statement.run({Int32GetDatum(calendar_)}, snapshot_);
  std::vector<NodeKey> keys;
  for (std::uint64_t i = 0; i < found.size(); ++i) {
    keys.push_back({DatumGetInt16(*found.at(i, 1)), DatumGetInt32(*found.at(i, 2))});
  }
  return keys;
}

void TreeRows::write() {
  for (auto& [key, row] : rows_) {
    if (row.bytes == row.stored) continue;
    const auto calendar = Int32GetDatum(calendar_);
    if (row.bytes.empty()) {
      delete_statement.run({calendar, level_datum(key), block_datum(key)});
    } else {
      auto& statement = row.stored.empty() ? insert_statement : update_statement;
      statement.run({calendar, level_datum(key), block_datum(key), pg::from_bytes(row.bytes)});
    }
    row.stored = row.bytes;
  }
}

std::vector<Span> ClaimReader::claims(Span within) {
  const auto rows = claims_statement.run({Int32GetDatum(calendar_), pg::from_span(within)}, snapshot_);
  std::vector<Span> claims;
  claims.reserve(rows.size());
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    claims.push_back({pg::to_instant(*rows.at(i, 1)), pg::to_instant(*rows.at(i, 2))});
  }
  return claims;
}

int ClaimReader::starts_within(Span day) {
  return static_cast<int>(starts_statement.run({Int32GetDatum(calendar_), pg::from_span(day)}, snapshot_).size());
}

std::vector<Span> ClaimReader::full_days(Span within) {
  std::vector<Span> full;
  if (!max_events_per_day_ || within.empty()) return full;
  const Zone& zone = *pattern_->grid().zone;
  const Span days = intersection(kRepresentable, {zone.day_at(within.start).start, zone.day_at(within.end).end});
  const auto rows = starts_statement.run({Int32GetDatum(calendar_), pg::from_span(days)}, snapshot_);
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

}  // namespace jb
