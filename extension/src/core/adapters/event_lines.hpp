// SPDX-License-Identifier: PostgreSQL
//
// A VEVENT before it is interpreted: its lines, its people, and the zones that it names.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../event/fields.hpp"
#include "../ical/calendar_text.hpp"
#include "../ical/recurrence.hpp"
#include "../values/time.hpp"

namespace jb {

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

}  // namespace jb
