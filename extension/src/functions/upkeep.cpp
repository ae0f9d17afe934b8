// SPDX-License-Identifier: PostgreSQL
#include <limits>

#include "core/values/time.hpp"
#include "pg/guard.hpp"
#include "pg/server.hpp"
#include "store/tree_rows.hpp"
#include "writing.hpp"

namespace jb::functions {

// The scheduler's clock, and how an instant is written.

JB_PLAIN(jb_now, Instant) { return pg::now(); }

JB_PLAIN(jb_timestamp_text, std::string) {
  return format_timestamp(*arguments.instant("instant"), *require_zone(*arguments.text("time_zone")));
}

// The day trees of the calendars: compared with the events, and rebuilt.

JB_CONNECTED_ROWS(jb_tree_problems) {
  require_operator();
  const auto refused = [&](const std::string& calendar, const Failure& failure) {
    rows.add({"values in range", calendar, pg::Param(), "It cannot be read: " + failure.message + "."});
  };
  for (const auto& calendar : all_calendars(pg::Snapshot::callers, refused)) {
    const auto tree = tree_with_holds(calendar, pg::Snapshot::callers);
    ClaimReader claims(calendar, pg::Snapshot::callers);
    for (const auto& problem : tree->compare(claims.claims(kRepresentable), claims.full_days(kRepresentable))) {
      rows.add({"free time equals what claims leave", calendar.name, pg::Param(), problem});
    }
  }
}

JB_CONNECTED(jb_rebuild, bool) {
  const auto name = arguments.word("calendar");
  lock_permitted(name, Right::manage);
  rebuild_tree(name);
  return true;
}

// The worker, which does what is due by itself.

namespace {

// The worker is late when something has been due for longer than this. A visit to a database takes milliseconds, the
// start of its process some more, and a retry a second or two.
constexpr Seconds kLate{5};

std::string state(const pg::Worker& worker) {
  if (worker.launcher == 0) return "off";
  return worker.next && *worker.next + kLate < pg::machine_clock() ? "late" : "on";
}

}  // namespace

using WorkerRow = std::tuple<std::string, std::optional<std::int32_t>, std::optional<Instant>, std::optional<Instant>,
                             std::optional<std::int64_t>, std::string>;
JB_PLAIN(jb_worker, WorkerRow) {
  pg::server().introduce_database();
  const auto worker = pg::server().worker();
  if (!worker) return {"off", {}, {}, {}, {}, JB_VERSION};
  const auto launcher = worker->launcher == 0 ? std::nullopt : std::optional(worker->launcher);
  // It wakes when something is due, perhaps on a calendar that the caller may not see.
  if (!pg::is_served() || !operates()) return {state(*worker), launcher, {}, {}, {}, JB_VERSION};
  return {state(*worker), launcher, worker->heartbeat, worker->next, worker->visits, JB_VERSION};
}

// Retention: removes old history, old rejections and old idempotency keys.

namespace {

// An age may have months and years, unlike a duration: an age of one year reaches back to the same date a year ago.
constinit auto cutoff_statement = pg::Statement<"SELECT :now::timestamptz - :age::interval">();

// The purge deletes keys before it locks a calendar, in the order of every call: key first, then calendars (call.hpp).
// It skips a key whose row another transaction has locked, since that transaction may wait for a calendar that the
// caller's transaction already holds from an earlier call.
constinit auto old_keys_statement = pg::Statement<R"(
    WITH gone AS (DELETE FROM jb_idempotency
                   WHERE ctid = ANY (ARRAY(SELECT k.ctid FROM jb_idempotency k WHERE k.at < :before
                                            LIMIT :most FOR UPDATE SKIP LOCKED))
                   RETURNING 1)
    SELECT count(*) FROM gone)">();
// The calendars with an old change. History has no gap above the purged mark, so the first kept change is the one after
// the mark.
constinit auto old_changes_statement = pg::Statement<R"(
    SELECT c.name FROM jb_calendar c
     WHERE (SELECT l.at FROM jb_change_log l WHERE l.calendar = c.id AND l.seq = c.purged_seq + 1) < :before
     ORDER BY c.id)">();
// The mark of a calendar is the last change before the first change that is young enough to stay. So the purge removes
// a prefix of seq, and seq has no gap above the mark, even if the clock was set back and an old change follows a young
// one.
constinit auto mark_statement = pg::Statement<R"(
    SELECT c.id, c.purged_seq,
           coalesce((SELECT l.seq - 1 FROM jb_change_log l
                      WHERE l.calendar = c.id AND l.seq > c.purged_seq AND l.seq <= c.purged_seq + :most
                        AND l.at >= :cutoff ORDER BY l.seq LIMIT 1),
                    least(k.change_seq, c.purged_seq + :most))
      FROM jb_calendar c JOIN jb_calendar_lock k USING (id) WHERE c.name = :calendar)">();
constinit auto purged_mark_statement = pg::Statement<R"(
    UPDATE jb_calendar
       SET purged_seq = :mark,
           purged_change = coalesce((SELECT l.id FROM jb_change_log l WHERE l.calendar = :calendar AND l.seq = :mark),
                                    purged_change)
     WHERE id = :calendar AND purged_seq < :mark RETURNING 1)">();
constinit auto purge_changes_statement = pg::Statement<R"(
    WITH gone AS (DELETE FROM jb_change_log WHERE calendar = :calendar AND seq > :after AND seq <= :last RETURNING 1)
    SELECT count(*) FROM gone)">();
constinit auto purge_rejections_statement = pg::Statement<R"(
    WITH old AS (SELECT r.id, r.calendars FROM jb_rejection r WHERE r.at < :before ORDER BY r.id LIMIT :most
                    FOR UPDATE SKIP LOCKED),  -- the deletion of a calendar may have locked some
         places AS (DELETE FROM jb_rejection_calendar c USING old CROSS JOIN unnest(old.calendars) AS k (name)
                     WHERE c.calendar = k.name AND c.id = old.id),
         gone AS (DELETE FROM jb_rejection r USING old WHERE r.id = old.id RETURNING 1)
    SELECT count(*) FROM gone)">();
// The rule of a series stays as long as one event of the series is stored. A series that is left may get events again
// from a call that also writes its rule. So the purge locks the rules first, without those that such a call has
// written, and judges them again on a later snapshot, on which the events of all earlier calls show.
constexpr sql::Text kUnused = "NOT EXISTS (SELECT FROM jb_event e WHERE e.series = s.id)";
constinit auto lock_unused_series_statement = pg::Statement<R"(
    SELECT array_agg(u.id)
      FROM (SELECT s.id FROM jb_series s WHERE )" + kUnused +
                                                            R"( FOR UPDATE SKIP LOCKED) u)">();
constinit auto unused_series_statement =
    pg::Statement<"DELETE FROM jb_series s WHERE s.id = ANY (:series) AND " + kUnused>();

constexpr std::uint32_t kPurgeLock = 2;

std::int64_t counted(const pg::Rows& rows) { return pg::to_id(*rows.at(0, 1)); }

/// Deletes at most `most` old changes of a calendar, and locks the calendar until the transaction ends. Since its name
/// was read, another purge may have moved the mark, or the calendar may be gone. Result: how many it deleted.
std::int64_t shorten(const std::string& calendar, Instant cutoff, std::int64_t most) {
  const pg::Unasked unasked;
  const auto marks = mark_statement.run("calendar"_arg = calendar, "cutoff"_arg = cutoff, "most"_arg = most);
  if (marks.empty() || !lock_calendar(calendar)) return 0;
  const auto id = marks.param(0, 1), before = marks.param(0, 2), mark = marks.param(0, 3);
  if (purged_mark_statement.run("calendar"_arg = id, "mark"_arg = mark).empty()) return 0;
  return counted(purge_changes_statement.run("calendar"_arg = id, "after"_arg = before, "last"_arg = mark));
}

Instant cutoff(const Arguments& arguments, Instant now) {
  if (arguments.is_null("older_than")) throw invalid("older_than", "NULL", "it is required");
  const auto rows = cutoff_statement.run("age"_arg = arguments.param("older_than"), "now"_arg = now);
  const auto instant = pg::to_instant(*rows.at(0, 1));
  if (instant > now)
    throw invalid("older_than", pg::interval_text(arguments.datum("older_than")), "it must not be negative");
  return instant;
}

/// The limit of a purge that deletes all in one transaction.
constexpr auto kAllAtOnce = std::int64_t{std::numeric_limits<std::int32_t>::max()} * 1'000;

/// How many rows one call deletes.
std::int64_t most_rows(const Arguments& arguments) {
  const auto most = arguments.integer("max_rows");
  if (!most) return kAllAtOnce;
  if (*most < 1) throw invalid("max_rows", std::to_string(*most), "it must be at least 1");
  return *most;
}

}  // namespace

// Deletes each calendar's changes before the first change that is not older than the cutoff, the rejections older than
// the cutoff, and the old keys. A calendar's purged_seq is the last change that was deleted. Locks the calendars whose
// changes it deletes, in order of their ids, until the transaction ends. Cost: the rows deleted, and one lookup in the
// index of the history for each calendar.
JB_CONNECTED(jb_purge, std::tuple<std::int64_t, std::int64_t, std::int64_t, bool>) {
  const auto most = most_rows(arguments);
  require_operator();
  const auto now = pg::now();
  const auto before = cutoff(arguments, now);
  const auto keys = counted(old_keys_statement.run("before"_arg = now - kKeyKept, "most"_arg = most));
  std::int64_t changes = 0;
  auto left = most - keys;
  const auto old = old_changes_statement.run("before"_arg = before);
  for (std::uint64_t i = 0; i < old.size() && left > 0; ++i) {
    const auto gone = shorten(pg::to_text(*old.at(i, 1)), before, left);
    changes += gone;
    left -= gone;
  }
  // Series and rejections are searched as a whole. While calendars are locked, that is left to the next piece.
  if (left <= 0 || (changes > 0 && most != kAllAtOnce)) return {changes, 0, keys, true};
  // A purge takes the purge lock after its calendars, and keeps the lock until its transaction ends; a second purge
  // waits here. With the purge lock before the calendars two transactions could deadlock: transaction A holds the
  // purge lock and waits for a calendar, and transaction B holds this calendar and begins a purge.
  const pg::AdvisoryLock alone(kPurgeLock);
  unused_series_statement.run("series"_arg = lock_unused_series_statement.run().param(0, 1));
  const auto rejections = counted(purge_rejections_statement.run("before"_arg = before, "most"_arg = left));
  return {changes, rejections, keys, rejections >= left};
}

// A procedure that commits cannot pin its search_path, so the statement uses no operator, which is looked up there.
JB_CALL(jb_purge_in_pieces, std::tuple<std::int64_t, std::int64_t, std::int64_t>) {
  const auto sums = pg::run_in_pieces(arguments.info(),
                                      "SELECT p.more, p.changes, p.rejections, p.idempotency_keys"
                                      " FROM jb_purge($1, max_rows => $2) p",
                                      {arguments.param("older_than"), arguments.param("max_rows")});
  return {sums.at(0), sums.at(1), sums.at(2)};
}

}  // namespace jb::functions
