// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file as requests for events: what each VEVENT of the file asks for, or why it asks for nothing.
//
// Only events that take time are requested: an event that is cancelled, transparent (TRANSP) or without a length is
// left out. An RRULE or RDATE with its EXDATE becomes a series. An occurrence that the file has changed (RECURRENCE-ID)
// is left out of the series and stands as an event of its own; if that event cannot be read, the occurrence stays in
// the series. A time without a zone is read on the clock of X-WR-TIMEZONE, else of the calendar, and a day without a
// time on the calendar's. A TZID such as Europe/Berlin is the server's zone of that name; what any other TZID means the
// file's own VTIMEZONE says, else the server, else CLDR of a name of Windows.
//
// One odd line costs one line: the event is booked wherever its time is clear, and what was odd is told.
#pragma once

#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "file_zones.hpp"
#include "said.hpp"

namespace jb {

/// Which VEVENT of its file it is, and in which state.
struct ImportIdentity {
  std::string uid;               ///< never empty: where the file has none, one that follows from name and time
  std::string recurrence_id;     ///< which occurrence of the series of this UID it changes; empty: none
  std::optional<Span> replaced;  ///< within which that occurrence begins
  /// The begin of `replaced` on the calendar's clock, if the file names the occurrence without a zone.
  std::optional<WallTime> local_start;
  std::string known_as;  ///< recurrence_id; of a time without a zone what the clock shows, in any zone the same
  SourceState state;
};

/// One VEVENT.
struct ImportItem : ImportIdentity {
  std::size_t number = 0;  ///< among those of the file, from 1
  std::size_t line = 0;    ///< of its BEGIN
  std::string event_name;
  std::string left_out;        ///< empty: to be placed; invalid; ignored
  bool takes_no_time = false;  ///< it is left out since it takes no time here, by now or ever
  std::string detail;          ///< why, as a sentence; of one to be placed what the reader should know, or empty
  std::optional<Span> time;    ///< when it would be, of a series its first occurrence; none where that is unknown
  Fields fields;               ///< where it is to be placed
  Said said;
  bool has_local_start = false;   ///< its DTSTART is a date or a time without a zone, on the calendar's clock
  std::vector<Instant> starts;    ///< of a series, those of its own occurrences, in order
  std::optional<Instant> past;    ///< of a series, those that start by then were left out: there were too many
  std::optional<Instant> beyond;  ///< of a series, the first that the horizon cut off
  bool is_empty = false;          ///< it is a series of which no occurrence is left
  /// Of a series, within which occurrences begin of which the file has events of their own.
  std::vector<Span> elsewhere;
  /// Of a series, within which occurrences begin that belong to it, since the events that change them cannot be read.
  std::vector<Span> unread;
  /// An event of the file changes an occurrence of the series, and it cannot be read which.
  bool has_unknown_change = false;
};

/// Which of the events of a file a call is about.
struct ImportSlice {
  std::size_t after = 0;                  ///< those that follow the event of this number
  std::optional<std::size_t> max_rows{};  ///< so many at most; none: all, which kMostImported may be
};

inline constexpr std::size_t kMostImported = 1000;

/// What a slice of the file asks for, in the file's order. The other events of the file are counted and not read.
/// `all` gets the identity of each event of the file.
/// Errors: 22023 under `ics`, with the line, for a text that is no iCalendar file and for a file that answers or
/// cancels (METHOD) instead of telling of events; and where the slice is too large. Cost: Budget::file_lines,
/// file_zones, zone_blocks, rule_steps.
std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context,
                                       const ImportSlice& slice = {}, std::vector<ImportIdentity>* all = nullptr);

}  // namespace jb
