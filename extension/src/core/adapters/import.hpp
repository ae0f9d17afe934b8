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
#include <map>
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

// A VEVENT before it is interpreted: its lines, its people, and the zones that it names.

// The people of a VEVENT, and which of them attend.

/// The name that an event takes from a line; empty where it takes none.
using Fitting = std::function<std::string(const ContentLine&, const std::string&)>;

/// Reads the attendees. Those who have declined (PARTSTAT) are guests, unless another line has them attend (rule
/// 2.7.4).
void read_attendees(Fields& fields, const Component& component, const Fitting& fitting);

/// Whether the attendee of this name has declined.
bool has_declined(const Fields& fields, const std::string& name);

// The time zones of an iCalendar file: what a TZID means there, and the zone of a time without one.

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

/// The zones of one VCALENDAR, each worked out once.
class FileZones {
 public:
  /// Both outlive this object.
  FileZones(const Component& calendar, const ImportContext& context);

  /// A zone, or the reason why there is none, as the end of a sentence.
  struct Found {
    std::shared_ptr<const Zone> zone;
    std::string problem;
  };

  /// The zone of a TZID. Cost: Budget::file_zones, zone_components.
  const Found& find(const std::string& id);

  /// The line that names the zone of times without a zone (X-WR-TIMEZONE); nullptr where none does.
  const ContentLine* line_of_floating() const { return floating_; }

 private:
  Found look_up(const std::string& id) const;
  std::shared_ptr<const Zone> named(std::string_view id, bool has_slash) const;

  const ImportContext& context_;
  const ContentLine* floating_;
  std::map<std::string, const Component*, std::less<>> described_;
  std::map<std::string, Found> found_;
};

// The lines of a VEVENT as texts, times and lengths. They are read as far as they are clear, with notes on what was
// odd.

inline constexpr std::string_view kInvalid = "invalid";
inline constexpr std::string_view kIgnored = "ignored";

/// Why a VEVENT is left out; thrown where this is found.
struct LeftOut {
  std::string_view how;
  std::string detail;
};

LeftOut invalid(const ContentLine& line, const std::string& message);

class EventLines {
 public:
  /// All outlive this object.
  EventLines(const Component& component, FileZones& zones, const ImportContext& context)
      : component_(component), context_(context), zones_(zones), notes_(component.odd) {}

  /// Adds to the notes for the event's reader.
  void note(const Notes& others) { notes_.add(others); }
  void note(std::string sentence) { notes_.add(std::move(sentence)); }
  void note(const ContentLine& line, const std::string& message);
  const Notes& notes() const { return notes_; }

  /// The first line of this name; nullptr where there is no such line.
  const ContentLine* first(std::string_view name);

  /// The same for a line that affects the time. Throws LeftOut if two of them differ.
  const ContentLine* only(std::string_view name);

  /// Whether the first line of this name has this value, ignoring case.
  bool is_word(std::string_view name, std::string_view word) const;

  /// A line's text, cut to `most` characters, with its control characters as blanks.
  std::string text_of(const ContentLine& line, std::size_t most);
  std::string fitting(const ContentLine& line, const std::string& text, std::size_t most);

  /// A date or a time, as the value has it; a VALUE that says otherwise is ignored. Throws LeftOut.
  Stamp read_stamp(const ContentLine& line) { return read_stamp(line, line.value); }
  Stamp read_stamp(const ContentLine& line, std::string_view value);

  /// The length by DTEND or DURATION. Without either an event on a date lasts a day, and an event at a time has no
  /// length (RFC 5545, 3.6.1). Throws LeftOut.
  Length read_length(const Stamp& start);

  /// The length of a PERIOD (RFC 5545, 3.3.9) that begins with `start`, by its end or its duration.
  Seconds read_period(const ContentLine& line, const Stamp& start, std::string_view end);

 protected:
  const Component& component_;
  const ImportContext& context_;

 private:
  const ContentLine* other_than(const ContentLine& first) const;

  /// A time without a zone, on the clock of X-WR-TIMEZONE, else of the calendar.
  Stamp floating(const Moment& moment);

  /// From a date to a date the length is a number of days, each as long as the calendar's day. Between two times "the
  /// same exact duration will apply to all the members" (RFC 5545, 3.8.5.3).
  Length length_until(const ContentLine& line, const Stamp& start);

  FileZones& zones_;
  Notes notes_;
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

/// The parts as the file means them, not as it writes them, since a program may write the same time differently on each
/// export. `start`: DTSTART. `clock`: the calendar's zone if that start is read on the calendar's clock, else empty; in
/// another zone the same text means another time.
Said said_of(const Fields& fields, Instant start, const Length& length, std::string_view clock);

/// Whether the part differs. If only one of the two has parts, every part differs.
bool differs(const Said& a, const Said& b, Part part);

/// The start of the first later occurrence of which the two say something else; nullopt if there is none.
std::optional<Instant> differs_from(const Said& a, const Said& b);

/// A digest of the text in hexadecimal: 64-bit FNV-1a (RFC 9923). Two texts are unlikely to share a digest by accident.
/// It proves nothing, since a second text for a digest is easily made.
std::string digest_of(std::string_view text);

/// A time as text, the same for every way in which a file may write it.
std::string told_moment(const Moment& moment);

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
