// SPDX-License-Identifier: PostgreSQL
//
// The end of a hold: confirmed, denied, or given up because its time has passed; and when held and waiting events fall
// due.
#include "call.hpp"
#include "idempotency.hpp"
#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

// When the first held or waiting event falls due, for each calendar that such an event names first. With $1, only what
// falls due by then, and one row more, of what falls due next after $1. An event whose due time cannot be computed, for
// instance because the server does not know the zone of its calendar, counts as due at once: so a writer tries the
// event, and the error is reported. Read without a lock: a writer that acts on the answer reads again under the locks.
// Cost: linear in the held and waiting events that fall due by $1, whatever else is stored.
// Each subquery begins at an index, whatever the planner makes of the number of rows that fall due.
#define JB_NAMED_FIRST ", LATERAL (SELECT calendars[1] AS calendar FROM jb_event WHERE id = w.event_id OFFSET 0) e"
constinit pg::Statement due_statement{
    "SELECT d.calendar, d.due_at FROM ("
    " SELECT 1 AS part, e.calendar, min(w.due_at) AS due_at"
    "  FROM (SELECT event_id, due_at FROM jb_watched WHERE due_at <= coalesce($1, 'infinity') OFFSET 0) "
    "w" JB_NAMED_FIRST
    "  GROUP BY e.calendar"
    " UNION ALL"
    " SELECT 2, e.calendar, w.due_at"
    "  FROM (SELECT event_id, due_at FROM jb_watched WHERE due_at > $1 ORDER BY due_at LIMIT 1) w" JB_NAMED_FIRST
    ") d "
    "ORDER BY d.part, d.calendar COLLATE \"C\""};
#undef JB_NAMED_FIRST

/// The calendars on which something is due. The function also announces when something falls due next: after a restore
/// no backend has announced this time yet.
std::vector<std::string> due_on(Instant now) {
  std::vector<std::string> names;
  const auto rows = due_statement.run({now});
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    const auto name = pg::to_text(*rows.at(i, 1));
    const auto due = pg::to_instant(*rows.at(i, 2));
    pg::announce_due(pg::machine_time(due));
    if (due <= now && rights_on(name).has(Right::book)) names.push_back(name);
  }
  return names;
}

}  // namespace

JB_CALL(jb_confirm, Datum) {
  const auto id = arguments.event_id();
  const bool if_still_free = arguments.flag("if_still_free");
  return keyed_becoming(arguments, id,
                        {.status = "scheduled", .scope = arguments.scope(), .if_still_free = if_still_free});
}

JB_CALL(jb_deny, Datum) {
  const auto id = arguments.event_id();
  return keyed_becoming(arguments, id, {.status = "denied", .scope = arguments.scope()});
}

JB_CONNECTED_ROWS(jb_due) {
  require_operator();
  rows.add(due_statement.run({arguments.instant("until")}, pg::Snapshot::callers));
}

JB_CALL(jb_expire, std::int32_t) {
  Validation validation;
  const auto named = arguments.texts(validation, "calendars");
  validation.raise();
  return with_scheduler(arguments, [&](Scheduler& scheduler) {
    return static_cast<std::int32_t>(named ? scheduler.tend(*named) : scheduler.tend_due(due_on));
  });
}

}  // namespace jb::functions
