// SPDX-License-Identifier: PostgreSQL
#include "due.hpp"

#include "calendar_row.hpp"
#include "core/scheduling/watching.hpp"
#include "event_row.hpp"
#include "pg/datum.hpp"
#include "pg/table.hpp"
#include "watched_rows.hpp"

namespace jb {

namespace {

constinit pg::Table due_table{"jb_watched", "event_id, due_at"};

constinit pg::Statement first_due_statement{
    "SELECT e.calendars[1], min(w.due_at) FROM jb_watched w JOIN jb_event e ON e.id = w.event_id GROUP BY 1", {}};
constinit pg::Statement next_statement{
    "SELECT event_id, due_at FROM jb_watched WHERE due_at > $1 ORDER BY due_at LIMIT 1", {TIMESTAMPTZOID}};

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

/// The earliest instant of each calendar.
class Earliest {
 public:
  void note(const std::string& calendar, Instant at) {
    const auto [earliest, is_new] = due_.try_emplace(calendar, at);
    if (!is_new) earliest->second = std::min(earliest->second, at);
  }
  std::vector<Due> all() const { return {due_.begin(), due_.end()}; }

 private:
  std::map<std::string, Instant> due_;
};

std::vector<Due> due_in(const pg::Rows& rows) {
  std::vector<Due> due;
  for (std::uint64_t i = 0; i < rows.size(); ++i)
    due.emplace_back(pg::to_text(*rows.at(i, 1)), pg::to_instant(*rows.at(i, 2)));
  return due;
}

/// What is due until then, and after it what falls due next, as another row.
std::vector<Due> due_until(Instant until, pg::Snapshot snapshot) {
  Earliest due;
  const auto rows = due_table.find("jb_watched_next", {pg::at_most(until)}, snapshot);
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    const auto event = find_event(pg::to_id(*rows.at(i, 1)), snapshot);
    if (event) due.note(event->calendars.front(), pg::to_instant(*rows.at(i, 2)));
  }
  auto all = due.all();
  const auto next = next_statement.run({pg::from_instant(until)}, snapshot);
  const auto event = next.empty() ? std::nullopt : find_event(pg::to_id(*next.at(0, 1)), snapshot);
  if (event) all.emplace_back(event->calendars.front(), pg::to_instant(*next.at(0, 2)));
  return all;
}

std::vector<Due> due_by_events(pg::Snapshot snapshot) {
  Earliest due;
  const auto held = held_statement.run({}, snapshot);
  for (const auto& [calendar, at] : due_in(held)) due.note(calendar, at);
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
    due.note(event.calendars.front(), at);
  }
  return due.all();
}

}  // namespace

std::vector<Due> due_calendars(std::optional<Instant> until, pg::Snapshot snapshot) {
  if (!has_watched_rows()) return due_by_events(snapshot);
  return until ? due_until(*until, snapshot) : due_in(first_due_statement.run({}, snapshot));
}

}  // namespace jb
