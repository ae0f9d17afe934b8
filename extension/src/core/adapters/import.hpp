// SPDX-License-Identifier: PostgreSQL
//
// An iCalendar file as requests for events: what each VEVENT of the file asks for, or why it is left out.
//
// Only events that take time are requested: an event that is cancelled, transparent (TRANSP) or without a length is
// left out. An RRULE or RDATE with its EXDATE becomes a series. An occurrence that the file has changed (RECURRENCE-ID)
// is left out of the series and becomes an event of its own; if that event cannot be read, the occurrence stays in the
// series. A time without a zone is read on the clock of X-WR-TIMEZONE, else of the calendar, and a day without a time
// on the calendar's. A TZID such as Europe/Berlin is the server's zone of that name. Any other TZID is defined by the
// file's own VTIMEZONE, else by the server, else by CLDR's list of Windows names.
//
// One odd line costs only that line: the event is booked if its time is clear, and what was odd is reported.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../event/fields.hpp"
#include "../ical/calendar_text.hpp"
#include "../ical/recurrence.hpp"
#include "../values/time.hpp"

namespace jb {

/// The calendar and the zones against which a file is read.
struct ImportContext {
  std::string calendar;
  std::string time_zone;                                                     ///< the name of the calendar's zone
  std::shared_ptr<const Zone> zone;                                          ///< the calendar's
  Instant latest{};                                                          ///< no occurrence of a series ends later
  std::function<std::shared_ptr<const Zone>(const std::string&)> find_zone;  ///< nullptr: no such zone
  /// The names that find_zone may know for an older name of a zone, or for one of Windows.
  std::function<std::vector<std::string>(const std::string&)> other_names = [](const std::string&) {
    return std::vector<std::string>{};
  };
  bool may_cancel = false;  ///< the file may also cancel its events (METHOD:CANCEL)
  Instant now{};            ///< what ended before this is past
};

// What a file says of an event. It is kept beside the event, so that a later import can find what the file has changed.

/// Which state of its event a VEVENT shows.
struct SourceState {
  int sequence = 0;                ///< SEQUENCE (RFC 5545, 3.8.7.4)
  std::optional<Instant> stamp{};  ///< LAST-MODIFIED, else DTSTAMP; none where neither is a time in UTC
};

/// Whether `a` is a later state than `b`. Of two indistinguishable states, neither is later.
bool is_later(const SourceState& a, const SourceState& b);

/// The parts of what a VEVENT says, each of which may change alone: when the event, or each of its occurrences, starts;
/// how long it lasts; its name, place and people; of a series, which occurrences have events of their own, and what is
/// said of its later occurrences.
enum class Part { start, length, event_name, event_location, attendees, changed, later };

/// A digest of each part, in the order of Part; empty for a VEVENT that takes no time. If the file says something of
/// later occurrences, their digest is followed by the start of the first of them; otherwise both are missing. Stored as
/// it is.
using Said = std::string;

/// Whether the part differs. If only one of the two has parts, every part differs.
bool differs(const Said& a, const Said& b, Part part);

/// The start of the first later occurrence of which the two say something else; nullopt if there is none.
std::optional<Instant> differs_from(const Said& a, const Said& b);

/// Which VEVENT of its file it is, and in which state.
struct ImportIdentity {
  std::string uid;               ///< never empty: made from name and time if the file has none
  std::string recurrence_id;     ///< which occurrence of the series of this UID it changes; empty: none
  std::optional<Span> replaced;  ///< the span in which that occurrence begins
  /// The start of `replaced` on the calendar's clock, if the file names the occurrence without a zone.
  std::optional<WallTime> local_start;
  std::string known_as;  ///< recurrence_id; for a time without a zone, its wall clock time, the same in any zone
  SourceState state;
};

/// One VEVENT.
struct ImportItem : ImportIdentity {
  std::size_t number = 0;  ///< among those of the file, from 1
  std::size_t line = 0;    ///< of its BEGIN
  std::string event_name;
  std::string left_out;        ///< empty: to be placed; invalid; ignored
  bool takes_no_time = false;  ///< left out because it takes no time here, now or ever
  std::string detail;          ///< why, as a sentence; for one to be placed, a note for the reader, or empty
  std::optional<Span> time;    ///< when it would be; for a series, its first occurrence; none if unknown
  Fields fields;               ///< the request, if it is to be placed
  Said said;
  bool has_local_start = false;   ///< its DTSTART is a date or a time without a zone, on the calendar's clock
  std::vector<Instant> starts;    ///< of a series, those of its own occurrences, in order
  std::optional<Instant> past;    ///< of a series: occurrences until this instant were left out, being too many
  std::optional<Instant> beyond;  ///< of a series, the first that the horizon cut off
  bool is_empty = false;          ///< it is a series with no occurrence left
  /// Of a series: the spans in which occurrences begin that have events of their own in the file.
  std::vector<Span> elsewhere;
  /// Of a series: the spans in which occurrences begin that stay in it, since the events that change them cannot be
  /// read.
  std::vector<Span> unread;
  /// An event of the file changes an occurrence of the series, but which one cannot be read.
  bool has_unknown_change = false;
};

/// Which of the events of a file a call is about.
struct ImportSlice {
  std::size_t after = 0;                  ///< those that follow the event of this number
  std::optional<std::size_t> max_rows{};  ///< at most this many; none: all, up to kMostImported
};

inline constexpr std::size_t kMostImported = 1000;

/// What a slice of the file asks for, in the file's order. Events outside the slice are counted but not read.
/// `all` gets the identity of each event of the file.
/// Errors: 22023 under `ics`, with the line, for a text that is no iCalendar file and for a file that answers or
/// cancels events (METHOD) instead of publishing them; and for a slice that is too large. Cost: Budget::file_lines,
/// file_zones, zone_components, rule_steps.
std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context,
                                       const ImportSlice& slice = {}, std::vector<ImportIdentity>* all = nullptr);

}  // namespace jb
