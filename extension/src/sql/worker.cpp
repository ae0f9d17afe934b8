// SPDX-License-Identifier: PostgreSQL
//
// What is due on its own, and the worker that does it.
#include "arguments.hpp"
#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "pg/process.hpp"
#include "pg/row_set.hpp"
#include "store/due.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

// The worker is late when something has been due for longer than this. A visit to a database takes milliseconds, the
// start of its process some more, and a retry a second or two.
constexpr Seconds kLate{5};

Datum due_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  pg::RowSet rows(info);
  pg::Session session;
  require_operator();
  for (const auto& [calendar, due] : due_calendars(arguments.instant(0), pg::Snapshot::callers)) {
    rows.add({pg::from_text(calendar), pg::from_instant(due)});
  }
  session.finish();
  return rows.done();
}

/// The earliest time at which something that the worker knows of falls due, or fell due.
std::optional<Instant> next_due(const pg::Duty& duty) {
  return duty.due && duty.overdue ? std::min(duty.due, duty.overdue) : duty.due ? duty.due : duty.overdue;
}

std::string_view state_of(const pg::WorkerState& worker, const pg::Duty& duty) {
  if (worker.pid == 0) return "off";
  const auto due = next_due(duty);
  return due && *due + kLate < pg::machine_clock() ? "late" : "on";
}

Datum worker_body(FunctionCallInfo info) {
  pg::introduce_database();
  const auto worker = pg::worker_state();
  const auto duty = pg::own_duty();
  const auto library = pg::from_text(JB_VERSION);
  if (!worker || !duty) return pg::result_row(info, {pg::from_text("off"), {}, {}, {}, {}, library});
  return pg::result_row(
      info, {pg::from_text(state_of(*worker, *duty)),
             worker->pid == 0 ? pg::Param() : pg::Param(pg::from_int(worker->pid)), pg::from_instant(worker->heartbeat),
             pg::optional_param(pg::is_served() && operates() ? next_due(*duty) : std::nullopt, pg::from_instant),
             pg::from_id(duty->visits), library});
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_due, jb::sql::due_body)
JB_FUNCTION(jb_worker, jb::sql::worker_body)
