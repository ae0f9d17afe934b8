// SPDX-License-Identifier: PostgreSQL
//
// Compares an iCalendar file with what earlier files left on the calendar, and decides what becomes of each event.
// Needs an open pg::SpiConnection.
#pragma once

#include "core/adapters/import.hpp"
#include "core/scheduling/source_events.hpp"

namespace jb::functions {

/// How a call reads its file.
struct ImportOptions {
  bool follows = false;          ///< events imported before become what the file says now
  bool cancels_missing = false;  ///< the file is the whole calendar: events missing from it are cancelled
  OnNoSlot on_no_slot = OnNoSlot::reject;
};

/// A name under which an event was imported.
struct ImportedName {
  std::string uid;
  std::string recurrence_id{};              ///< empty for an event, or a series, as a whole
  EventId event_id = kNothingHere;          ///< or the id of the series; the event may be gone
  std::optional<Instant> original_start{};  ///< of an occurrence: the start that the rule of its series gives it now
  std::optional<WallTime> local_start{};    ///< the same on the calendar's clock, if the file names no zone
  bool has_other_clock = false;             ///< when last followed, the local start was another instant
  SourceState state{};
  std::optional<Said> said{};   ///< what the file said when it was last followed; none for an occurrence without an
                                ///< event of its own in the file, or if the file could not be followed wholly
  bool is_left_behind = false;  ///< its event could not follow the file, for want of a place or being in progress
  bool is_gone = false;         ///< missing from a file that was the whole calendar
};

/// An item of the file, or an event missing from it, in the form that the plan takes.
struct MirroredItem {
  const ImportItem* item = nullptr;  ///< nullptr: the file does not have the event
  std::string uid{};
  std::optional<ImportedName> name{};  ///< under which the event is known
  SourceEvent source{};
  bool is_older = false;  ///< a later state was imported before, and wins
  std::vector<std::string>
      missing{};  ///< if the file has other events of the UID, the recurrence ids that are missing from it

  /// Whether it took no time whenever it was followed, and nothing is to be booked.
  bool is_nothing_here() const {
    const bool asks = source.action == SourceEvent::Action::follow || source.action == SourceEvent::Action::keep;
    const bool takes_none = name ? name->event_id == kNothingHere : item != nullptr && item->takes_no_time;
    return !asks && source.mirrors.empty() && source.strays.empty() && takes_none;
  }
};

/// Reads what the calendar knows of the items' UIDs, and decides what each item asks for. Items that ask for nothing
/// are left out. `all` is the whole file, of which the items may be a part. `zone`: the calendar's.
std::vector<MirroredItem> mirrored_items(const std::string& calendar, const Zone& zone,
                                         const std::vector<ImportItem>& items, const std::vector<ImportIdentity>& all,
                                         const ImportOptions& options);

/// Stores the names of the item after it was carried out.
void keep_names(const std::string& calendar, const MirroredItem& mirrored, const Followed& followed);

}  // namespace jb::functions
