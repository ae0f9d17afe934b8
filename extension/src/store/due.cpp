// SPDX-License-Identifier: PostgreSQL
#include "due.hpp"

#include "calendar_row.hpp"
#include "core/scheduling/watching.hpp"
#include "event_row.hpp"
#include "pg/datum.hpp"
#include "watched_rows.hpp"

namespace jb {

namespace {

// What falls due next is another row, and comes from the index of due_at.
constinit pg::Statement due_statement{
    "SELECT e.calendars[1], min(w.due_at) FROM jb_watched w JOIN jb_event e ON e.id = w.event_id"
    " WHERE w.due_at <= coalesce($1, 'infinity') GROUP BY 1 "
    "UNION ALL (SELECT e.calendars[1], w.due_at FROM jb_watched w JOIN jb_event e ON e.id = w.event_id"
    " WHERE w.due_at > $1 ORDER BY w.due_at LIMIT 1)",
    {TIMESTAMPTZOID}};

// For a database of version 1.0 that is not updated yet. "@> '{}'" holds for every array. The condition makes the
// planner read the whole index jb_event_watched, which has the held and waiting events alone, instead of the table.
#define JB_WATCHED_EVENTS                                              \
  " FROM jb_event e WHERE e.calendars || e.attendee_calendars @> '{}'" \
  " AND e.status IN ('held', 'waiting')"

constinit pg::Statement held_statement{
    "SELECT e.calendars[1], min(coalesce(e.expires_at, e.updated_at))" JB_WATCHED_EVENTS
    " AND e.status = 'held' GROUP BY 1",
    {}};
constinit pg::Statement waiting_statement{select_event<JB_WATCHED_EVENTS " AND e.status = 'waiting'">.data(), {}};

/// Calendars by name, as the calling query's snapshot shows them. Each calendar is read once.
class Known {
 public:
  const Calendar& operator()(const std::string& name) {
    const auto [known, is_new] = all_.try_emplace(name);
    if (is_new) known->second = find_calendar(name);
    if (!known->second) throw unknown_calendar("calendars", name);
    return *known->second;
  }

 private:
  std::map<std::string, std::optional<Calendar>> all_;
};

std::vector<Due> due_by_events(pg::Snapshot snapshot) {
  std::map<std::string, Instant> due;
  const auto held = held_statement.run({}, snapshot);
  for (std::uint64_t i = 0; i < held.size(); ++i) due[pg::to_text(*held.at(i, 1))] = pg::to_instant(*held.at(i, 2));
  const auto waiting = waiting_statement.run({}, snapshot);
  Known known;
  const CalendarOf calendar_of = [&](const std::string& name) -> const Calendar& { return known(name); };
  for (std::uint64_t i = 0; i < waiting.size(); ++i) {
    const auto event = read_event(waiting, i);
    auto at = event.updated_at;
    try {
      at = latest_start(event, calendar_of) + Seconds{1};
    } catch (const Failure&) {
    }
    const auto [earliest, is_new] = due.try_emplace(event.calendars.front(), at);
    if (!is_new) earliest->second = std::min(earliest->second, at);
  }
  return {due.begin(), due.end()};
}

}  // namespace

std::vector<Due> due_calendars(std::optional<Instant> until, pg::Snapshot snapshot) {
  if (!has_watched_rows()) return due_by_events(snapshot);
  const auto rows = due_statement.run({pg::optional_param(until, pg::from_instant)}, snapshot);
  std::vector<Due> due;
  for (std::uint64_t i = 0; i < rows.size(); ++i)
    due.emplace_back(pg::to_text(*rows.at(i, 1)), pg::to_instant(*rows.at(i, 2)));
  return due;
}

}  // namespace jb
