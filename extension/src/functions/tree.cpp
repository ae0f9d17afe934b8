// SPDX-License-Identifier: PostgreSQL
//
// The day trees of the calendars: compared with the events, and made anew.
#include "call.hpp"
#include "reading.hpp"
#include "store/calendar_lock.hpp"
#include "store/calendar_settings.hpp"
#include "store/reading_tree.hpp"
#include "store/rights.hpp"
#include "store/tree_rows.hpp"

namespace jb::functions {

JB_CONNECTED_ROWS(jb_tree_problems) {
  require_operator();
  for (const auto& calendar : all_calendars(pg::Snapshot::callers)) {
    const auto tree = tree_with_holds(calendar, pg::Snapshot::callers);
    ClaimReader claims(calendar, pg::Snapshot::callers);
    for (const auto& problem : tree->compare(claims.claims(kRepresentable), claims.full_days(kRepresentable))) {
      rows.add({"free time equals what claims leave", calendar.name, pg::Param(), problem});
    }
  }
}

JB_CONNECTED(jb_rebuild, bool) {
  const auto name = arguments.word("calendar");
  lock_managed(name);
  rebuild_tree(name);
  return true;
}

}  // namespace jb::functions
