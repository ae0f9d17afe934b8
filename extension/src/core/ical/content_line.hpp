// SPDX-License-Identifier: PostgreSQL
//
// The lines of iCalendar (RFC 5545, 3.1) and the dates and times in them, read strictly. Each line has the number under
// which a person finds it in the file. A library that keeps no line numbers, as libical, will not do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../values/time.hpp"

namespace jb {

/// What a value names: a day, a wall clock reading, or (written with Z) an instant.
using Moment = std::variant<Date, WallTime, Instant>;

/// 20261224, 20261224T090000, 20261224T080000Z (3.3.4, 3.3.5); nullopt for anything else.
std::optional<Moment> parse_moment(std::string_view text);

/// +0100, -043000 (3.3.14), less than a day; nullopt for anything else.
std::optional<Seconds> parse_offset(std::string_view text);

/// A line put together again from its folds, without its line end; `number` is the number of the first fold, from 1.
struct UnfoldedLine {
  std::size_t number = 0;
  std::string text;
};

/// The lines of a text, one after the other; empty lines are dropped. A line ends with LF, any number of CRs before it,
/// or with CRs alone. `text` outlives this object.
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
  std::map<std::string, std::string> parameters;  ///< names in upper case; a value between quotes without them
  std::string value;
  std::string_view odd{};  ///< what of it is not as 3.1 says and was overlooked, as a sentence's end; empty: nothing

  /// Empty where it has none of this name.
  std::string parameter(const std::string& name) const;
};

/// nullopt where the line has no name or no colon. Of a parameter that stands there twice the first counts.
std::optional<ContentLine> parse_content_line(const UnfoldedLine& line);

/// The text that a TEXT value (3.3.11) stands for: \n is a line break, and a backslash before any other character
/// stands for that character.
std::string unescaped(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

/// ASCII letters in upper case.
std::string upper(std::string_view text);

/// Whether both are the same but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b);

}  // namespace jb
