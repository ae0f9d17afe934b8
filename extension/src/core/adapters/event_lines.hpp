// SPDX-License-Identifier: PostgreSQL
//
// The lines of a VEVENT as texts, times and lengths. They are read as far as they are clear, and what was odd is noted.
#pragma once

#include <string>
#include <string_view>

#include "../ical/length.hpp"
#include "../ical/stamp.hpp"
#include "file_zones.hpp"

namespace jb {

inline constexpr std::string_view kInvalid = "invalid";
inline constexpr std::string_view kIgnored = "ignored";

/// Why a VEVENT asks for nothing; thrown where that is found out.
struct LeftOut {
  std::string_view how;
  std::string detail;
};

LeftOut invalid(const ContentLine& line, const std::string& message);

class EventLines {
 public:
  /// All outlive this object.
  EventLines(const Block& block, FileZones& zones, const ImportContext& context)
      : block_(block), context_(context), zones_(zones), notes_(block.odd) {}

  /// Adds to what the event's reader should know.
  void note(const Notes& others) { notes_.add(others); }
  void note(std::string sentence) { notes_.add(std::move(sentence)); }
  void note(const ContentLine& line, const std::string& message);
  const Notes& notes() const { return notes_; }

  /// The first line of this name; nullptr where there is no such line.
  const ContentLine* first(std::string_view name);

  /// The same of a line by which the time would be another. Throws LeftOut where two of them differ.
  const ContentLine* only(std::string_view name);

  /// Whether the first line of this name has this value, but for case.
  bool is_word(std::string_view name, std::string_view word) const;

  /// A line's text of at most so many characters, its control characters as blanks.
  std::string text_of(const ContentLine& line, std::size_t most);
  std::string fitting(const ContentLine& line, const std::string& text, std::size_t most);

  /// A date or a time, as the value has it: a VALUE that says otherwise is overlooked. Throws LeftOut.
  Stamp read_stamp(const ContentLine& line) { return read_stamp(line, line.value); }
  Stamp read_stamp(const ContentLine& line, std::string_view value);

  /// The length by DTEND or DURATION. Without either an event on a date lasts a day, and an event at a time has no
  /// length (RFC 5545, 3.6.1). Throws LeftOut.
  Length read_length(const Stamp& start);

  /// The length of a PERIOD (RFC 5545, 3.3.9) that begins with `start`, by its end or its duration.
  Seconds read_period(const ContentLine& line, const Stamp& start, std::string_view end);

 protected:
  const Block& block_;
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
