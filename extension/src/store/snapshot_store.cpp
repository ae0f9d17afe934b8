// SPDX-License-Identifier: PostgreSQL
#include "snapshot_store.hpp"

#include "calendar_row.hpp"
#include "reading_tree.hpp"
#include "tree_rows.hpp"

namespace jb {

std::vector<Calendar> SnapshotStore::lock(const std::vector<std::string>& names) {
  std::vector<Calendar> calendars;
  for (const auto& name : names) {
    if (auto calendar = find_calendar(name)) calendars.push_back(std::move(*calendar));
  }
  return calendars;
}

std::shared_ptr<Timeline> SnapshotStore::timeline(const Calendar& calendar) {
  if (rebuilt_.contains(calendar.name)) return tree_of_claims(calendar, pg::Snapshot::callers);
  return tree_with_holds(calendar, pg::Snapshot::callers);
}

void SnapshotStore::refuse() { throw std::logic_error("a trial on a snapshot was about to be written"); }

}  // namespace jb
