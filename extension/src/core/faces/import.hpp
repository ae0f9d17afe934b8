// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file as requests for events: what each VEVENT of the file asks for, or why it asks for nothing.
//
// Only events that take time are requested: an event that is cancelled, transparent (TRANSP) or without a length is
// left out. An RRULE with its EXDATE becomes a series. An occurrence that the file has changed (RECURRENCE-ID) is left
// out of the series and stands as an event of its own. A time without a zone, and a day without a time, are read on the
// calendar's wall clock. A TZID is the server's zone of that name; the file's own VTIMEZONE is followed only where the
// server knows no zone of the name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "../ical/icalendar_blocks.hpp"

namespace jb {

/// The calendar and the zones against which a file is read.
struct ImportContext {
  std::string calendar;
  std::string time_zone;             ///< the name of the calendar's zone
  std::shared_ptr<const Zone> zone;  ///< the calendar's
  Instant latest{};                  ///< no occurrence of a series that has no end starts later
  std::function<std::shared_ptr<const Zone>(const std::string&)> find_zone;  ///< nullptr for a name that is none
};

/// One VEVENT.
struct ImportItem {
  std::size_t number = 0;        ///< among those of the file, from 1
  std::size_t line = 0;          ///< of its BEGIN
  std::string uid;               ///< empty where it has none
  std::string recurrence_id;     ///< which occurrence of the series of this UID it changes; empty: none
  std::optional<Span> replaced;  ///< within which that occurrence begins
  std::string event_name;
  std::string left_out;      ///< empty: to be placed; invalid; ignored
  std::string detail;        ///< why, as a sentence; of one to be placed what the reader should know, or empty
  std::optional<Span> time;  ///< when it would be, of a series its first occurrence; none where that is unknown
  Fields fields;             ///< where it is to be placed
};

/// Which of the events of a file a call is about.
struct ImportSlice {
  std::size_t after = 0;                  ///< those that follow the event of this number
  std::optional<std::size_t> max_rows{};  ///< so many at most; none: all, which kMostImported may be
};

inline constexpr std::size_t kMostImported = 1000;

/// What a slice of the file asks for, in the file's order. The other events of the file are counted and not read.
/// Errors: 22023 under `ics`, with the line, for a text that is no iCalendar file and for a file that answers or
/// cancels (METHOD) instead of telling of events; and where the slice is too large. Cost: Budget::file_lines,
/// file_zones, zone_blocks, rule_steps.
std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context,
                                       const ImportSlice& slice = {});

}  // namespace jb
