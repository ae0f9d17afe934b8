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

#include <optional>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "event_lines.hpp"

namespace jb {

// What a file says of an event, as it is kept beside the event: so a later import tells what the file has changed.

/// Which state of its event a VEVENT shows.
struct SourceState {
  int sequence = 0;                ///< SEQUENCE (RFC 5545, 3.8.7.4)
  std::optional<Instant> stamp{};  ///< LAST-MODIFIED, else DTSTAMP; none where neither is a time in UTC
};

/// Whether `a` is a later state than `b`. Of states that cannot be told apart neither is later.
bool is_later(const SourceState& a, const SourceState& b);

/// The parts of what a VEVENT says, each of which may change alone: when the event, or each of its occurrences, starts;
/// how long it lasts; its name, place and people; of a series, which occurrences have events of their own, and what is
/// said of its later occurrences.
enum class Part { start, length, event_name, event_location, attendees, changed, later };

/// A digest of each part, in the order of Part; empty for a VEVENT that takes no time. Where something is said of later
/// occurrences, the start of the first of them follows the digest of it; elsewhere both are missing. kept as it is.
using Said = std::string;

/// The parts as the file means them, and not as it writes them: a program may write the same time in other words each
/// time. `start`: DTSTART. `clock`: the calendar's zone where that start is read on the calendar's clock, else empty;
/// in another zone the same words mean other times.
Said said_of(const Fields& fields, Instant start, const Length& length, std::string_view clock);

/// Whether the part is another one; where only one of both has parts, each part is.
bool differs(const Said& a, const Said& b, Part part);

/// Where the first of the later occurrences starts of which something else is said; nullopt: all are said to be the
/// same.
std::optional<Instant> differs_from(const Said& a, const Said& b);

/// Hexadecimal digits that follow from the text alone: FNV-1a of 64 bits (RFC 9923). Two texts that nobody has sought
/// out hardly have the same digest. It proves nothing: whoever wants to can write a second text for a digest.
std::string digest_of(std::string_view text);

/// A time as text, the same for each way in which a file may write it.
std::string told_moment(const Moment& moment);

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
/// file_zones, zone_components, rule_steps.
std::vector<ImportItem> read_icalendar(std::string_view text, const ImportContext& context,
                                       const ImportSlice& slice = {}, std::vector<ImportIdentity>* all = nullptr);

}  // namespace jb
