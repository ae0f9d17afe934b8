// SPDX-License-Identifier: PostgreSQL
#include "due.hpp"

#include "event_row.hpp"
#include "pg/datum.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

constinit pg::Table due_table{"jb_watched", "event_id, due_at"};

constinit pg::Statement first_due_statement{
    "SELECT e.calendars[1], min(w.due_at) FROM jb_watched w JOIN jb_event e ON e.id = w.event_id GROUP BY 1", {}};
constinit pg::Statement next_statement{
    "SELECT event_id, due_at FROM jb_watched WHERE due_at > $1 ORDER BY due_at LIMIT 1", {TIMESTAMPTZOID}};

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

}  // namespace

std::vector<Due> due_calendars(std::optional<Instant> until, pg::Snapshot snapshot) {
  return until ? due_until(*until, snapshot) : due_in(first_due_statement.run({}, snapshot));
}

}  // namespace jb
