// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file beside what earlier files left on the calendar: what is to become of each event of the file.
// Needs an open pg::SpiConnection.
#pragma once

#include "core/adapters/import.hpp"
#include "core/scheduling/source_events.hpp"

namespace jb::functions {

/// How a call reads its file.
struct ImportWish {
  bool follows = false;          ///< events that were imported before become what the file says by now
  bool cancels_missing = false;  ///< events that the file does not have are cancelled: it is the whole calendar
  OnNoSlot on_no_slot = OnNoSlot::reject;
};

/// In place of the id of an event: it took no time whenever the file was followed.
constexpr EventId kNeverBooked = 0;

/// A name under which an event was imported.
struct ImportedName {
  std::string uid;
  std::string recurrence_id{};              ///< empty for an event, or a series, as a whole
  EventId event_id = kNeverBooked;          ///< or the id of the series; the event may be gone
  std::optional<Instant> original_start{};  ///< of an occurrence, that which the rule of its series gives it by now
  std::optional<WallTime> local_start{};    ///< the same on the calendar's clock, where the file names no zone
  bool has_other_clock = false;             ///< when the occurrence was followed, this clock showed it elsewhere
  SourceState state{};
  std::optional<Said> said{};  ///< what the file said when it was last followed; none of an occurrence of which the
                               ///< file has no event of its own, and where the file could not be followed wholly
  bool is_gone = false;        ///< a file that was the whole calendar did not have it
};

/// An item of the file, or an event that the file does not have, as the plan is to have it.
struct MirroredItem {
  const ImportItem* item = nullptr;  ///< nullptr: the file does not have the event
  std::string uid{};
  std::optional<ImportedName> name{};  ///< under which the event is known
  SourceEvent source{};
  bool is_older = false;  ///< a later state was imported before, and counts
  std::vector<std::string>
      missing{};  ///< where the file has other events of the UID, the recurrence ids that it has not

  /// Whether it took no time whenever it was followed, and nothing is to be booked.
  bool was_never_booked() const {
    const bool asks = source.wish == SourceEvent::Wish::follow || source.wish == SourceEvent::Wish::keep;
    const bool takes_none = name ? name->event_id == kNeverBooked : item != nullptr && item->takes_no_time;
    return !asks && source.mirrors.empty() && source.strays.empty() && takes_none;
  }
};

/// Reads what the calendar knows of the items' UIDs, and decides what each item asks for. Items that ask for nothing
/// are left out. `all` is the whole file, of which the items may be a part. `zone`: the calendar's.
std::vector<MirroredItem> mirrored_items(const std::string& calendar, const Zone& zone,
                                         const std::vector<ImportItem>& items, const std::vector<ImportIdentity>& all,
                                         const ImportWish& wish);

/// Stores the names that the item has after it was carried out.
void keep_names(const std::string& calendar, const MirroredItem& mirrored, const Followed& followed);

}  // namespace jb::functions
