// SPDX-License-Identifier: PostgreSQL
#include "purge.hpp"

#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "pg/transaction.hpp"

namespace jb {

namespace {

// The purge deletes keys before it locks a calendar, in the order of every call: key first, then calendars
// (sql/idempotency.hpp). It skips a key whose row another transaction has locked: the caller's transaction may hold
// calendars from earlier calls already, and the other transaction may wait for one of these calendars.
constinit pg::Statement old_keys_statement{
    "WITH gone AS (DELETE FROM jb_idempotency WHERE ctid = ANY (ARRAY("
    "SELECT k.ctid FROM jb_idempotency k WHERE k.at < $1 FOR UPDATE SKIP LOCKED)) RETURNING 1) "
    "SELECT count(*) FROM gone",
    {TIMESTAMPTZOID}};
// The mark of a calendar is the last change before the first change that is young enough to stay. So the purge removes
// a prefix of seq, and seq has no hole above the mark, even where the clock was set back and an old change follows a
// young one.
constinit pg::Statement marks_statement{
    "SELECT m.id, m.mark FROM (SELECT c.id, c.purged_seq, coalesce("
    "  (SELECT l.seq - 1 FROM jb_change_log l WHERE l.calendar = c.id AND l.at >= $1 ORDER BY l.seq LIMIT 1),"
    "  c.change_seq) AS mark FROM jb_calendar c) m WHERE m.mark > m.purged_seq ORDER BY m.id",
    {TIMESTAMPTZOID}};
constinit pg::Statement purged_mark_statement{
    "UPDATE jb_calendar SET purged_seq = $2 WHERE id = $1 AND purged_seq < $2 RETURNING 1", {INT4OID, INT8OID}};
constinit pg::Statement changes_statement{
    "WITH gone AS (DELETE FROM jb_change_log WHERE calendar = $1 AND seq <= $2 RETURNING 1) SELECT count(*) FROM gone",
    {INT4OID, INT8OID}};
constinit pg::Statement rejections_statement{
    "WITH gone AS (DELETE FROM jb_rejection WHERE at < $1 RETURNING 1) SELECT count(*) FROM gone", {TIMESTAMPTZOID}};
// The rule of a series stays as long as one event of the series is stored.
constinit pg::Statement unused_series_statement{
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
  purged.idempotency_keys = count(old_keys_statement.run({pg::from_instant(keys_cutoff)}));
  for (const auto& [calendar, seq] : read_marks(cutoff)) {
    if (purged_mark_statement.run({pg::from_int(calendar), pg::from_id(seq)}).empty()) continue;
    purged.changes += count(changes_statement.run({pg::from_int(calendar), pg::from_id(seq)}));
  }
  // A purge takes the purge lock after its calendars, and keeps the lock until its transaction ends; a second purge
  // waits here. With the purge lock before the calendars two transactions could deadlock: transaction A holds the
  // purge lock and waits for a calendar, and transaction B holds this calendar and begins a purge.
  const pg::AdvisoryLock alone(kPurgeLock);
  unused_series_statement.run({});
  purged.rejections = count(rejections_statement.run({pg::from_instant(cutoff)}));
  return purged;
}

}  // namespace jb
