// SPDX-License-Identifier: PostgreSQL
//
// The text of an iCalendar file: its lines, dates and times, and the components that they form.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../values/time.hpp"

namespace jb {

/// A file with each fold (a line break and the blank after it) that splits a UTF-8 character moved before that
/// character. RFC 5545, 3.1 allows such folds, but with them the text is not valid UTF-8, and no server takes it. The
/// lines keep their numbers.
std::string with_whole_characters(std::string file);

// The lines of iCalendar (RFC 5545, 3.1) and the dates and times in them, read strictly. Each line keeps its number, so
// that a person can find it in the file. A library without line numbers, such as libical, will not do.

/// The value of a date or time: a day, a wall clock reading, or (with Z) an instant.
using Moment = std::variant<Date, WallTime, Instant>;

/// 20261224, 20261224T090000, 20261224T080000Z (3.3.4, 3.3.5); nullopt for anything else.
std::optional<Moment> parse_moment(std::string_view text);

/// +0100, -043000 (3.3.14), less than a day; nullopt for anything else.
std::optional<Seconds> parse_offset(std::string_view text);

/// An unfolded line, without its line end; `number` is that of its first physical line, from 1.
struct UnfoldedLine {
  std::size_t number = 0;
  std::string text;
};

/// The lines of a text, one after the other; empty lines are dropped. A line ends with LF after any number of CRs, or
/// with CRs alone. `text` outlives this object.
class Unfolding {
 public:
  explicit Unfolding(std::string_view text) : rest_(text) { read(); }

  /// The next line; nullopt after the last line.
  std::optional<UnfoldedLine> next();

 private:
  void read();

  std::string_view rest_;
  std::size_t number_ = 0;                  // of the physical line
  std::optional<std::string_view> line_{};  // the physical line that comes next, without its end
};

/// NAME;PARAMETER=VALUE;…:VALUE
struct ContentLine {
  std::size_t number = 0;
  std::string name;                               ///< in upper case
  std::map<std::string, std::string> parameters;  ///< names in upper case; values without their quotes
  std::string value;
  std::string_view odd{};  ///< the departure from 3.1 that was ignored, as the end of a sentence; empty: none

  /// The value of the parameter; empty if there is none.
  std::string parameter(const std::string& name) const;
};

/// nullopt if the line has no name or no colon. Of duplicate parameters the first counts.
std::optional<ContentLine> parse_content_line(const UnfoldedLine& line);

/// A TEXT value (3.3.11) without its escapes: \n becomes a line break, and a backslash before any other character is
/// dropped.
std::string unescaped(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

/// ASCII letters in upper case.
std::string upper(std::string_view text);

// A date or time of an iCalendar file, with the clock on which it is counted.

/// A date or time as written in a line, and the zone on whose wall clock it is counted.
struct Stamp {
  Moment moment;
  std::shared_ptr<const Zone> zone;
  bool is_local = false;  ///< the file names no zone for it: the calendar's own clock applies, whatever its zone
  bool is_date() const { return std::holds_alternative<Date>(moment); }
  WallTime wall() const {
    if (const auto* date = std::get_if<Date>(&moment)) return *date;
    if (const auto* time = std::get_if<WallTime>(&moment)) return *time;
    return zone->to_wall(std::get<Instant>(moment));
  }
  Instant instant() const {
    const auto* instant = std::get_if<Instant>(&moment);
    return instant != nullptr ? *instant : zone->to_instant(wall());
  }
  /// The reading of `clock` at that time. On the stamp's own clock it is as written, even if the clock skips it.
  WallTime on(const std::shared_ptr<const Zone>& clock) const {
    return clock == zone ? wall() : clock->to_wall(instant());
  }
  /// The date as written. Midnight in UTC counts as a date, too; any other UTC time is read on the clock of `local`.
  Date date(const Zone& local) const {
    const auto written = date_of(wall());
    const bool is_local = std::holds_alternative<Instant>(moment) && wall() != written;
    return is_local ? date_of(local.to_wall(std::get<Instant>(moment))) : written;
  }
};

// Other programs depart from RFC 5545. Text of theirs that can mean only one thing is accepted here. Requests are read
// strictly; a file is read as far as its times are clear, and the oddities are reported.

/// Sentences about what was odd in a text. The first few are kept, the rest only counted.
class Notes {
 public:
  /// Ignores a sentence that is kept already.
  void add(std::string sentence);
  void add(const Notes& others);

  /// All in one line; empty where nothing was odd.
  std::string told() const;

 private:
  std::vector<std::string> sentences_;
  std::size_t more_ = 0;
};

/// `text` without the blanks around it.
std::string_view without_blanks(std::string_view text, std::string_view blanks = " \t");

/// As parse_moment, but also takes blanks around the text, the dashes, colons, fractions and offsets of ISO 8601, a
/// time without seconds, and 24:00. Second 60 is read as 59 (RFC 5545, 3.3.12). 2027-08-16T09:00:00+02:00 is
/// 20270816T070000Z.
std::optional<Moment> parse_lenient_moment(std::string_view text);

/// A moment for a note: 2027-08-16, 2027-08-16T09:00:00, 2027-08-16T07:00:00+00:00.
std::string shown_moment(const Moment& moment);

// An iCalendar file as its components, BEGIN to END, with the lines of each component: the shape of the file, without
// its meaning.

struct Component {
  std::string name;      ///< VEVENT, in upper case
  std::size_t line = 0;  ///< of its BEGIN
  std::vector<ContentLine> lines;
  std::vector<Component> components;
  Notes odd;  ///< lines that are not content lines, and what was ignored of others

  /// The first line of this name; nullptr when there is no such line.
  const ContentLine* find(std::string_view name) const;
};

/// The VCALENDAR components of a file, at least one. Lines outside them are ignored, and noted in the first one with an
/// event, or else in the first. A component without its END ends where its next sibling begins or its parent ends.
/// Errors: 22023 under `ics`, with the line, if the file ends within a component, which means that the rest is missing,
/// or if a component is outside a calendar or nested too deep; also if there is no calendar, or the file is longer than
/// 16 MiB.
std::vector<Component> parse_components(std::string_view text);

}  // namespace jb
