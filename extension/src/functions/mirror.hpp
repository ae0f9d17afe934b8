// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file beside what earlier files left on the calendar: what is to become of each event of the file.
// Needs an open pg::SpiConnection.
#pragma once

#include <map>

#include "core/scheduling/source_events.hpp"
#include "store/imported_rows.hpp"

namespace jb::functions {

/// How a call reads its file.
struct ImportWish {
  bool follows = false;          ///< events that were imported before become what the file says by now
  bool cancels_missing = false;  ///< events that the file does not have are cancelled: it is the whole calendar
  OnNoSlot on_no_slot = OnNoSlot::reject;
};

/// An item of the file, or an event that the file does not have, as the plan is to have it.
struct MirroredItem {
  const ImportItem* item = nullptr;  ///< nullptr: the file does not have the event
  std::string uid{};
  std::optional<ImportedName> name{};  ///< under which the event is known
  SourceEvent source{};
  std::string remark{};  ///< what the reader should know, as a sentence
};

/// Reads what the calendar knows of the items' UIDs, and decides what each item asks for. Items that ask for nothing
/// are left out. `uids` are those of the whole file.
std::vector<MirroredItem> mirrored_items(const std::string& calendar, const std::vector<ImportItem>& items,
                                         const std::set<std::string>& uids, const ImportWish& wish);

/// Stores the names that the item has after it was carried out.
void keep_names(const std::string& calendar, const MirroredItem& mirrored, const Followed& followed);

}  // namespace jb::functions
