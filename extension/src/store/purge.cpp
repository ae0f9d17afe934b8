// SPDX-License-Identifier: PostgreSQL
#include "purge.hpp"

#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "pg/transaction.hpp"

namespace jb {

namespace {

// Keys first, while no calendar is held, and none that somebody is using: who waits for a key may be waited for.
constinit pg::Statement keys_statement{
    "WITH gone AS (DELETE FROM jb_idempotency WHERE ctid = ANY (ARRAY("
    "SELECT k.ctid FROM jb_idempotency k WHERE k.at < $1 FOR UPDATE SKIP LOCKED)) RETURNING 1) "
    "SELECT count(*) FROM gone",
    {TIMESTAMPTZOID}};
// A prefix, even where a clock that was set back has left a young change among old ones: seq has no hole above the
// mark.
constinit pg::Statement marks_statement{
    "SELECT m.id, m.mark FROM (SELECT c.id, c.purged_seq, coalesce("
    "  (SELECT l.seq - 1 FROM jb_change_log l WHERE l.calendar = c.id AND l.at >= $1 ORDER BY l.seq LIMIT 1),"
    "  c.change_seq) AS mark FROM jb_calendar c) m WHERE m.mark > m.purged_seq ORDER BY m.id",
    {TIMESTAMPTZOID}};
constinit pg::Statement mark_statement{
    "UPDATE jb_calendar SET purged_seq = $2 WHERE id = $1 AND purged_seq < $2 RETURNING 1", {INT4OID, INT8OID}};
constinit pg::Statement changes_statement{
    "WITH gone AS (DELETE FROM jb_change_log WHERE calendar = $1 AND seq <= $2 RETURNING 1) SELECT count(*) FROM gone",
    {INT4OID, INT8OID}};
constinit pg::Statement rejections_statement{
    "WITH gone AS (DELETE FROM jb_rejection WHERE at < $1 RETURNING 1) SELECT count(*) FROM gone", {TIMESTAMPTZOID}};
// The rule of a series stays as long as one of its events does.
constinit pg::Statement series_statement{
    "DELETE FROM jb_series s WHERE NOT EXISTS (SELECT FROM jb_event e WHERE e.series = s.id)", {}};

constexpr std::uint32_t kPurgeLock = 2;

std::int64_t count(const pg::Rows& rows) { return pg::to_id(*rows.at(0, 1)); }

struct Mark {
  int calendar;
  std::int64_t seq;
};

std::vector<Mark> read_marks(Instant cutoff) {
  const auto rows = marks_statement.run({pg::from_instant(cutoff)});
  std::vector<Mark> marks;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    marks.push_back({pg::to_int(*rows.at(i, 1)), pg::to_id(*rows.at(i, 2))});
  }
  return marks;
}

}  // namespace

Purged purge(Instant cutoff, Instant keys_cutoff) {
  Purged purged;
  purged.idempotency_keys = count(keys_statement.run({pg::from_instant(keys_cutoff)}));
  for (const auto& [calendar, seq] : read_marks(cutoff)) {
    if (mark_statement.run({pg::from_int(calendar), pg::from_id(seq)}).empty()) continue;
    purged.changes += count(changes_statement.run({pg::from_int(calendar), pg::from_id(seq)}));
  }
  // Of two purges one waits, until the transaction ends: here, where it holds all calendars that it needs. Before them
  // it would be waited for by somebody who holds one, and wait for that one.
  const pg::ShortLock alone(kPurgeLock);
  series_statement.run({});
  purged.rejections = count(rejections_statement.run({pg::from_instant(cutoff)}));
  return purged;
}

}  // namespace jb
