// SPDX-License-Identifier: PostgreSQL
#include "due.hpp"

#include "pg/datum.hpp"

namespace jb {

namespace {

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

}  // namespace

std::vector<Due> due_calendars(std::optional<Instant> until, pg::Snapshot snapshot) {
  const auto rows = due_statement.run({until}, snapshot);
  return rows.map([&](auto row) { return Due{pg::to_text(*rows.at(row, 1)), pg::to_instant(*rows.at(row, 2))}; });
}

}  // namespace jb
